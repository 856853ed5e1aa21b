import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withDatabase } from '../../test/database.ts';
import { begin, codeOf, dayMs, hourMs, makeHost, makeWorld, must } from '../../test/world.ts';
import { verifyChain } from '../db/evidence.ts';
import { isRefusal } from '../refusal.ts';
import type { NewCause } from './cause.ts';
import { recordCause, withdrawCause } from './flow.ts';
import { readCause, readCauses } from './store.ts';

const assent = { name: 'A', at: begin };

const agreed = (id: string, from: number, to: number): NewCause => ({
  id,
  host: 'h000001',
  cause: 'agreed',
  checks: ['web'],
  from,
  to,
  proof: { provider: assent, customer: { name: 'B', at: begin }, reason: 'a move' },
  actor: 'support',
});

test('a cause told twice stands once, with one leaf of the evidence chain', async (t) => {
  const { db } = await withDatabase(t);
  await makeWorld(db);
  await makeHost(db);
  const cause = agreed('k1', begin, begin + hourMs);
  must(await recordCause(db, begin, cause));
  must(await recordCause(db, begin + 9, cause));
  const [row, ...rest] = await readCauses(db, 'h000001', begin, begin + dayMs);
  assert.deepEqual([row?.id, row?.at, row?.proof, rest.length], ['k1', begin, cause.proof, 0]);
  assert.deepEqual(await verifyChain(db), { kind: 'sound', days: 0, leaves: 1 });
});

test('another cause under a known id, and one about a host that is not there, are refused', async (t) => {
  const { db } = await withDatabase(t);
  await makeWorld(db);
  await makeHost(db);
  const cause = agreed('k1', begin, begin + hourMs);
  must(await recordCause(db, begin, cause));
  assert.equal(codeOf(await recordCause(db, begin, { ...cause, to: cause.to + 1 })), 'cause-known');
  assert.equal(codeOf(await recordCause(db, begin, { ...cause, id: 'k2', host: 'h9' })), 'host-unknown');
  const bare = await recordCause(db, begin, { ...cause, id: 'k3', proof: { provider: assent } });
  assert.deepEqual(isRefusal(bare) && [bare.code, bare.path], ['proof-missing', 'proof.customer']);
  assert.equal((await readCauses(db, 'h000001', begin, begin + dayMs)).length, 1);
  assert.deepEqual(await verifyChain(db), { kind: 'sound', days: 0, leaves: 1 });
});

test('causes are found by the stretch that they touch, and by no other', async (t) => {
  const { db } = await withDatabase(t);
  await makeWorld(db);
  await makeHost(db);
  must(await recordCause(db, begin, agreed('b', begin + hourMs, begin + 2 * hourMs)));
  must(await recordCause(db, begin, agreed('a', begin, begin + hourMs)));
  const ids = async (from: number, to: number) =>
    (await readCauses(db, 'h000001', from, to)).map((cause) => cause.id);
  assert.deepEqual(await ids(begin, begin + dayMs), ['a', 'b']);
  assert.deepEqual(await ids(begin + hourMs, begin + hourMs + 1), ['b']);
  assert.deepEqual(await ids(begin + hourMs - 1, begin + hourMs), ['a']);
  assert.deepEqual(await ids(begin + 2 * hourMs, begin + dayMs), []);
  assert.deepEqual(await readCauses(db, 'h000002', begin, begin + dayMs), []);
});

test('a cause is withdrawn once, with a reason; it then excuses nothing and its id stays used', async (t) => {
  const { db } = await withDatabase(t);
  await makeWorld(db);
  await makeHost(db);
  const cause = agreed('k1', begin, begin + hourMs);
  must(await recordCause(db, begin, cause));
  assert.equal(codeOf(await withdrawCause(db, begin + 1, 'k1', 'owner', ' ')), 'reason-missing');
  assert.equal(codeOf(await withdrawCause(db, begin + 1, 'k9', 'owner', 'wrong host')), 'cause-unknown');
  must(await withdrawCause(db, begin + 1, 'k1', 'owner', 'wrong host'));
  assert.equal(codeOf(await withdrawCause(db, begin + 2, 'k1', 'owner', 'again')), 'cause-unknown');
  assert.deepEqual(await readCauses(db, 'h000001', begin, begin + dayMs), []);
  const row = await readCause(db, 'k1');
  assert.deepEqual(
    [row?.withdrawnAt, row?.withdrawnBy, row?.withdrawnReason],
    [begin + 1, 'owner', 'wrong host'],
  );
  assert.equal(codeOf(await recordCause(db, begin + 3, cause)), 'cause-known');
  must(await recordCause(db, begin + 3, { ...cause, id: 'k2' }));
  assert.deepEqual(await verifyChain(db), { kind: 'sound', days: 0, leaves: 3 });
});
