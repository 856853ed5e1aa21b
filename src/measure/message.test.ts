import assert from 'node:assert/strict';
import { test } from 'node:test';
import { begin, codeOf, seen } from '../../test/world.ts';
import { read, readSaid, turnsShape } from './message.ts';

const turn = seen('web:h000001', begin, 'fail');

test('a server’s own words with a NUL or half a character are kept without it, so that they hold up nothing', () => {
  const told = { turns: [{ ...turn, reading: { ...turn.reading, detail: '220 \0 \ud800 中' } }] };
  const said = readSaid('turns', JSON.stringify(told));
  assert('turns' in said);
  assert.equal(said.turns[0]?.reading.detail, '220 \ufffd \ufffd 中');
});

test('a name with a NUL, and a number beyond what is kept, are refused', () => {
  assert.equal(codeOf(read(turnsShape, { turns: [{ ...turn, id: 'web:\0' }] })), 'message-invalid');
  const quiet = { first: 0, last: 0, intervalMs: 1000, version: 1, targets: 2 ** 31 };
  assert.equal(codeOf(readSaid('quiet', JSON.stringify(quiet))), 'message-invalid');
  const most = readSaid('quiet', JSON.stringify({ ...quiet, targets: 2 ** 31 - 1 }));
  assert.equal(codeOf(most), null);
});
