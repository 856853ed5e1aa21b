import type { Database, Tx } from '../../db/connection.ts';
import { backoffMs, fail, finish, hold, take } from '../../db/outbox.ts';
import { readHost } from '../../hosting/store.ts';
import { readSeries } from '../flow.ts';
import { codeOf, type OutageRow, outagesOf } from '../outage.ts';
import { type LateRounds, lateTopic } from '../receipt.ts';
import { ruleOf } from '../rule.ts';
import * as store from '../store.ts';
import type { VerdictRule } from '../verdict.ts';

/** How far back outages are looked for again at least: longer than any bridge or late round matters. */
export const recentMs = 3 * 3_600_000;

/**
 * Brings the outages of a check into line with what was observed, at least as far back as `lookBackMs`, and to
 * an instant that none reaches over. Run twice, the second run changes nothing.
 */
export async function refreshOutages(
  tx: Tx,
  now: number,
  host: { readonly id: string; readonly plane: string },
  check: string,
  rule: VerdictRule,
  lookBackMs = recentMs,
): Promise<readonly OutageRow[]> {
  const open = (await store.readOutages(tx, host.id, now - 1, now, check)).find(({ to }) => to === null);
  for (let backMs = lookBackMs + now - (open?.from ?? now); ; backMs *= 2) {
    const from = now - backMs;
    const all = await readSeries(tx, host, () => rule.holdMs, from - rule.holdMs - rule.bridgeMs, now);
    const series = all.filter((one) => one.check === check);
    const found = outagesOf(series, rule, now).filter((one) => (one.to ?? now) > from);
    const known = await store.readOutages(tx, host.id, from, now, check);
    // One that was cut by the look's beginning is looked at whole.
    if ([...found, ...known].some((outage) => outage.from <= from)) continue;
    const turns = await store.readTurns(tx, [`${check}:${host.id}`], from, now);
    const rows = found.map((one) => ({ host: host.id, check, ...one, code: codeOf(one, turns) }));
    await store.replaceOutages(tx, host.id, check, from, rows);
    return rows;
  }
}

/** Looks again at a check's outages as far back as `since`: what is told late moves them where it happened. */
export async function lookAt(
  tx: Tx,
  now: number,
  { host, check, since }: { readonly host: string; readonly check: string; readonly since: number },
) {
  const [row, rule] = [await readHost(tx, host), ruleOf(check)];
  if (row === null || rule === null) return null;
  await refreshOutages(tx, now, row, check, rule, recentMs + Math.max(0, now - since));
  return row;
}

/** How long a letter is kept from others while its checks are looked at, each in a transaction of its own. */
const heldMs = 600_000;

/** Looks again at what late rounds may have moved; a look that fails is tried again later. Resolves to the number of letters. */
export async function lookAgain(
  database: Database,
  now: () => number,
  mishap: (text: string) => void,
): Promise<number> {
  for (let looked = 0; ; looked += 1) {
    const letter = await database.transaction(async (tx) => {
      const [first] = await take(tx, now(), 1, lateTopic);
      if (first !== undefined) await hold(tx, first.id, now() + heldMs);
      return first;
    });
    if (letter === undefined) return looked;
    const { prober, from, to } = letter.body as LateRounds;
    try {
      for (const one of await store.readUnsettled(database.db, prober, from, to))
        await database.transaction((tx) => lookAt(tx, now(), { ...one, since: from }));
      await database.transaction((tx) => finish(tx, letter.id, now()));
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      mishap(`outages after ${letter.key}: ${what}`);
      const due = now() + backoffMs(letter.attempts);
      await database.transaction((tx) => fail(tx, letter.id, what, due));
    }
  }
}
