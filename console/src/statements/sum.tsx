import './sum.css';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { add, roundUp, zero } from '../../../src/money/fraction.ts';
import { exactWords, secondsWords, shareOf } from '../../../src/settlement/sum.ts';
import { durationWords, moneyWords } from '../../../src/terms/words.ts';
import type { Item } from '../client/ask.ts';
import { both, useLang, useWords } from '../speech/lang.ts';

const words = both({
  zh: {
    paid: '已付费用',
    deficient: '不达标时间',
    bought: '购买时间',
    factor: '协议第 3-1 条的倍数',
    rounded: '合计只进位一次，进到分',
    nothing: '这个月每一项承诺都守住了，没有应赔的时间，赔偿为零。',
  },
  en: {
    paid: 'paid fee',
    deficient: 'deficient time',
    bought: 'bought time',
    factor: 'factor, clause 3-1',
    rounded: 'rounded up once, to the fen',
    nothing: 'Every guarantee was kept this month: no deficient time, nothing to pay.',
  },
});

type Statement = Item<'/agreements/{number}/statements'>;

/** The arithmetic as on paper: a line for each sale, the exact sum, and the one rounding. */
export function Sum({ statement }: { readonly statement: Statement }): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const { lines, factor, amount } = statement;
  const { currency } = amount;
  if (lines.length === 0) return <p>{w.nothing}</p>;
  const shares = lines.map((line) => shareOf(factor, line));
  const total = shares.reduce((sum, one) => add(sum, one), zero);
  return (
    <div className="sums">
      {lines.map((line, place) => (
        <div className="sum" key={line.sales}>
          <Step value={moneyWords(line.paidMinor, currency, lang)} name={w.paid} source={line.sales} />
          <Step
            sign="×"
            value={<a href="#deficient">{durationWords(line.deficientMs, lang)}</a>}
            name={w.deficient}
            source={secondsWords(line.deficientMs, lang)}
          />
          <Step
            sign="÷"
            value={durationWords(line.termMs, lang)}
            name={w.bought}
            source={secondsWords(line.termMs, lang)}
          />
          <Step
            sign="×"
            value={factor}
            name={w.factor}
            source={<Link to={`/agreements/${statement.agreement}`}>{statement.agreement}</Link>}
          />
          <Step sign="=" value={exactWords(shares[place] ?? zero, currency, lang)} name="" source={null} />
        </div>
      ))}
      <p>
        {exactWords(total, currency, lang)} → <strong>{moneyWords(roundUp(total), currency, lang)}</strong>{' '}
        <span className="faint">{w.rounded}</span>
      </p>
    </div>
  );
}

interface StepGiven {
  readonly sign?: string;
  readonly value: ReactNode;
  readonly name: string;
  readonly source: ReactNode;
}

/** One number with the sign before it, what it is, and where it comes from. */
function Step({ sign = '', value, name, source }: StepGiven): ReactNode {
  return (
    <span className="step">
      <b>{sign}</b>
      <span className="value">{value}</span>
      <small>
        {name} {source}
      </small>
    </span>
  );
}
