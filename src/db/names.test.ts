import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Names } from './names.ts';

test('a statement has its name from the second time on, and always the same one', () => {
  const names = new Names();
  const asked = ['select 1', 'select 2', 'select 1', 'select 2', 'select 1'].map((text) => names.of(text));
  assert.deepEqual(asked, [null, null, 'hp0', 'hp1', 'hp0']);
});

test('what is no reading or writing of rows has none', () => {
  const names = new Names();
  for (const text of ['begin', 'create table x ()', 'set transaction read only', 'selective'])
    for (let n = 0; n < 3; n += 1) assert.equal(names.of(text), null);
});

test('five hundred have names, whatever comes besides once', () => {
  const names = new Names();
  for (let i = 0; i < 5000; i += 1) names.of(`select ${i}`);
  const told = new Set<string | null>();
  for (let i = 0; i < 1000; i += 1) for (let n = 0; n < 2; n += 1) told.add(names.of(`select 'again ${i}'`));
  assert.equal(told.size, 501);
  assert.equal(names.of("select 'again 0'"), 'hp0');
});
