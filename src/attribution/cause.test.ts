import assert from 'node:assert/strict';
import { test } from 'node:test';
import { admitCause, type CauseKind, causeKinds, type NewCause } from './cause.ts';

const who = (name: string) => ({ name, at: 50 });

/** For each kind a proof that is enough. */
const proofs: Readonly<Record<CauseKind, Readonly<Record<string, unknown>>>> = {
  'customer-dns': {
    resolvers: [
      { address: '9.9.9.9', answer: ['203.0.113.9'] },
      { address: '1.1.1.1', answer: [] },
    ],
    ours: ['192.0.2.1'],
    nameServers: ['ns1.elsewhere.example'],
    byAddress: 'pass',
  },
  'customer-settings': {
    byAddress: 'fail',
    neighbour: { host: 'h000002', result: 'pass' },
    change: 'settings 12: index page removed',
    curedAt: null,
  },
  violation: { facts: [7, 9], rule: 'rule 7', actor: 'staff' },
  attack: { requestsPerMinute: 9000, baselinePerMinute: 30, clients: 400, busiestShare: 0.4 },
  'over-traffic': { allowanceBytes: 1000, countedBytes: 1001, passedAt: 100 },
  'customer-code': { script: '/slow.php', slowestMs: 2100, referenceMs: 40, limitMs: 1500 },
  agreed: { provider: who('A'), customer: who('B'), reason: 'moving the shop' },
};

function cause(kind: string, proof: unknown, more: Partial<NewCause> = {}): NewCause {
  const base = { id: 'c1', host: 'h000001', checks: ['web'], from: 100, to: 200, actor: 'doctor' };
  return { ...base, cause: kind, proof, ...more };
}

for (const kind of causeKinds) {
  test(`${kind}: with its proof it is taken, without any part of it not`, () => {
    assert.equal(admitCause(cause(kind, proofs[kind])), null);
    for (const key of Object.keys(proofs[kind])) {
      const { [key]: _, ...less } = proofs[kind];
      const refusal = admitCause(cause(kind, less));
      assert.deepEqual([refusal?.code, refusal?.path], ['proof-missing', `proof.${key}`]);
    }
    for (const nothing of [null, undefined, {}, 'trust me', []]) {
      assert.equal(admitCause(cause(kind, nothing))?.code, 'proof-missing');
    }
    assert.equal(admitCause(cause(kind, { ...proofs[kind], extra: 1 }))?.code, 'proof-missing');
  });
}

test('a proof that says the opposite is refused', () => {
  const [first, second] = proofs['customer-dns']['resolvers'] as readonly [object, object];
  const rows: readonly (readonly [CauseKind, object, string])[] = [
    ['customer-dns', { resolvers: [first, { address: '1.1.1.1', answer: ['192.0.2.1'] }] }, 'resolvers'],
    ['customer-dns', { resolvers: [second, second] }, 'resolvers'],
    ['over-traffic', { countedBytes: 1000 }, 'countedBytes'],
    ['over-traffic', { passedAt: 101 }, 'passedAt'],
    ['customer-code', { referenceMs: 1500 }, 'referenceMs'],
    ['customer-code', { slowestMs: 1500 }, 'slowestMs'],
    ['attack', { requestsPerMinute: 30 }, 'requestsPerMinute'],
  ];
  for (const [kind, change, field] of rows) {
    const refusal = admitCause(cause(kind, { ...proofs[kind], ...change }));
    assert.deepEqual([refusal?.code, refusal?.path], ['proof-contradicts', `proof.${field}`]);
  }
});

test('one resolver is not two, a host that fails by address is not the DNS', () => {
  const dns = proofs['customer-dns'];
  const [first] = dns['resolvers'] as readonly object[];
  assert.equal(admitCause(cause('customer-dns', { ...dns, resolvers: [first] }))?.path, 'proof.resolvers');
  assert.equal(admitCause(cause('customer-dns', { ...dns, byAddress: 'fail' }))?.path, 'proof.byAddress');
});

test('an unknown cause, maintenance, and an empty stretch are refused', () => {
  for (const kind of ['maintenance', 'provider', '', '__proto__', 'toString']) {
    assert.equal(admitCause(cause(kind, {}))?.code, 'cause-unknown', kind);
  }
  assert.equal(admitCause(cause('violation', proofs.violation, { to: 100 }))?.code, 'interval-empty');
});
