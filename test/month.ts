import type { TestContext } from 'node:test';
import type { Tx } from '../src/db/connection.ts';
import { readBalance } from '../src/ledger/store.ts';
import { syncTargets, takeSigned } from '../src/measure/flow.ts';
import { withDatabase } from './database.ts';
import {
  dayMs,
  makeAgreement,
  makeHost,
  makeProber,
  makeWorld,
  must,
  quietOf,
  seen,
  slotOf,
  wantedOf,
} from './world.ts';

/** September 2026 of one host, for the tests of judging, reviewing and posting. */
export const month = '2026-09';
export const end = Date.UTC(2026, 9, 1);
/** Late data has come: Friday 2026-10-02. */
export const late = end + dayMs;
/** Three working days later: Thursday 2026-10-08. */
export const due = Date.UTC(2026, 9, 8);

const web = 'web:h000001';

/** A host whose web was down from minute `from` to `to`, watched for the whole month by one prober. */
export async function makeMonth(t: TestContext, from = 600, to = 1200) {
  const database = await withDatabase(t);
  const { db } = database;
  const made = await database.transaction(async (tx) => {
    await makeWorld(tx);
    const host = await makeHost(tx);
    await syncTargets(tx, await wantedOf(tx, [host.id]));
    const number = await makeAgreement(tx, host.id, ['web'], 365);
    const speaker = await makeProber(tx, 'a');
    const turns = [
      seen(web, slotOf(web, 0), 'pass'),
      seen('ftp:h000001', slotOf('ftp:h000001', 0), 'pass'),
      seen(web, slotOf(web, from), 'fail'),
      seen(web, slotOf(web, to), 'pass'),
    ];
    must(await takeSigned(tx, end, speaker.prober, speaker.say('turns', { turns })));
    const rounds = speaker.say('quiet', quietOf(0, 30 * 1440 + 10));
    must(await takeSigned(tx, late, speaker.prober, rounds));
    return { host, number, speaker };
  });
  /** What the customer is owed, in fen. */
  const owed = async (tx: Tx): Promise<number> =>
    0 - (await readBalance(tx, 'customer:c000001:compensation', 'CNY', Number.MAX_SAFE_INTEGER));
  return { database, db, owed, ...made };
}

/** Time that both parties agreed to leave out, with the proof that it needs. */
export const excuse = (id: string, from: number, to: number) => ({
  id,
  host: 'h000001',
  cause: 'agreed',
  checks: ['web'],
  from,
  to,
  proof: { provider: { name: '王敏', at: from }, customer: { name: '李青', at: from }, reason: 'moved' },
  actor: 'support',
});
