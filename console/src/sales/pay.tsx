import { useLocation, useNavigate, useParams } from '@tanstack/react-router';
import { Input, InputNumber } from 'antd';
import type { ReactNode } from 'react';
import { useRead } from '../client/read.ts';
import { useSend } from '../client/send.ts';
import { Field } from '../pattern/field.tsx';
import { Form } from '../pattern/form.tsx';
import { Loaded } from '../pattern/loaded.tsx';
import { say } from '../pattern/notice.tsx';
import { Page } from '../pattern/page.tsx';
import { both, useWords } from '../speech/lang.ts';
import { owedOf } from './paid.ts';

const words = both({
  zh: {
    pay: '记录付款',
    refund: '记录退款',
    payLead: '同一凭证号只记一次。可以分几次付清。',
    refundLead: '退还剩余期限的费用；已退的部分不再参与赔偿计算。',
    back: '销售协议',
    receipt: '凭证号',
    amount: (currency: string) => `金额（${currency}）`,
    method: '方式',
    methodHelp: '例如银行转账、支付宝。',
    at: '到账时间',
    reason: '原因',
    save: '保存',
    saved: '已记录。',
  },
  en: {
    pay: 'Record a payment',
    refund: 'Record a refund',
    payLead: 'A receipt counts once. It may be paid in parts.',
    refundLead: 'Pays back the fee of the time that is left; that part earns no compensation any more.',
    back: 'Sales agreements',
    receipt: 'Receipt number',
    amount: (currency: string) => `Amount (${currency})`,
    method: 'Method',
    methodHelp: 'Such as bank transfer.',
    at: 'When it arrived',
    reason: 'Reason',
    save: 'Save',
    saved: 'Recorded.',
  },
});

interface Entered {
  readonly receipt: string;
  readonly amount: number;
  readonly method: string;
  readonly at: string;
  readonly reason?: string;
}

/** `/hosts/$id/sales/$number/pay` and `…/refund`. */
export function Screen(): ReactNode {
  const w = useWords(words);
  const { id = '', number = '' }: { id?: string; number?: string } = useParams({ strict: false });
  const isRefund = useLocation().pathname.endsWith('/refund');
  const read = useRead('/hosts/{id}/sales', { path: { id } });
  const navigate = useNavigate();
  const pay = useSend('post', '/sales/{number}/payments', ['/hosts', '/agreements', '/customers']);
  const refund = useSend('post', '/sales/{number}/refunds', ['/hosts', '/agreements', '/customers']);
  const back = `/hosts/${id}/sales`;
  const save =
    (currency: string) =>
    async ({ amount, at, reason = '', ...rest }: Entered): Promise<void> => {
      const body = { ...rest, amount: Math.round(amount * 100), currency, at: new Date(at).toISOString() };
      const path = { number };
      if (isRefund) await refund.mutateAsync({ path, body: { ...body, reason } });
      else await pay.mutateAsync({ path, body });
      say(w.saved);
      await navigate({ to: back });
    };
  return (
    <Page
      title={isRefund ? w.refund : w.pay}
      lead={isRefund ? w.refundLead : w.payLead}
      back={{ to: back, label: `${w.back} ${number}` }}
    >
      <Loaded read={read}>
        {({ items }) => {
          const sale = items.find((one) => one.number === number);
          const currency = sale?.price.currency ?? 'CNY';
          const left = sale === undefined ? 0 : owedOf(sale).minor;
          return (
            <Form<Entered>
              initial={{ at: localNow(), ...(isRefund || left === 0 ? {} : { amount: left / 100 }) }}
              send={save(currency)}
              submit={w.save}
              onCancel={() => void navigate({ to: back })}
            >
              <Field path="receipt" label={w.receipt} isNeeded>
                <Input maxLength={60} autoComplete="off" />
              </Field>
              <Field path="amount" label={w.amount(currency)} isNeeded>
                <InputNumber min={0} precision={2} style={{ width: '100%' }} />
              </Field>
              <Field path="method" label={w.method} help={w.methodHelp} isNeeded>
                <Input maxLength={40} />
              </Field>
              <Field path="at" label={w.at} isNeeded>
                <Input type="datetime-local" />
              </Field>
              {isRefund ? (
                <Field path="reason" label={w.reason} isNeeded>
                  <Input maxLength={500} />
                </Field>
              ) : null}
            </Form>
          );
        }}
      </Loaded>
    </Page>
  );
}

/** Now, as the browser's field for day and time has it. */
function localNow(): string {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
