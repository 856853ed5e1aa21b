import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Gate } from './gate.ts';

test('a gate closes when the last inside has left, and whoever comes meanwhile waits', async () => {
  const gate = new Gate();
  const seen: string[] = [];
  const first = gate.pass(async () => {
    await delay(30);
    seen.push('first');
  });
  const closing = gate.close().then((open) => {
    seen.push('closed');
    return open;
  });
  const second = gate.pass(async () => void seen.push('second'));
  const open = await closing;
  await delay(10);
  assert.deepEqual(seen, ['first', 'closed']);
  open();
  await Promise.all([first, second]);
  assert.deepEqual(seen, ['first', 'closed', 'second']);
});

test('work that throws leaves the gate', async () => {
  const gate = new Gate();
  await assert.rejects(
    gate.pass(() => Promise.reject(new Error('no'))),
    /no/,
  );
  (await gate.close())();
  assert.equal(await gate.pass(async () => 7), 7);
});

test('who closes a closed gate waits until it was open', async () => {
  const gate = new Gate();
  const open = await gate.close();
  let second = false;
  const again = gate.close().then((reopen) => {
    second = true;
    reopen();
  });
  await delay(5);
  assert.equal(second, false);
  open();
  await again;
});
