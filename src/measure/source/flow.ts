import type { Tx } from '../../db/connection.ts';
import type { HostRow } from '../../hosting/store.ts';
import { freshMinuteMs, type Source, sourceOf } from '../source.ts';
import { readMinutes, readReceipts, readTargets } from '../store.ts';

/** How far back is looked for a source that may still be live, or was until lately. */
const lookMs = 86_400_000;

/** What observes each of some checks for a host right now; those of a deadline go by the guarantee's id. */
export async function readSources(
  tx: Tx,
  now: number,
  host: HostRow,
  checks: readonly string[],
): Promise<readonly Source[]> {
  const targets = (await readTargets(tx, [host.id])).filter((target) => target.removed === null);
  const rounds = await readReceipts(tx, now - lookMs, now + 60_000);
  const after = { minute: now - freshMinuteMs - 1, part: 0 };
  const minutes = await readMinutes(tx, host.plane, after, now + 60_000, 100);
  const seen = { targets, rounds, lastMinute: minutes.at(-1)?.minute ?? null };
  return checks.map((check) => sourceOf(check, seen, now));
}
