import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from './random.ts';
import { tryInputs, withoutSome } from './target.ts';
import { targets } from './targets.ts';

/** A day's number: another seed each day, the same one all day. */
const seed = Math.floor(Date.now() / 86_400_000);

for (const target of Object.values(targets)) {
  const count = target.inputs ?? 100_000;
  test(`${target.name}: ${target.about} (${count} inputs, seed ${seed})`, async () => {
    const { tried, failure } = await target.run(seeded(seed), count);
    assert.equal(failure, null, `seed ${seed}: ${failure?.what}\n${failure?.input.toString('latin1')}`);
    assert.equal(tried, count);
  });
}

test('the same seed makes the same inputs, another seed others', () => {
  const first = seeded(7).bytes(64);
  assert.deepEqual(seeded(7).bytes(64), first);
  assert.notDeepEqual(seeded(8).bytes(64), first);
  assert.deepEqual(seeded(7).fork(3).bytes(9), seeded(7).fork(3).bytes(9));
});

test('a failing input is made as small as it goes, and told with its seed', async () => {
  const outcome = await tryInputs(seeded(1), 1000, {
    make: (random): readonly number[] => Array.from({ length: 40 }, () => random.below(50)),
    check: (items) => assert.ok(!items.includes(13), 'a thirteen'),
    smaller: withoutSome,
    show: (items) => Buffer.from(JSON.stringify(items)),
  });
  assert.equal(outcome.failure?.input.toString(), '[13]');
  assert.match(outcome.failure?.what ?? '', /a thirteen/);
});

test('an input that takes too long twice fails', async () => {
  const outcome = await tryInputs(seeded(1), 1, {
    make: () => 1,
    check: () => new Promise((done) => setTimeout(done, 30)),
    show: () => Buffer.alloc(0),
    limitMs: 5,
  });
  assert.match(outcome.failure?.what ?? '', /longer than 5 ms/);
});
