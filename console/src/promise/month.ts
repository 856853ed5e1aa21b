import type { GuaranteeView, StretchView } from '../../../src/settlement/view.ts';
import type { MonthView } from '../../../src/site/view.ts';
import type { Reply } from '../client/ask.ts';

/** A judged month as the pure renderings of the public pages want it: instants as epoch milliseconds. */

export type MonthReply = Reply<'get', '/agreements/{number}/months/{month}'>;
type GuaranteeReply = MonthReply['guarantees'][number];

export function monthOf(reply: MonthReply): MonthView {
  return {
    month: reply.month,
    from: Date.parse(reply.from),
    to: Date.parse(reply.to),
    until: Date.parse(reply.until),
    guarantees: reply.guarantees.map(guaranteeOf),
  };
}

function guaranteeOf(reply: GuaranteeReply): GuaranteeView {
  return { ...reply, stretches: reply.stretches.map(stretchOf) };
}

function stretchOf(reply: GuaranteeReply['stretches'][number]): StretchView {
  const at = (text: string | null): number | null => (text === null ? null : Date.parse(text));
  return {
    ...reply,
    from: Date.parse(reply.from),
    to: Date.parse(reply.to),
    firstFail: at(reply.firstFail),
    lastFail: at(reply.lastFail),
  };
}

/** The running month in a zone: `2026-10`. */
export function monthNow(zone: string, now = Date.now()): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone: zone, year: 'numeric', month: '2-digit' });
  const of = (type: string): string =>
    parts.formatToParts(now).find((part) => part.type === type)?.value ?? '';
  return `${of('year')}-${of('month')}`;
}

/** The month some months later, or earlier where `by` is negative. */
export function monthAfter(month: string, by: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number - 1 + by, 1)).toISOString().slice(0, 7);
}
