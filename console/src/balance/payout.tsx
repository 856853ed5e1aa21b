import { Input, InputNumber, Select } from 'antd';
import { type ReactNode, useRef } from 'react';
import type { Item } from '../client/ask.ts';
import { useSend } from '../client/send.ts';
import { Part } from '../pattern/facts.tsx';
import { Field } from '../pattern/field.tsx';
import { Form } from '../pattern/form.tsx';
import { say } from '../pattern/notice.tsx';
import { both, useWords } from '../speech/lang.ts';

const words = both({
  zh: {
    pay: '付出',
    payLead: '已经汇出的款项，按银行或支付机构的流水号记录。',
    way: '方式',
    original: '退回原付款渠道',
    withdrawal: '从余额提取',
    amount: '金额',
    reference: '流水号',
    doPay: '记录付款',
    paid: '已记录。',
  },
  en: {
    pay: 'Pay out',
    payLead: 'What was transferred, by the number of the bank or payment service.',
    way: 'Way',
    original: 'back the way the fee came',
    withdrawal: 'withdrawn from the balance',
    amount: 'Amount',
    reference: 'Transfer number',
    doPay: 'Record the payment',
    paid: 'Recorded.',
  },
});

interface Entered {
  readonly way: 'original' | 'withdrawal';
  readonly amount: number;
  readonly reference: string;
}

interface PayOutGiven {
  readonly customer: string;
  readonly balances: readonly Item<'/customers/{id}/balances'>[];
}

/** For finance: what left the bank, of what is owed or of the balance. */
export function PayOut({ customer, balances }: PayOutGiven): ReactNode {
  const w = useWords(words);
  const send = useSend('post', '/customers/{id}/payouts');
  const key = useRef(crypto.randomUUID());
  const open = balances.filter(
    ({ account, amount }) => (account === 'compensation' || account === 'balance') && amount.minor > 0,
  );
  const currency = open[0]?.amount.currency;
  if (currency === undefined) return null;
  const pay = async ({ way, amount, reference }: Entered): Promise<void> => {
    const body = { key: key.current, way, amount: Math.round(amount * 100), currency, reference };
    await send.mutateAsync({ path: { id: customer }, body });
    key.current = crypto.randomUUID();
    say(w.paid);
  };
  return (
    <Part title={w.pay} lead={w.payLead}>
      <Form<Entered> initial={{ way: 'original' }} send={pay} submit={w.doPay} guard={false}>
        <Field path="way" label={w.way}>
          <Select
            options={(['original', 'withdrawal'] as const).map((value) => ({ value, label: w[value] }))}
          />
        </Field>
        <Field path="amount" label={w.amount} isNeeded>
          <InputNumber min={0.01} precision={2} style={{ width: '100%' }} />
        </Field>
        <Field path="reference" label={w.reference} isNeeded>
          <Input maxLength={100} autoComplete="off" />
        </Field>
      </Form>
    </Part>
  );
}
