import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Seen, sourceOf } from './source.ts';

const now = 10_000_000;
const seen: Seen = {
  targets: [
    { check: 'web', added: 3 },
    { check: 'ftp', added: 5 },
  ],
  rounds: [{ lastRound: now - 60_000, version: 4 }],
  lastMinute: now - 120_000,
};
const missing = (check: string, change: Partial<Seen> = {}) =>
  sourceOf(check, { ...seen, ...change }, now).missing?.en ?? null;

test('a check is live while a prober makes rounds that have its target in them', () => {
  assert.equal(missing('web'), null);
  assert.equal(sourceOf('web', seen, now).seenAt, now - 60_000);
  assert.match(missing('ftp') ?? '', /no prober/, 'the rounds are older than the target');
  assert.match(missing('web', { targets: [] }) ?? '', /no target/);
  assert.match(missing('web', { rounds: [] }) ?? '', /no prober/);
  assert.equal(missing('web', { rounds: [{ lastRound: now - 300_000, version: 3 }] }), null);
  assert.match(missing('web', { rounds: [{ lastRound: now - 300_001, version: 3 }] }) ?? '', /no prober/);
});

test('the response time is live while the access log is read', () => {
  assert.equal(missing('response'), null);
  assert.match(missing('response', { lastMinute: now - 900_001 }) ?? '', /access log/);
  assert.match(missing('response', { lastMinute: null }) ?? '', /access log/);
});

test('what nothing observes is never live', () => {
  for (const check of ['power', 'hotline', 'notice', 'fault-reply', 'function'])
    assert.match(missing(check) ?? '', /nothing/);
});
