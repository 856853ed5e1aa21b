import { Input, Radio } from 'antd';
import { type ReactNode, useState } from 'react';
import { parseMinor, printMinor } from '../../../src/money/amount.ts';
import type { Item } from '../client/ask.ts';
import { useRead } from '../client/read.ts';
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
    lead: '赔偿归您所有：可以转为余额，随时提现；也可以退回您付款时的渠道。两种方式由您选择。',
    nothing: '目前没有待领取的赔偿。',
    way: '领取方式',
    balance: '转为余额（可提现）',
    original: '退回原付款渠道',
    channels: '原付款渠道可退：',
    channel: (method: string, receipt: string, left: string) => `${method}（收据 ${receipt}），至多 ${left}`,
    noChannel: '没有可退的原付款渠道：请转为余额。',
    amount: (currency: string) => `金额（${currency}）`,
    help: (most: string) => `最多 ${most}。`,
    shape: '请填写金额，例如 12.00。',
    take: '领取',
    taken: (amount: string) => `${amount} 已转为余额。`,
    asked: (amount: string) => `已申请退回 ${amount}，办结后在下方显示流水号。`,
    withdraw: '余额提现',
    withdrawLead: '提现的金额先从余额中划出，汇出之后在下方显示流水号；汇出之前可以撤销。',
    to: '收款账户',
    toHelp: '户名、开户行和账号。',
    doWithdraw: '申请提现',
    withdrawn: (amount: string) => `已申请提现 ${amount}。`,
  },
  en: {
    title: 'Take the compensation',
    lead: 'It is yours: as a balance that you may withdraw at any time, or back the way that you paid. You choose.',
    nothing: 'There is no compensation to be taken now.',
    way: 'How',
    balance: 'As a balance (may be withdrawn)',
    original: 'Back the way the fee came',
    channels: 'Back by your payments:',
    channel: (method: string, receipt: string, left: string) =>
      `${method} (receipt ${receipt}), at most ${left}`,
    noChannel: 'There is no payment that it could go back by: take it as a balance.',
    amount: (currency: string) => `Amount (${currency})`,
    help: (most: string) => `At most ${most}.`,
    shape: 'An amount, such as 12.00.',
    take: 'Take it',
    taken: (amount: string) => `${amount} taken as balance.`,
    asked: (amount: string) =>
      `${amount} will go back the way it came; the transfer’s number will stand below.`,
    withdraw: 'Withdraw the balance',
    withdrawLead:
      'The sum is set aside at once; the transfer’s number stands below once it went out. Until then it can be cancelled.',
    to: 'Account that it goes to',
    toHelp: 'Name, bank and account number.',
    doWithdraw: 'Ask for it',
    withdrawn: (amount: string) => `${amount} is asked for.`,
  },
});

type Balance = Item<'/customers/{id}/balances'>;

interface TakeGiven {
  readonly customer: string;
  readonly balances: readonly Balance[];
}

/** What is owed in each currency, taken as the customer chooses; and the balance, withdrawn. */
export function Take({ customer, balances }: TakeGiven): ReactNode {
  const w = useWords(words);
  const of = (name: string) =>
    balances.filter(({ account, amount }) => account === name && amount.minor > 0).map((one) => one.amount);
  const [owed, there] = [of('compensation'), of('balance')];
  const keyOf = ({ currency, minor }: Balance['amount']): string => `${currency} ${minor}`;
  return (
    <>
      <Part title={w.title} lead={owed.length === 0 ? w.nothing : w.lead}>
        {owed.map((amount) => (
          <Owed key={keyOf(amount)} customer={customer} owed={amount} />
        ))}
      </Part>
      {there.length === 0 ? null : (
        <Part title={w.withdraw} lead={w.withdrawLead}>
          {there.map((amount) => (
            <Withdraw key={keyOf(amount)} customer={customer} there={amount} />
          ))}
        </Part>
      )}
    </>
  );
}

