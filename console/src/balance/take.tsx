import { Input } from 'antd';
import { type ReactNode, useState } from 'react';
import { parseMinor, printMinor } from '../../../src/money/amount.ts';
import type { Item } from '../client/ask.ts';
import { useSend } from '../client/send.ts';
import { Part } from '../pattern/facts.tsx';
import { Field } from '../pattern/field.tsx';
import { Form } from '../pattern/form.tsx';
import { say } from '../pattern/notice.tsx';
import { money } from '../speech/format.ts';
import { both, useLang, useWords } from '../speech/lang.ts';

const words = both({
  zh: {
    title: '领取赔偿',
    lead: '赔偿归您所有。可转为余额，余额随时可以提现；如希望原路退回，请联系我们，退回之后在下方登记转账号。',
    nothing: '目前没有待领取的赔偿。余额提现请联系我们，转出之后在下方登记转账号。',
    amount: (currency: string) => `金额（${currency}）`,
    help: (most: string) => `最多 ${most}。`,
    shape: '请填写金额，例如 12.00。',
    take: '转为余额',
    taken: (amount: string) => `${amount} 已转为余额。`,
  },
  en: {
    title: 'Take the compensation',
    lead: 'It is yours. Taken as a balance it may be withdrawn at any time; to have it paid back the way your fee came, tell us, and the transfer’s number stands below once it went out.',
    nothing:
      'There is no compensation to be taken now. To withdraw a balance, tell us; the transfer’s number stands below once it went out.',
    amount: (currency: string) => `Amount (${currency})`,
    help: (most: string) => `At most ${most}.`,
    shape: 'An amount, such as 12.00.',
    take: 'Take it as balance',
    taken: (amount: string) => `${amount} taken as balance.`,
  },
});

type Balance = Item<'/customers/{id}/balances'>;

/** What is owed in each currency, to be taken as a balance. */
export function Take({
  customer,
  balances,
}: {
  readonly customer: string;
  readonly balances: readonly Balance[];
}): ReactNode {
  const w = useWords(words);
  const owed = balances.filter(({ account, amount }) => account === 'compensation' && amount.minor > 0);
  return (
    <Part title={w.title} lead={owed.length === 0 ? w.nothing : w.lead}>
      {owed.map(({ amount }) => (
        <One key={`${amount.currency} ${amount.minor}`} customer={customer} owed={amount} />
      ))}
    </Part>
  );
}

/** `600` and `600.5` as a person writes them, in minor units; null: no amount. */
function minorOf(text: string): number | null {
  const [whole = '', part = ''] = text.replaceAll(/[,，\s]/g, '').split('.');
  const minor = parseMinor(`${whole}.${part.padEnd(2, '0')}`);
  return minor === null ? null : Number(minor);
}

function One({ customer, owed }: { readonly customer: string; readonly owed: Balance['amount'] }): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const { minor, currency } = owed;
  // The same key is one payout, however often it is sent: another one comes with what is left.
  const [key] = useState(() => crypto.randomUUID());
  const send = useSend('post', '/customers/{id}/balance');
  const take = async ({ amount }: { amount: string }): Promise<void> => {
    const wanted = minorOf(amount) ?? 0;
    await send.mutateAsync({ path: { id: customer }, body: { key, amount: wanted, currency } });
    say(w.taken(money(lang, { minor: wanted, currency })));
  };
  const rule = (_: unknown, value: string): Promise<void> =>
    minorOf(value ?? '') === null ? Promise.reject(new Error(w.shape)) : Promise.resolve();
  return (
    <Form<{ amount: string }>
      initial={{ amount: printMinor(BigInt(minor)) }}
      send={take}
      submit={w.take}
      guard={false}
    >
      <Field
        path="amount"
        label={w.amount(currency)}
        help={w.help(money(lang, owed))}
        rules={[{ validator: rule }]}
      >
        <Input autoComplete="off" inputMode="decimal" maxLength={20} />
      </Field>
    </Form>
  );
}
