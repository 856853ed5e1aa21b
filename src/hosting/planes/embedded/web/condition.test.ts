import assert from 'node:assert/strict';
import { test } from 'node:test';
import { httpDate, judge, rangeHolds } from './condition.ts';
import { parseRange } from './range.ts';

const at = Date.parse('2026-11-01T10:00:00Z');
const same = 'Sun, 01 Nov 2026 10:00:00 GMT';
const before = 'Sun, 01 Nov 2026 09:59:59 GMT';
const now = { etag: '"a"', modifiedMs: at };

test('preconditions are judged in the order of RFC 9110 §13.2.2', () => {
  const table: [Record<string, string>, ReturnType<typeof judge>][] = [
    [{}, 'send'],
    [{ 'if-none-match': '"a"' }, 'not-modified'],
    [{ 'if-none-match': 'W/"a"' }, 'not-modified'],
    [{ 'if-none-match': '"b", "a"' }, 'not-modified'],
    [{ 'if-none-match': '*' }, 'not-modified'],
    [{ 'if-none-match': '"b"' }, 'send'],
    [{ 'if-none-match': 'a' }, 'send'],
    [{ 'if-modified-since': same }, 'not-modified'],
    [{ 'if-modified-since': before }, 'send'],
    [{ 'if-modified-since': 'yesterday' }, 'send'],
    [{ 'if-none-match': '"b"', 'if-modified-since': same }, 'send'],
    [{ 'if-match': '"a"' }, 'send'],
    [{ 'if-match': 'W/"a"' }, 'failed'],
    [{ 'if-match': '"b"' }, 'failed'],
    [{ 'if-match': '*' }, 'send'],
    [{ 'if-unmodified-since': same }, 'send'],
    [{ 'if-unmodified-since': before }, 'failed'],
    [{ 'if-match': '"a"', 'if-unmodified-since': before }, 'send'],
    [{ 'if-match': '"b"', 'if-none-match': '"a"' }, 'failed'],
  ];
  for (const [headers, verdict] of table) assert.equal(judge(headers, now), verdict, JSON.stringify(headers));
});

test('a date is read in its three forms and in no other', () => {
  const third = Date.parse('1994-11-06T08:49:37Z');
  assert.equal(httpDate('Sun, 06 Nov 1994 08:49:37 GMT'), third);
  assert.equal(httpDate('Sunday, 06-Nov-94 08:49:37 GMT'), third);
  assert.equal(httpDate('Sun Nov  6 08:49:37 1994'), third);
  for (const text of [
    '1994-11-06T08:49:37Z',
    '0',
    '',
    'Sun, 06 Nov 1994 08:49:37',
    'Sun, 99 Nov 1994 08:49:37 GMT',
  ]) {
    assert.equal(httpDate(text), null, text);
  }
});

test('a part is sent only of the version that the client has', () => {
  for (const field of [undefined, '"a"', same]) assert.equal(rangeHolds(field, now), true, String(field));
  for (const field of ['"b"', 'W/"a"', before, 'x']) assert.equal(rangeHolds(field, now), false, field);
});

test('a range is one stretch, or nothing special', () => {
  const table: [string, number, ReturnType<typeof parseRange>][] = [
    ['bytes=0-0', 10, { from: 0, to: 1 }],
    ['bytes=2-5', 10, { from: 2, to: 6 }],
    ['bytes=2-', 10, { from: 2, to: 10 }],
    ['bytes=-3', 10, { from: 7, to: 10 }],
    ['bytes=-30', 10, { from: 0, to: 10 }],
    ['bytes=5-99', 10, { from: 5, to: 10 }],
    ['BYTES=0-1', 10, { from: 0, to: 2 }],
    ['bytes=10-', 10, 'unsatisfiable'],
    ['bytes=-0', 10, 'unsatisfiable'],
    ['bytes=0-', 0, 'unsatisfiable'],
    ['bytes=-5', 0, 'unsatisfiable'],
    ['bytes=5-2', 10, 'whole'],
    ['bytes=-', 10, 'whole'],
    ['bytes=a-b', 10, 'whole'],
    ['bytes=0-1,3-4', 10, 'whole'],
    ['items=0-1', 10, 'whole'],
    [`bytes=${'9'.repeat(30)}-`, 10, 'whole'],
  ];
  for (const [field, size, range] of table) assert.deepEqual(parseRange(field, size), range, field);
});
