import assert from 'node:assert/strict';
import { test } from 'node:test';
import { knock } from './knocks.ts';

/** A day's number: another seed each day, the same one all day. */
const seed = Math.floor(Date.now() / 86_400_000);

test(`twelve kills lose nothing that was acknowledged and count nothing twice (seed ${seed})`, {
  timeout: 600_000,
}, async (t) => {
  const { faults, figures, kills } = await knock(t, { kills: 12, seed, database: null, young: 1 });
  assert.deepEqual(faults, [], `seed ${seed}: ${JSON.stringify({ figures, kills }, null, 1)}`);
  assert(figures['requests answered']! > 100 && figures['files acknowledged']! > 5, JSON.stringify(figures));
});