/** `600` and `600.5` as a person writes them, in minor units; null: no amount. */
function minorOf(text: string): number | null {
  const [whole = '', part = ''] = text.replaceAll(/[,，\s]/g, '').split('.');
  const minor = parseMinor(`${whole}.${part.padEnd(2, '0')}`);
  return minor === null ? null : Number(minor);
}

/** The amount, all of it to begin with. */
function Amount({ most }: { readonly most: Balance['amount'] }): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const rule = (_: unknown, value: string): Promise<void> =>
    minorOf(value ?? '') === null ? Promise.reject(new Error(w.shape)) : Promise.resolve();
  return (
    <Field
      path="amount"
      label={w.amount(most.currency)}
      help={w.help(money(lang, most))}
      rules={[{ validator: rule }]}
    >
      <Input autoComplete="off" inputMode="decimal" maxLength={20} />
    </Field>
  );
}

interface OwedGiven {
  readonly customer: string;
  readonly owed: Balance['amount'];
}

function Owed({ customer, owed }: OwedGiven): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const { minor, currency } = owed;
  // The same key is one payout, however often it is sent: another one comes with what is left.
  const [key] = useState(() => crypto.randomUUID());
  const take = useSend('post', '/customers/{id}/balance');
  const ask = useSend('post', '/customers/{id}/transfers', ['/transfers']);
  const send = async ({ amount, way }: { amount: string; way: 'balance' | 'original' }): Promise<void> => {
    const wanted = minorOf(amount) ?? 0;
    const body = { key, amount: wanted, currency };
    const said = money(lang, { minor: wanted, currency });
    if (way === 'balance') await take.mutateAsync({ path: { id: customer }, body });
    else await ask.mutateAsync({ path: { id: customer }, body: { ...body, way } });
    say(way === 'balance' ? w.taken(said) : w.asked(said));
  };
  return (
    <Form<{ amount: string; way: 'balance' | 'original' }>
      initial={{ amount: printMinor(BigInt(minor)), way: 'balance' }}
      send={send}
      submit={w.take}
      guard={false}
    >
      <Field path="way" label={w.way} help={<Channels customer={customer} currency={currency} />}>
        <Radio.Group
          options={(['balance', 'original'] as const).map((value) => ({ value, label: w[value] }))}
        />
      </Field>
      <Amount most={owed} />
    </Form>
  );
}

/** By which payments it would go back, and how much by each. */
function Channels({
  customer,
  currency,
}: {
  readonly customer: string;
  readonly currency: string;
}): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const read = useRead('/customers/{id}/channels', { path: { id: customer }, query: { currency } });
  if (read.data === undefined) return null;
  const told = read.data.items.map(({ method, receipt, left }) =>
    w.channel(method, receipt, money(lang, left)),
  );
  if (told.length === 0) return w.noChannel;
  return `${w.channels}${lang === 'zh' ? '' : ' '}${told.join(lang === 'zh' ? '；' : '; ')}${lang === 'zh' ? '。' : '.'}`;
}

interface WithdrawGiven {
  readonly customer: string;
  readonly there: Balance['amount'];
}

function Withdraw({ customer, there }: WithdrawGiven): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const { minor, currency } = there;
  const [key] = useState(() => crypto.randomUUID());
  const ask = useSend('post', '/customers/{id}/transfers', ['/transfers']);
  const send = async ({ amount, to }: { amount: string; to: string }): Promise<void> => {
    const wanted = minorOf(amount) ?? 0;
    const body = { key, amount: wanted, currency, way: 'withdrawal' as const, to };
    await ask.mutateAsync({ path: { id: customer }, body });
    say(w.withdrawn(money(lang, { minor: wanted, currency })));
  };
  return (
    <Form<{ amount: string; to: string }>
      initial={{ amount: printMinor(BigInt(minor)) }}
      send={send}
      submit={w.doWithdraw}
      guard={false}
    >
      <Amount most={there} />
      <Field path="to" label={w.to} help={w.toHelp} isNeeded>
        <Input autoComplete="off" maxLength={200} />
      </Field>
    </Form>
  );
}
