import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isRefusal } from '../refusal.ts';
import { periodOf } from './period.ts';
import { balanceLine, cell, decimal, headLine, line, postingLine, type Reader } from './sheet.ts';

const zh: Reader = { lang: 'zh', zone: 'Asia/Shanghai', side: 'customer' };
const at = Date.UTC(2026, 9, 1, 16, 30);

const cells: readonly (readonly [string, string])[] = [
  ['plain', 'plain'],
  ['R-1', 'R-1'],
  ['=1+1', "'=1+1"],
  ['+49', "'+49"],
  ['-12', "'-12"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['＝1', "'＝1"],
  ['\t=1', '"\'\t=1"'],
  ['a,b', '"a,b"'],
  ['=a,b', '"\'=a,b"'],
  ['say "x"', '"say ""x"""'],
  ['two\r\nlines', '"two\r\nlines"'],
  ['', ''],
];
for (const [text, wanted] of cells)
  test(`the cell ${JSON.stringify(text)} is written ${JSON.stringify(wanted)}`, () => {
    assert.equal(cell(text), wanted);
  });

/** Reads RFC 4180 as a reader of it would, character by character. */
function read(text: string): string[][] {
  const rows: string[][] = [[]];
  let field = '';
  let quoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const mark = text[i]!;
    if (quoted) {
      if (mark !== '"') field += mark;
      else if (text[i + 1] === '"') {
        field += '"';
        i += 1;
      } else quoted = false;
    } else if (mark === '"') quoted = true;
    else if (mark === ',') {
      rows.at(-1)!.push(field);
      field = '';
    } else if (mark === '\r' && text[i + 1] === '\n') {
      rows.at(-1)!.push(field);
      field = '';
      rows.push([]);
      i += 1;
    } else field += mark;
  }
  rows.pop();
  return rows;
}

test('whatever stands in cells comes back, and nothing begins as a formula', () => {
  const nasty = fc.string({
    unit: fc.constantFrom('=', '+', '-', '@', ',', '"', '\r', '\n', '\t', ' ', 'a', '银'),
  });
  fc.assert(
    fc.property(fc.array(nasty, { minLength: 1, maxLength: 5 }), (texts) => {
      const [row] = read(line(texts.map(cell)));
      assert.equal(row?.length, texts.length);
      for (const [i, text] of texts.entries()) {
        assert.ok(row![i] === text || row![i] === `'${text}`);
        assert.doesNotMatch(row![i]!, /^[=+\-@\t\r\n]/);
      }
    }),
  );
});

test('amounts are decimals with a point and a sign, never text', () => {
  assert.deepEqual([0, 5, -5, 123_456, -100].map(decimal), ['0.00', '0.05', '-0.05', '1234.56', '-1.00']);
});

test('a posting has the local time of the zone, its account in words, and what stands to the customer’s credit', () => {
  const posting = {
    ...{
      at,
      account: 'customer:c000001:compensation',
      kind: 'compensation',
      key: 'statement:QA-1/2026-09/1',
    },
    ...{ detail: { agreement: 'QA-1', month: '2026-09', revision: 1 }, currency: 'CNY', amount: -1_234 },
  };
  assert.equal(
    postingLine(posting, -2_000, zh),
    '2026-10-02 00:30,应付赔偿,赔偿入账,QA-1 2026-09 1,CNY,12.34,20.00,statement:QA-1/2026-09/1\r\n',
  );
  const books = { ...zh, lang: 'en', side: 'books' } as const;
  assert.match(
    postingLine(posting, -2_000, books),
    /,customer:c000001:compensation,compensation,.*,-12\.34,-20\.00,/,
  );
  const evil = { ...posting, kind: '=cmd', detail: { reference: '=1+1|A1' } };
  assert.match(postingLine(evil, 0, zh), /,'=cmd,'=1\+1\|A1,/);
  const told = { account: 'customer:c000001:fees', currency: 'CNY', amount: -60_000 };
  assert.equal(balanceLine('opening', at, told, zh), '2026-10-02 00:30,费用,期初余额,,CNY,,600.00,\r\n');
  assert.equal(headLine(zh), '时间,账户,类别,摘要,币种,金额,余额,分录\r\n');
});

test('a period is whole local days, the last one in it; one that is no date, backwards or endless is refused', () => {
  const october = periodOf('Asia/Shanghai', '2026-10-01', '2026-10-31');
  assert.deepEqual(october, [Date.UTC(2026, 8, 30, 16), Date.UTC(2026, 9, 31, 16)]);
  for (const [from, to] of [
    ['2026-02-30', '2026-03-01'],
    ['2026-03-01', '2026-02-30'],
    ['2026-03-02', '2026-03-01'],
    ['1990-01-01', '2026-03-01'],
  ] as const) {
    const refused = periodOf('UTC', from, to);
    assert.equal(isRefusal(refused) && refused.code, 'period-invalid', `${from} ${to}`);
  }
});
