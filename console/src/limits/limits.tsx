import { InputNumber } from 'antd';
import type { ReactNode } from 'react';
import type { Reply } from '../client/ask.ts';
import { tagOf, useRead } from '../client/read.ts';
import { useSend } from '../client/send.ts';
import { may, useAccount } from '../client/session.ts';
import { Facts, Part } from '../pattern/facts.tsx';
import { Field } from '../pattern/field.tsx';
import { Form } from '../pattern/form.tsx';
import { Loaded } from '../pattern/loaded.tsx';
import { say } from '../pattern/notice.tsx';
import { Page } from '../pattern/page.tsx';
import { money } from '../speech/format.ts';
import { both, useLang, useWords } from '../speech/lang.ts';

const words = both({
  zh: {
    title: '复核与账簿',
    lead: '结算单先是草稿，复核期满自动入账；只影响今后的结算，已有的草稿不变。',
    days: '复核期（工作日）',
    small: (currency: string) => `小额（${currency}），低于此数立即入账`,
    large: (currency: string) => `大额（${currency}），超过此数需要两人同意`,
    largeHelp: '留空：从不需要第二人。',
    never: '不需要',
    save: '保存',
    saved: '已保存，适用于今后的结算。',
    books: '账簿核对',
    sound: '账簿平衡：每一笔、各币种合计都为零。',
    unsound: '账簿不平，请立即停止付款并联系开发方：',
    entries: '笔数',
    postings: '分录',
    sum: (currency: string) => `${currency} 合计`,
  },
  en: {
    title: 'Review and books',
    lead: 'A statement begins as a draft and is posted by itself when its review ends. Changes apply to later statements only; existing drafts keep their terms.',
    days: 'Review period (working days)',
    small: (currency: string) => `Small amounts (${currency}): below this, posted at once`,
    large: (currency: string) => `Large amounts (${currency}): above this, two people must agree`,
    largeHelp: 'Empty: a second person is never needed.',
    never: 'never',
    save: 'Save',
    saved: 'Saved, for statements to come.',
    books: 'Check of the books',
    sound: 'Balanced: every entry and every currency sums to zero.',
    unsound: 'The books do not fit. Pay nothing out, and tell the developers at once:',
    entries: 'Entries',
    postings: 'Postings',
    sum: (currency: string) => `Sum in ${currency}`,
  },
});

type Limits = Reply<'get', '/limits'>;

export function Screen(): ReactNode {
  const w = useWords(words);
  const account = useAccount();
  const read = useRead('/limits', {});
  return (
    <Page title={w.title} lead={w.lead}>
      <Loaded read={read}>
        {(limits) =>
          may(account.data, 'limits:edit') ? <Edit limits={limits} /> : <Shown limits={limits} />
        }
      </Loaded>
      {may(account.data, 'ledger:edit') ? <Books /> : null}
    </Page>
  );
}

/** The currency that plans are sold in, where nothing was said yet. */
const usual = 'CNY';

function Shown({ limits }: { readonly limits: Limits }): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  return (
    <Facts
      facts={[
        [w.days, limits.reviewDays],
        ...Object.entries(limits.amounts).flatMap(([currency, { small, large }]) => [
          [w.small(currency), money(lang, { minor: small, currency })] as const,
          [w.large(currency), large === null ? w.never : money(lang, { minor: large, currency })] as const,
        ]),
      ]}
    />
  );
}

interface Entered {
  readonly reviewDays: number;
  /** By currency, in whole units with decimals. */
  readonly amounts: Readonly<Record<string, { readonly small: number; readonly large: number | null }>>;
}

const wide = { width: '100%' } as const;

function Edit({ limits }: { readonly limits: Limits }): ReactNode {
  const w = useWords(words);
  const send = useSend('put', '/limits');
  const known = Object.entries(limits.amounts);
  const rows = known.length === 0 ? ([[usual, { small: 0, large: null }]] as const) : known;
  const amounts = Object.fromEntries(
    rows.map(([currency, { small, large }]) => [
      currency,
      { small: small / 100, large: large === null ? null : large / 100 },
    ]),
  );
  const save = async (entered: Entered): Promise<void> => {
    const minor = (value: number): number => Math.round(value * 100);
    const body = {
      reviewDays: entered.reviewDays,
      amounts: Object.fromEntries(
        Object.entries(entered.amounts).map(([currency, { small, large }]) => [
          currency,
          { small: minor(small ?? 0), large: large === null || large === undefined ? null : minor(large) },
        ]),
      ),
    };
    await send.mutateAsync({ body, tag: tagOf('/limits', {}) });
    say(w.saved);
  };
  return (
    <Form<Entered> initial={{ reviewDays: limits.reviewDays, amounts }} send={save} submit={w.save}>
      <Field path="reviewDays" label={w.days} isNeeded>
        <InputNumber min={0} max={60} precision={0} style={wide} />
      </Field>
      {rows.map(([currency]) => (
        <Field
          key={`${currency} small`}
          path={`amounts.${currency}.small`}
          label={w.small(currency)}
          isNeeded
        >
          <InputNumber min={0} precision={2} style={wide} />
        </Field>
      ))}
      {rows.map(([currency]) => (
        <Field
          key={`${currency} large`}
          path={`amounts.${currency}.large`}
          label={w.large(currency)}
          help={w.largeHelp}
        >
          <InputNumber min={0} precision={2} style={wide} />
        </Field>
      ))}
    </Form>
  );
}

function Books(): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const read = useRead('/ledger/books', {});
  return (
    <Part title={w.books}>
      <Loaded read={read}>
        {({ sound, entries, postings, sums, unsound }) => (
          <>
            <p>{sound ? w.sound : `${w.unsound} ${unsound.join(', ')}`}</p>
            <Facts
              facts={[
                [w.entries, entries],
                [w.postings, postings],
                ...sums.map(
                  ({ currency, sum }) => [w.sum(currency), money(lang, { minor: sum, currency })] as const,
                ),
              ]}
            />
          </>
        )}
      </Loaded>
    </Part>
  );
}
