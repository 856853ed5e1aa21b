import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'drizzle-orm';
import { withDatabase } from '../../test/database.ts';
import { begin, dayMs, makeAgreement, makeHost, makeWorld, must } from '../../test/world.ts';
import { recordCause, withdrawCause } from '../attribution/flow.ts';
import type { Tx } from '../db/connection.ts';
import { cutDay } from '../db/evidence.ts';
import { record } from '../entrance/flow.ts';
import { closeMonth, takeStep } from '../settlement/flow.ts';
import { proveChain } from './proof.ts';

const entry = (subject: string, at: number) => ({
  ...{
    at,
    actor: { kind: 'user' as const, id: 'u1', name: 'Anna' },
    action: 'hosts.bind',
    resource: 'hosts',
  },
  ...{ subject, customer: 'c000001', before: { domains: [] }, after: { domains: ['a.example'] } },
  ...{ address: '127.0.0.1', agent: 'test', request: 'r1' },
});

/** Two audit entries, a cause that was withdrawn, a judged month that is held, one day cut. */
async function filled(db: Tx): Promise<void> {
  await makeWorld(db);
  await makeHost(db);
  const number = await makeAgreement(db, 'h000001', ['web'], 90);
  await record(db, entry('h000001', begin));
  await record(db, entry('h000002', begin + 1));
  const stretch = { from: begin, to: begin + 1000 };
  const who = { name: 'Anna', at: begin };
  const proof = { provider: who, customer: who, reason: 'a move' };
  const cause = {
    id: 'k1',
    host: 'h000001',
    cause: 'agreed',
    checks: [],
    ...stretch,
    proof,
    actor: 'op',
  };
  const refused = await recordCause(db, begin, cause);
  assert.equal(refused, null, JSON.stringify(refused));
  assert.equal(await withdrawCause(db, begin + 5, 'k1', 'op', 'a mistake'), null);
  await cutDay(db, '2026-09-01', begin + dayMs);
  const at = begin + 60 * dayMs;
  must(await closeMonth(db, at, number, '2026-09', { actor: 'timetable', reason: null }));
  const step = { kind: 'held', by: 'u2', name: 'Bo', reason: 'a cause is looked for', at } as const;
  must(await takeStep(db, { agreement: number, month: '2026-09', revision: 1 }, step, 0));
}

test('a chain whose leaves are what they stand for is sound', async (t) => {
  const { db } = await withDatabase(t);
  await filled(db);
  assert.deepEqual(await proveChain(db), { kind: 'sound', days: 1, leaves: 6 });
});

for (const [what, table, statement, at] of [
  ['a changed audit entry', 'audits', `update audits set subject = 'h000009' where id = 1`, 'audit 1'],
  [
    'a changed “after”',
    'audits',
    `update audits set after = '{"domains":["b.example"]}' where id = 2`,
    'audit 2',
  ],
  ['a removed audit entry', 'audits', 'delete from audits where id = 2', 'audit 2'],
  [
    'an audit entry that was slipped in',
    'audits',
    `insert into audits (at, actor, action, resource, subject, address, agent, request, digest)
      select at, actor, action, resource, 'x', address, agent, request, digest from audits where id = 1`,
    'audit 3',
  ],
  ['a changed cause', 'causes', `update causes set cause = 'provider' where id = 'k1'`, 'cause k1'],
  [
    'another reason',
    'causes',
    `update causes set withdrawn_reason = 'y' where id = 'k1'`,
    'cause-withdrawn k1',
  ],
  [
    'another reason of a hold',
    'approvals',
    `update approvals set reason = 'none'`,
    'approval QA-2026-000001/2026-09/1/1',
  ],
  ['a removed statement', 'statements', 'delete from statements', 'statement QA-2026-000001/2026-09/1'],
  ['a changed leaf', 'evidence_leaves', `update evidence_leaves set at = 7 where seq = 1`, '2026-09-01'],
] as const) {
  test(`${what} is found by name although the trigger was off`, async (t) => {
    const { db } = await withDatabase(t);
    await filled(db);
    await db.execute(sql.raw(`alter table ${table} disable trigger all`));
    await db.execute(sql.raw(statement));
    const state = await proveChain(db);
    assert.equal(state.kind === 'broken' && state.at, at, JSON.stringify(state));
  });
}
