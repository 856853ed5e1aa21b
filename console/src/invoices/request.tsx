import { useNavigate } from '@tanstack/react-router';
import { Form as AntForm, type FormItemProps, Input, InputNumber, Select } from 'antd';
import type { ReactNode } from 'react';
import type { Given, Reply } from '../client/ask.ts';
import { Problem } from '../client/problem.ts';
import { useRead } from '../client/read.ts';
import { useSend } from '../client/send.ts';
import { useCustomer } from '../contacts/customer.ts';
import { Field } from '../pattern/field.tsx';
import { Form } from '../pattern/form.tsx';
import { Loaded } from '../pattern/loaded.tsx';
import { say } from '../pattern/notice.tsx';
import { Page } from '../pattern/page.tsx';
import { day, money } from '../speech/format.ts';
import { both, useLang, useWords } from '../speech/lang.ts';
import { kindWords } from './words.ts';

const words = both({
  zh: {
    title: '申请发票',
    lead: '按付款开票：每笔可以全额开具，也可以只开一部分，其余以后再开。',
    back: '发票',
    none: '目前没有可以开票的付款：付款之后，或已开的发票冲红之后，可以在这里申请。',
    line: (receipt: string, day: string, currency: string) => `${receipt} · ${day}（${currency}）`,
    left: (left: string) => `最多 ${left}；留空：这次不开。同一张发票须为同一币种。`,
    choose: '请至少填写一笔付款的开票金额。',
    kind: '类别',
    to: '抬头',
    taxNumber: '统一社会信用代码',
    taxHelp: '公司必填；个人留空。',
    email: '收票邮箱',
    emailHelp: '邮箱与地址至少填写一项。',
    address: '地址',
    phone: '电话',
    bank: '开户行与账号',
    bankHelp: '专用发票须填写地址、电话、开户行与账号。',
    send: '提交申请',
    sent: (number: string) => `申请 ${number} 已提交。`,
  },
  en: {
    title: 'Ask for an invoice',
    lead: 'An invoice is over payments: over all of each, or over a part of it and the rest later.',
    back: 'Invoices',
    none: 'There is no payment to be invoiced now. Once something is paid, or an invoice is taken back, it can be asked for here.',
    line: (receipt: string, day: string, currency: string) => `${receipt} · ${day} (${currency})`,
    left: (left: string) => `At most ${left}; empty: not this time. One invoice is in one currency.`,
    choose: 'Please give an amount of one payment at least.',
    kind: 'Kind',
    to: 'Made out to',
    taxNumber: 'Unified social credit code',
    taxHelp: 'Needed of a company; a person leaves it empty.',
    email: 'Mail address that it goes to',
    emailHelp: 'A mail address or a postal one is needed.',
    address: 'Address',
    phone: 'Phone',
    bank: 'Bank and account',
    bankHelp: 'A special invoice needs address, phone, bank and account.',
    send: 'Ask for it',
    sent: (number: string) => `Asked for, as ${number}.`,
  },
});

type Body = Given<'post', '/customers/{id}/invoices'>['body'];
type Receipt = Reply<'get', '/customers/{id}/invoicable'>['receipts'][number];

interface Entered {
  /** Of each payment that is open, in their order, in whole units; null: not on this invoice. */
  readonly lines: readonly { readonly amount: number | null }[];
  readonly kind: Body['kind'];
  readonly title: string;
  readonly taxNumber?: string;
  readonly email?: string;
  readonly address?: string;
  readonly phone?: string;
  readonly bank?: string;
}

/** `/customers/$id/invoices/new`: by the customer, or by finance for one. */
export function Screen(): ReactNode {
  const w = useWords(words);
  const { customer } = useCustomer();
  const read = useRead('/customers/{id}/invoicable', { path: { id: customer } }, customer !== '');
  return (
    <Page title={w.title} lead={w.lead} back={{ to: '/invoices', label: w.back }}>
      <Loaded read={read}>
        {({ receipts }) => (
          <Request customer={customer} open={receipts.filter(({ left }) => left.minor > 0)} />
        )}
      </Loaded>
    </Page>
  );
}

