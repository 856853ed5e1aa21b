import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { isRefusal } from '../refusal.ts';
import { readCaseText } from './case.ts';
import { evaluate, settlementText } from './settlement.ts';

const folder = new URL('../../test/cases/', import.meta.url);
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.case.json'))
  .map((name) => name.replace('.case.json', ''));

assert(names.length >= 29, 'the worked cases are there');

for (const name of names) {
  test(`worked case ${name}`, () => {
    const read = readCaseText(readFileSync(new URL(`${name}.case.json`, folder), 'utf8'));
    if (isRefusal(read)) assert.fail(`${read.path}: ${read.rule}`);
    const expected = JSON.parse(readFileSync(new URL(`${name}.settlement.json`, folder), 'utf8'));
    assert.deepStrictEqual(JSON.parse(settlementText(evaluate(read))), expected);
  });
}
