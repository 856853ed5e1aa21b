import assert from 'node:assert/strict';
import { test } from 'node:test';
import { paperContent, paperParts, paperTerms } from '../../test/paper.ts';
import { edition } from '../terms/editions/hosting.ts';
import { clauses } from '../terms/editions/wording.ts';
import { sealContent } from './content.ts';

test('every clause stands in the content, in both languages, with its figures from the terms', () => {
  for (const lang of ['zh', 'en'] as const) {
    const content = paperContent({ lang });
    const printed = content.chapters.flatMap((chapter) => chapter.clauses);
    assert.deepEqual(
      printed.map((clause) => clause.number),
      clauses.map((clause) => clause.clause),
    );
    assert.ok(!printed.some((clause) => clause.text.includes('{')), 'no hole is left open');
    const ftp = printed.find((clause) => clause.number === '2-3.1')!;
    assert.match(ftp.text, /99 %/);
  }
});

test('other terms are another text: what is printed is what is judged', () => {
  const terms = paperTerms();
  const web = edition.guarantees.find((one) => one.id === 'web')!;
  const raised = {
    ...terms,
    guarantees: terms.guarantees.map((one) =>
      one.id === 'web' ? { ...web, objective: { kind: 'availability', atLeast: '0.995' } } : one,
    ),
  };
  const agreement = { ...paperParts().agreement, terms: raised };
  const content = paperContent({ agreement });
  const said = content.chapters.flatMap((one) => one.clauses).find((one) => one.number === '2-2.1')!;
  assert.match(said.text, /99\.5 %/);
  assert.notEqual(sealContent(content).digest, sealContent(paperContent()).digest);
});

test('the same parts give the same digest; one character makes another', () => {
  assert.deepEqual(sealContent(paperContent()), sealContent(paperContent()));
  assert.notEqual(
    sealContent(paperContent({}, '临水茶叶有限公司')).digest,
    sealContent(paperContent()).digest,
  );
  assert.match(sealContent(paperContent()).digest, /^[0-9a-f]{64}$/);
});

test('a natural person signs and does not seal', () => {
  const person = { ...paperParts().customer, kind: 'person' as const };
  const fields = (content: ReturnType<typeof paperContent>) =>
    content.blocks.map((block) => block.fields.map((field) => field.act));
  assert.deepEqual(fields(paperContent()), [
    ['sealed', 'signed'],
    ['sealed', 'signed'],
  ]);
  assert.deepEqual(fields(paperContent({ customer: person })), [['sealed', 'signed'], ['signed']]);
});
