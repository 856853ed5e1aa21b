import assert from 'node:assert/strict';
import { test } from 'node:test';
import { calm } from './calm.ts';

test('five mishaps of ten seconds are said, the others are counted', () => {
  let at = 0;
  const said: string[] = [];
  const mishap = calm(
    (text) => said.push(text),
    () => at,
  );
  for (let i = 1; i <= 8; i += 1) mishap(`m${i}`);
  assert.deepEqual(said, ['m1', 'm2', 'm3', 'm4', 'm5']);
  at = 10_000;
  mishap('m9');
  assert.deepEqual(said.slice(5), ['3 more mishaps were left out', 'm9']);
  at = 30_000;
  mishap('m10');
  assert.deepEqual(said.slice(7), ['m10']);
});
