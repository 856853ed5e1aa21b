import assert from 'node:assert/strict';
import { test } from 'node:test';
import { presentSchema } from './schema.ts';

test('the migrations make exactly the tables that the code states', async () => {
  const { behind } = await presentSchema();
  assert.deepEqual(behind, [], 'run `npm run migrations` and commit what it writes');
});
