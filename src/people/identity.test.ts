import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isRefusal } from '../refusal.ts';
import { isChecked, masked, readCreditCode, readResidentNumber } from './identity.ts';

const now = Date.UTC(2026, 8, 1);
const ruleOf = (value: unknown): string | null => (isRefusal(value) ? value.rule : null);

test('a credit code is read with its check digit, however it was typed', () => {
  for (const code of ['91350100M000100Y43', '91110000600037341L', '914403001922038216'])
    assert.equal(readCreditCode(code), code);
  assert.equal(readCreditCode(' 91350100 m000100y43 '), '91350100M000100Y43');
});

test('a credit code with another check digit, a letter that there is not or another length is refused', () => {
  assert.match(ruleOf(readCreditCode('91350100M000100Y44')) ?? '', /check digit/);
  assert.match(ruleOf(readCreditCode('91350100M000100I43')) ?? '', /18 characters/);
  assert.match(ruleOf(readCreditCode('91350100M000100Y4')) ?? '', /18 characters/);
  assert.match(ruleOf(readCreditCode('')) ?? '', /18 characters/);
});

test('one wrong digit of a credit code is always found', () => {
  const code = '91350100M000100Y43';
  const digits = '0123456789ABCDEFGHJKLMNPQRTUWXY';
  fc.assert(
    fc.property(fc.nat(16), fc.constantFrom(...digits), (at, digit) => {
      if (code[at] === digit) return;
      assert.ok(isRefusal(readCreditCode(code.slice(0, at) + digit + code.slice(at + 1))));
    }),
  );
});

test('an identity number is read with its check digit, X in either case', () => {
  assert.equal(readResidentNumber('11010519491231002X', now), '11010519491231002X');
  assert.equal(readResidentNumber('11010519491231002x', now), '11010519491231002X');
  assert.equal(readResidentNumber('440524188001010014', now), '440524188001010014');
});

test('an identity number of no province, no day, of the future or with another check digit is refused', () => {
  const refused: readonly (readonly [string, RegExp])[] = [
    ['110105194912310021', /check digit/],
    ['99010519491231002X', /province/],
    ['11010519490231002X', /date of birth/],
    ['11010520991231002X', /date of birth/],
    ['1101051949123100', /18 characters/],
    ['01010519491231002X', /18 characters/],
  ];
  for (const [number, rule] of refused)
    assert.match(ruleOf(readResidentNumber(number, now)) ?? '', rule, number);
});

test('what is shown hides all but the ends', () => {
  assert.equal(masked('11010519491231002X'), '1101************2X');
  assert.equal(masked('91350100M000100Y43').length, 18);
});

test('a check counts for the kind and name that were checked', () => {
  const checked = { kind: 'company', name: 'A' } as const;
  assert.ok(isChecked(checked, { kind: 'company', name: 'A' }));
  assert.ok(!isChecked(checked, { kind: 'company', name: 'B' }));
  assert.ok(!isChecked(checked, { kind: 'person', name: 'A' }));
  assert.ok(!isChecked(null, checked));
});
