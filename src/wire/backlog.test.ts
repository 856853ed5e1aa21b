import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { refuse } from '../refusal.ts';
import { Backlog } from './backlog.ts';
import { openSpool, type Spool } from './spool.ts';

async function aSpool(t: TestContext): Promise<Spool> {
  const folder = await mkdtemp(join(tmpdir(), 'backlog-'));
  const spool = await openSpool(folder, { batchMs: 0 });
  t.after(async () => {
    await spool.close();
    await rm(folder, { recursive: true });
  });
  return spool;
}

/** The spool, whose disk has no room while `full` says so; `order` is what went in. */
function faulty(spool: Spool, full: () => 'no' | 'throws' | 'refuses') {
  const order: unknown[] = [];
  const append: Spool['append'] = async (kind, body) => {
    if (full() === 'throws') throw new Error('not kept', { cause: new Error('ENOSPC') });
    if (full() === 'refuses') return refuse('spool-full', 'spool', 'at most 1 byte');
    order.push(body);
    return spool.append(kind, body);
  };
  return { spool: { ...spool, append }, order };
}

for (const how of ['throws', 'refuses'] as const) {
  test(`what a spool that ${how} does not take waits, is said once, and goes in in order`, async (t) => {
    let full: 'no' | 'throws' | 'refuses' = how;
    const { spool, order } = faulty(await aSpool(t), () => full);
    const said: string[] = [];
    const backlog = new Backlog(spool, (text) => said.push(text));
    for (let n = 0; n < 5; n += 1) backlog.add('n', { n });
    await delay(1300);
    assert.equal(backlog.length, 5);
    assert.equal(said.length, 1, String(said));
    full = 'no';
    backlog.add('n', { n: 5 });
    await delay(1300);
    assert.equal(backlog.length, 0);
    assert.deepEqual(
      order,
      [0, 1, 2, 3, 4, 5].map((n) => ({ n })),
    );
    await backlog.close();
    assert.equal(said.length, 1);
  });
}

test('what still waits at the end is tried once more, and else said to be lost', async (t) => {
  let full: 'no' | 'throws' = 'throws';
  const { spool, order } = faulty(await aSpool(t), () => full);
  const said: string[] = [];
  const kept = new Backlog(spool, () => {});
  kept.add('n', { n: 1 });
  await delay(50);
  full = 'no';
  await kept.close();
  assert.deepEqual(order, [{ n: 1 }]);
  full = 'throws';
  const lost = new Backlog(spool, (text) => said.push(text));
  lost.add('n', { n: 2 });
  await lost.close();
  assert.match(said.at(-1) ?? '', /^1 messages found no room: not kept: ENOSPC$/);
});

test('more than memory is for is thrown back', async (t) => {
  const { spool } = faulty(await aSpool(t), () => 'throws');
  const backlog = new Backlog(spool, () => {});
  const text = 'x'.repeat(16_000_000);
  for (let n = 0; n < 4; n += 1) backlog.add('n', { text });
  assert.throws(() => backlog.add('n', { text }), /wait for the disk/);
  await backlog.close();
});
