import type { Tx } from '../../db/connection.ts';
import { readProvider } from '../../people/store.ts';
import { daySpanOf, minuteMs } from '../days.ts';
import { addMinute, type DaySums, emptyDay, unpackDay, unpackMinute } from '../pack.ts';
import * as store from '../store.ts';

/** What a host's visitors asked for in a day. */
export interface UsageDay {
  /** The day's first instant in the provider's zone. */
  readonly day: number;
  readonly sums: DaySums;
}

/**
 * Days that begin within `[from, to)`, oldest first: those that are cut, then what the plane's minutes say of
 * those that are not, the running day as far as it was told. A day without requests has no row.
 */
export async function readUsage(
  tx: Tx,
  host: { readonly id: string; readonly plane: string },
  from: number,
  to: number,
  now: number,
): Promise<readonly UsageDay[]> {
  const zone = (await readProvider(tx))?.profile.zone ?? 'UTC';
  const days = new Map(
    (await store.readDays(tx, [host.id], from, to)).map(({ day, packed }) => [day, unpackDay(packed)]),
  );
  const read = new Map((await store.readPlaneDays(tx, [host.plane], from, to)).map((row) => [row.day, row]));
  const wanted = new Set([host.id]);
  const end = Math.min(to, now + minuteMs);
  for (let after = { minute: from, part: -1 }; ; ) {
    const rows = await store.readMinutes(tx, host.plane, after, end, pageSize);
    for (const row of rows) {
      const span = daySpanOf(zone, row.minute);
      // Minutes of a cut day that wait to be folded again are few, and some of them are in it already.
      if (span.from < from || read.has(span.from)) continue;
      const { hosts, loopDelayMs } = unpackMinute(host.plane, row.minute, row.part, row.packed, wanted);
      const mine = hosts.find((one) => one.host === host.id);
      if (mine === undefined) continue;
      const day = days.get(span.from) ?? emptyDay(span.minutes);
      days.set(span.from, addMinute(day, (row.minute - span.from) / minuteMs, mine, loopDelayMs));
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageSize) break;
    after = { minute: last.minute, part: last.part };
  }
  return [...days].map(([day, { sums }]) => ({ day, sums })).sort((a, b) => a.day - b.day);
}

/** Minutes of a plane at once: each may hold thousands of hosts. */
const pageSize = 100;
