import { gatherAll } from '../../agreement/flow.ts';
import { force } from '../../agreement/force.ts';
import type { AgreementRow } from '../../agreement/store.ts';
import { monthSpan } from '../../calendar/zone.ts';
import type { Tx } from '../../db/connection.ts';
import { intersect, lengthOf, span } from '../../timeline/timeline.ts';
import { latenessMs } from '../statement.ts';
import { readMonths } from '../store.ts';

/** Why an agreement has no statement of a month: it runs, late data is waited for, or the timetable comes to it next. */
export const waitingReasons = ['running', 'late-data', 'next'] as const;

/** An agreement that was in force in a month and has no statement of it. */
export interface Waiting {
  readonly agreement: AgreementRow;
  readonly why: (typeof waitingReasons)[number];
  /** When it may be judged. */
  readonly closesAt: number;
}

/** Of some agreements those that were in force in the month, up to now, and have no statement of it. */
export async function waitingIn(
  tx: Tx,
  now: number,
  month: string,
  agreements: readonly AgreementRow[],
): Promise<readonly Waiting[]> {
  const numbers = agreements.map(({ number }) => number);
  const rows = await readMonths(tx, numbers);
  const judged = new Set(rows.filter((row) => row.month === month).map((row) => row.agreement));
  const open = agreements.filter(({ number }) => !judged.has(number));
  const facts = await gatherAll(tx, open, now + 1);
  return open.flatMap((agreement): Waiting[] => {
    const { number, zone } = agreement;
    const bounds = monthSpan(zone, month);
    if (bounds === null || bounds[0] >= now) return [];
    const line = force(facts.get(number)!.facts, zone, null);
    const seen = intersect(line, span(bounds[0], Math.min(bounds[1], now)));
    if (lengthOf(seen) === 0) return [];
    const closesAt = bounds[1] + latenessMs;
    const why = now < bounds[1] ? 'running' : now < closesAt ? 'late-data' : 'next';
    return [{ agreement, why, closesAt }];
  });
}
