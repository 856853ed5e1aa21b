import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withDatabase } from '../../test/database.ts';
import { begin, hourMs, makeHost, makeWorld, must } from '../../test/world.ts';
import type { Tx } from '../db/connection.ts';
import { bindDomain, tellFact } from './flow.ts';
import { type FactKind, type LifeState, lifeAt } from './host.ts';
import { pageHosts, readFacts } from './store.ts';

const states: readonly LifeState[] = [
  'none',
  'ordered',
  'serving',
  'closed',
  'over-traffic',
  'expired',
  'released',
];

async function chosen(tx: Tx, filter: { readonly state?: LifeState; readonly behind?: boolean }) {
  const rows = await pageHosts(tx, { customer: null, domain: null, ...filter }, '', 10);
  return rows.map(({ id }) => id);
}

test('hosts are chosen by the very state that their facts say, whatever stands under what', async (t) => {
  const { db } = await withDatabase(t);
  await makeWorld(db);
  const { id } = await makeHost(db);
  const other = await makeHost(db, 'other.customer.example');
  const life: readonly FactKind[] = [
    'closed',
    'expired',
    'over-traffic',
    'renewed',
    'reopened',
    'closed',
    'reopened',
    'traffic-cleared',
    'expired',
    'renewed',
    'closed',
    'released',
  ];
  const seen = new Set<LifeState>();
  for (const [step, kind] of life.entries()) {
    const at = begin + (step + 1) * hourMs;
    const fact = { kind, at, actor: 'staff', reason: kind, rule: 'rule 1' };
    must(await tellFact(db, id, fact, `step-${step}`));
    const { state } = lifeAt((await readFacts(db, [id])).get(id) ?? [], at);
    seen.add(state);
    for (const one of states) {
      const ids = [...(one === state ? [id] : []), ...(one === 'serving' ? [other.id] : [])];
      assert.deepEqual(await chosen(db, { state: one }), ids.sort(), `${kind}: ${one}`);
    }
  }
  assert.deepEqual([...seen].sort(), ['closed', 'expired', 'over-traffic', 'released', 'serving']);
});

test('a host is behind from a change on until its plane confirms it', async (t) => {
  const { db } = await withDatabase(t);
  await makeWorld(db);
  const { id } = await makeHost(db);
  assert.deepEqual(await chosen(db, { behind: true }), []);
  must(await bindDomain(db, begin + hourMs, id, 'two.customer.example', { filing: null, actor: 'staff' }));
  assert.deepEqual(await chosen(db, { behind: true }), [id]);
});
