import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRefusal } from '../refusal.ts';
import { readFiling } from './filing.ts';

test('filing numbers of every form are read, and kept as they are printed', () => {
  for (const number of [
    '京ICP备12345678号-1',
    '京ICP备12345678号',
    '粤ICP备2021012345号-12',
    '京ICP证030173号',
    '京ICP证030173号-1',
    '沪B2-20090059-3',
    '合字B2-20090004',
  ])
    assert.equal(readFiling(number), number);
  assert.equal(readFiling(' 京icp备 12345678号－1 '), '京ICP备12345678号-1', 'full-width and small letters');
  assert.equal(readFiling('京ＩＣＰ备１２３４５６７８号—2'), '京ICP备12345678号-2');
});

test('what is no filing number is refused with what would be one', () => {
  for (const number of [
    '',
    '京ICP备1234567号-1',
    '京ICP备123456789号-1',
    '美ICP备12345678号-1',
    'ICP备12345678号',
    '京ICP备12345678',
    '京ICP备12345678号-0',
    '京ICP备12345678号-1x',
    '京公网安备11000002000001号',
  ]) {
    const read = readFiling(number, 'filing');
    assert.deepEqual(isRefusal(read) && [read.code, read.path], ['filing-invalid', 'filing'], number);
  }
});
