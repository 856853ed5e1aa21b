import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useRead } from '../client/read.ts';
import { may, useAccount } from '../client/session.ts';
import { Facts } from '../pattern/facts.tsx';
import { day, month as monthWords } from '../speech/format.ts';
import { both, useLang, useWords } from '../speech/lang.ts';
import { Approval } from '../statements/approval.tsx';

const words = both({
  zh: { ends: '服务到期', statement: (month: string) => `${month}结算单`, look: '查看' },
  en: { ends: 'Term ends', statement: (month: string) => `Statement of ${month}`, look: 'open it' },
});

interface AheadGiven {
  readonly number: string;
  readonly host: string;
  /** `2026-11`: the one that runs; the statement is of the one before. */
  readonly month: string;
}

/** What comes next under an agreement: the end of its term, and how far the last month's statement is. */
export function Ahead({ number, host, month }: AheadGiven): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const account = useAccount();
  const before = monthBefore(month);
  const mayTerm = may(account.data, 'sales:read');
  const mayStatement = may(account.data, 'statements:read');
  const terms = useRead('/renewals', { query: { host, limit: 1 } }, mayTerm);
  const path = { number };
  const made = useRead('/agreements/{number}/statements', { path, query: { month: before } }, mayStatement);
  const term = terms.data?.items[0];
  const statement = made.data?.items.toSorted((a, b) => b.revision - a.revision)[0];
  const facts: (readonly [string, ReactNode])[] = [];
  if (term !== undefined) facts.push([w.ends, day(lang, term.ends)]);
  if (statement !== undefined)
    facts.push([
      w.statement(monthWords(lang, before)),
      <span key="statement">
        <Approval statement={statement} />{' '}
        <Link to={`/agreements/${number}/statements/${before}`}>{w.look}</Link>
      </span>,
    ]);
  return facts.length === 0 ? null : <Facts facts={facts} />;
}

function monthBefore(month: string): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number - 2, 1)).toISOString().slice(0, 7);
}
