import assert from 'node:assert/strict';
import { test } from 'node:test';
import { paperParts, paperTerms } from '../../test/paper.ts';
import { exampleLines } from './example.ts';

const { agreement, sale } = paperParts();

test('the example is the arithmetic of a month of this agreement: fee, milliseconds, factor, rounded up', () => {
  // September has 720 h and may have 7.2 h of them bad: eight and two more break it.
  const lines = exampleLines(agreement, sale, 'zh').join('\n');
  assert.match(lines, /2026-09-10 00:00:00 – 2026-09-10 10:00:00/);
  assert.match(lines, /SA-2026-000001: ¥600\.00 × 36,000,000 ÷ 31,564,800,000 × 2 = ¥1\.368613…/);
  assert.match(lines, /向上进到分：¥1\.37/);
  assert.match(exampleLines(agreement, sale, 'en').join('\n'), /rounded up to the fen: CNY 1\.37/);
});

test('an agreement without a share shows what it promises instead: a slow hour, a late answer', () => {
  const only = (id: string) => exampleLines({ ...agreement, terms: paperTerms([id]) }, sale, 'en').join('\n');
  assert.match(only('response'), /3,600,000 ÷/);
  assert.match(only('notice'), /3,600,000 ÷/);
  assert.match(only('fault-reply'), /Total: /);
});
