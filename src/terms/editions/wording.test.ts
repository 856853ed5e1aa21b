import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isRefusal } from '../../refusal.ts';
import { edition, offerTerms, type TermsText } from './hosting.ts';
import { holes } from './wording/hole.ts';
import { chapters, clauses, clauseText } from './wording.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const all = edition.guarantees.map(({ id }) => id);

function offered(...ids: readonly string[]): TermsText {
  const working = { zone: 'Asia/Shanghai', periods: {}, holidays: [], makeup: [], makeupLike: '1' };
  const sources = edition.guarantees.map((one) => one.check ?? one.id);
  const terms = offerTerms(ids, new Set(sources), working);
  assert.ok(!isRefusal(terms));
  return terms;
}

function textOf(number: string, terms: TermsText, lang: 'zh' | 'en' = 'en'): string {
  const clause = clauses.find((one) => one.clause === number);
  assert.ok(clause !== undefined, number);
  return clauseText(clause, terms, lang);
}

const holesIn = (text: string) => [...text.matchAll(/\{([^{}]*)\}/g)].map(([, name]) => name).sort();

/** `2-2.2 and 2.2.1-2.2.5` → 2-2.2, 2-2.2.1 … 2-2.2.5: later numbers of a cell leave the part out. */
function cited(cell: string): readonly string[] {
  const part = /^\d-(?=\d+\.)/.exec(cell)?.[0] ?? '';
  return cell.split(/, | and /).flatMap((piece) => {
    const [first = '', last] = piece.replace(part, '').split(/(?<=\.\d)-/);
    if (last === undefined) return [part + first];
    const stem = first.slice(0, -1);
    assert.equal(last.slice(0, -1), stem, `a range within one clause: ${piece}`);
    const [from, to] = [Number(first.at(-1)), Number(last.at(-1))];
    return Array.from({ length: to - from + 1 }, (_, i) => `${part}${stem}${from + i}`);
  });
}

test('every clause of docs/clauses.md has its wording', () => {
  const rows = readFileSync(join(root, 'docs/clauses.md'), 'utf8').split('\n');
  const cells = rows.flatMap((row) => /^\| ((?:head|\d)[^|]*) \|/.exec(row)?.[1] ?? []);
  assert.ok(cells.length > 20, 'the table is found');
  const known = new Set(clauses.map(({ clause }) => clause));
  assert.deepEqual(
    cells.flatMap(cited).filter((clause) => !known.has(clause)),
    [],
  );
});

test('no clause is numbered twice, and each stands under its own chapter', () => {
  assert.equal(new Set(clauses.map(({ clause }) => clause)).size, clauses.length);
  for (const { chapter, clauses: own } of chapters) {
    for (const { clause } of own) {
      const fits = chapter === '1' ? /^[12]\.\d/.test(clause) : clause.startsWith(chapter);
      assert.ok(fits, `${clause} under ${chapter}`);
    }
  }
});

test('both languages say every clause, with the same holes, each of them on the list', () => {
  for (const { clause, title, text } of clauses) {
    for (const part of [title, text]) {
      assert.ok(part.zh.trim() !== '' && part.en.trim() !== '', clause);
      assert.deepEqual(holesIn(part.zh), holesIn(part.en), clause);
    }
    for (const hole of holesIn(text.zh))
      assert.ok((holes as readonly unknown[]).includes(hole), `${clause} ${hole}`);
  }
});

test('every figure on the list is said by a clause', () => {
  const said = new Set(clauses.flatMap(({ text }) => holesIn(text.zh)));
  assert.deepEqual(
    holes.filter((hole) => !said.has(hole)),
    [],
  );
});

test('Chinese is Chinese and English is English', () => {
  for (const { clause, title, text } of clauses) {
    assert.ok(/\p{Script=Han}/u.test(text.zh) && /\p{Script=Han}/u.test(title.zh), clause);
    assert.ok(!/\p{Script=Han}|[，。；“”（）]/u.test(text.en + title.en), clause);
    assert.ok(!/[,;!?]|[(]/.test(text.zh.replace(/\{[^}]*\}/g, '')), `${clause}: a half-width mark`);
    assert.ok(text.zh.endsWith('。') && text.en.endsWith('.'), clause);
    assert.ok(!/[!！]/.test(text.zh + text.en), clause);
  }
});

test('the whole agreement is read with the figures that settlement judges by', () => {
  const terms = offered(...all);
  for (const { clause } of clauses) {
    for (const lang of ['zh', 'en'] as const) assert.ok(!/[{}]/.test(textOf(clause, terms, lang)), clause);
  }
  assert.match(textOf('2-2.1', terms, 'zh'), /不低于 99 %。$/);
  assert.match(textOf('2-3.1', terms), /above 99 % in every calendar month\.$/);
  assert.match(textOf('2-4.2', terms, 'zh'), /不超过 1\.5 秒。$/);
  assert.match(textOf('2-5.2', terms), /at least 99\.9 % of/);
  assert.match(textOf('2-6.4', terms, 'zh'), /在 5 个工作小时内.*在 4 个工作小时内/);
  assert.match(textOf('2-6.4', terms), /within 5 working hours, .* within 4 working hours\./);
  assert.match(textOf('2-1.2', terms, 'zh'), /30 分钟内公告.*2 小时内/);
  assert.match(textOf('3-1', terms), /pays the Customer 2 times the fee/);
});

test('a changed figure of the terms is a changed wording', () => {
  const terms = offered('web', 'response');
  const guarantees = terms.guarantees.map((one) =>
    one.id === 'web' ? { ...one, objective: { ...one.objective, atLeast: '0.995' } } : one,
  );
  const changed = { ...terms, remedy: { kind: 'fee-multiple', factor: 1.5 }, guarantees };
  assert.match(textOf('2-2.1', changed), /at least 99\.5 %/);
  assert.match(textOf('3-1', changed, 'zh'), /1\.5 倍/);
});

test('a promise that is not offered is not printed as one', () => {
  const terms = offered('web');
  for (const number of ['2-1.1', '2-3.1', '2-3.3.4', '2-4.2', '2-5.2', '2-6.1', '2-6.4']) {
    assert.equal(textOf(number, terms, 'zh'), '本协议不含此项保证。', number);
    assert.equal(textOf(number, terms), 'This promise is not part of this agreement.', number);
  }
  assert.match(textOf('2-2.2.3', terms), /domain bound/);
  assert.match(textOf('2-1.3', terms), /questions about functions/);
});

test('of a clause with two promises the one that is offered stays', () => {
  assert.equal(textOf('2-6.4', offered('fault-reply'), 'zh'), '报告的技术故障，5 个工作小时内反馈处理结果。');
  assert.doesNotMatch(textOf('2-1.2', offered('notice')), /hours/);
});

test('terms that promise in another way than the wording says are a bug', () => {
  const terms = offered('web');
  const [web] = terms.guarantees;
  const above = { ...web!, objective: { kind: 'availability', above: '0.99' } };
  assert.throws(() => textOf('2-2.1', { ...terms, guarantees: [above] }), /web does not promise atLeast/);
});