function Request({
  customer,
  open,
}: {
  readonly customer: string;
  readonly open: readonly Receipt[];
}): ReactNode {
  const w = useWords(words);
  const kinds = useWords(kindWords);
  const lang = useLang();
  const navigate = useNavigate();
  const known = useRead('/customers/{id}', { path: { id: customer } });
  const send = useSend('post', '/customers/{id}/invoices', ['/invoices']);
  const request = async (entered: Entered): Promise<void> => {
    const body = bodyOf(entered, open);
    try {
      const made = await send.mutateAsync({ path: { id: customer }, body });
      say(w.sent(made.number));
    } catch (error) {
      throw atPayment(error, body, open);
    }
    await navigate({ to: '/invoices' });
  };
  if (open.length === 0) return <p className="nothing">{w.none}</p>;
  return (
    <Loaded read={known}>
      {({ particulars: { name, email, address, phone } }) => (
        <Form<Entered>
          initial={{
            ...{ kind: 'normal', title: name, email, address, phone },
            lines: open.map(({ left }) => ({ amount: left.minor / 100 })),
          }}
          send={request}
          submit={w.send}
          onCancel={() => void navigate({ to: '/invoices' })}
        >
          {open.map(({ receipt, left, at }, i) => (
            <Field
              key={receipt}
              path={`lines[${i}].amount`}
              label={w.line(receipt, day(lang, at), left.currency)}
              help={w.left(money(lang, left))}
              rules={i === 0 ? [someAmount(w.choose)] : []}
            >
              <InputNumber min={0} precision={2} style={{ width: '100%' }} />
            </Field>
          ))}
          <Field path="kind" label={w.kind}>
            <Select
              options={(['normal', 'special'] as const).map((value) => ({ value, label: kinds[value] }))}
            />
          </Field>
          <Particulars />
        </Form>
      )}
    </Loaded>
  );
}

/** To whom and where it goes; the bank only of a special one. */
function Particulars(): ReactNode {
  const w = useWords(words);
  const kind = AntForm.useWatch<Entered['kind'] | undefined>('kind');
  return (
    <>
      <Field path="title" label={w.to} isNeeded>
        <Input maxLength={200} />
      </Field>
      <Field path="taxNumber" label={w.taxNumber} help={w.taxHelp}>
        <Input maxLength={20} autoComplete="off" />
      </Field>
      <Field path="email" label={w.email} help={w.emailHelp}>
        <Input type="email" maxLength={254} autoComplete="off" />
      </Field>
      <Field path="address" label={w.address}>
        <Input maxLength={300} autoComplete="off" />
      </Field>
      <Field path="phone" label={w.phone}>
        <Input type="tel" maxLength={40} autoComplete="off" />
      </Field>
      {kind === 'special' ? (
        <Field path="bank" label={w.bank} help={w.bankHelp} isNeeded>
          <Input maxLength={200} autoComplete="off" />
        </Field>
      ) : null}
    </>
  );
}

function someAmount(message: string): NonNullable<FormItemProps['rules']>[number] {
  return ({ getFieldValue }) => ({
    validator: () => {
      const lines = (getFieldValue('lines') ?? []) as Entered['lines'];
      return lines.some(({ amount }) => (amount ?? 0) > 0)
        ? Promise.resolve()
        : Promise.reject(new Error(message));
    },
  });
}

/** What was sent leaves payments out: a refusal of one of its lines stands at that payment here. */
function atPayment(error: unknown, { lines }: Body, open: readonly Receipt[]): unknown {
  const line = error instanceof Problem ? /^lines\[(\d+)\]/.exec(error.path) : null;
  if (!(error instanceof Problem) || line === null) return error;
  const at = open.findIndex(({ receipt }) => receipt === lines[Number(line[1])]?.receipt);
  return new Problem(error.status, error.code, `lines[${at}].amount`, error.rule);
}

/** As the API takes it: of each receipt what was entered. */
function bodyOf({ lines, taxNumber, email, ...rest }: Entered, open: readonly Receipt[]): Body {
  return {
    ...{ address: '', phone: '', bank: '', ...rest },
    taxNumber: taxNumber ? taxNumber : null,
    email: email ? email : null,
    lines: open
      .map(({ receipt }, i) => ({ receipt, amount: Math.round((lines[i]?.amount ?? 0) * 100) }))
      .filter(({ amount }) => amount > 0),
  };
}
