import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { needs } from '../../../test/needs.ts';
import { paperParts } from '../../../test/paper.ts';
import { must } from '../../../test/world.ts';
import type { Lang } from '../../terms/words.ts';
import { type Case, readCaseText } from '../case.ts';
import { judge } from '../evaluate.ts';
import type { Statement } from '../statement.ts';
import { type Reviewed, statementPdf } from './statement.ts';

const names = { provider: '江淮云舟网络有限公司', customer: '临水茶业有限公司', sample: false };

function filed(caseText: string): Statement {
  return {
    agreement: 'QA-2026-000001',
    month: '2026-10',
    revision: 1,
    caseText,
    caseDigest: createHash('sha256').update(caseText).digest(),
    settlement: '',
    amount: 117,
    difference: 117,
    currency: 'CNY',
    reason: null,
    actor: 'timetable',
    madeAt: Date.UTC(2026, 10, 2, 3),
    postedAt: null,
    dueAt: Date.UTC(2026, 10, 5, 16),
    approvers: 0,
  };
}

function worked(name: string): string {
  return readFileSync(new URL(`../../../test/cases/${name}.case.json`, import.meta.url), 'utf8');
}

const print = (text: string, lang: Lang) =>
  must(statementPdf(filed(text), paperParts().agreement, names, lang, draft));

const dueAt = Date.UTC(2026, 10, 5, 16);
const draft: Reviewed = { standing: { state: 'draft', dueAt, missing: ['review-time'] }, steps: [] };

test('a statement says whether it is a draft, held by whom and why, or posted, and that two must agree', (t) => {
  if (!needs(t, 'pdftotext')) return;
  const folder = mkdtempSync(join(tmpdir(), 'hostpledge-statement-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const read = (change: Partial<Statement>, reviewed: Reviewed, lang: Lang): string => {
    const row = { ...filed(worked('01-quiet-month')), ...change };
    writeFileSync(
      join(folder, 'it.pdf'),
      must(statementPdf(row, paperParts().agreement, names, lang, reviewed)),
    );
    const options = { cwd: folder, encoding: 'utf8' } as const;
    return execFileSync('pdftotext', ['-layout', 'it.pdf', '-'], options).replaceAll('\u200b', '');
  };
  assert.match(read({}, draft, 'zh'), /草稿：2026-11-06 00:00 起自动入账/);
  assert.match(read({}, draft, 'en'), /Draft: posted by itself from 2026-11-06 00:00/);
  const step = { by: 'u1', name: '王敏', at: Date.UTC(2026, 10, 3, 2) };
  const steps = [{ ...step, kind: 'held', reason: '核对解析记录' }] as const;
  const held: Reviewed = { standing: { state: 'held', dueAt, missing: ['release'] }, steps };
  const zh = read({ approvers: 2 }, held, 'zh');
  for (const wanted of [
    '暂缓入账：解除之前不入账',
    '须两人同意，已有 0 人',
    '审核记录',
    '王敏',
    '核对解析记录',
    '2026-11-03 10:00',
  ])
    assert.ok(zh.includes(wanted), `${wanted} in\n${zh}`);
  assert.match(read({ approvers: 2 }, held, 'en'), /王敏 held it: 核对解析记录/);
  const posted: Reviewed = { standing: { state: 'posted', dueAt, missing: [] }, steps: [] };
  assert.match(read({ postedAt: dueAt + 60_000 }, posted, 'zh'), /已入账：2026-11-06 00:01/);
  assert.match(read({ postedAt: dueAt + 60_000 }, posted, 'en'), /Posted 2026-11-06 00:01/);
});

test('the same statement gives the same bytes', () => {
  const text = worked('24-excused-over-the-edge-of-a-bridged-gap');
  assert.ok(print(text, 'zh').equals(print(text, 'zh')));
  assert.ok(!print(text, 'zh').equals(print(text, 'en')));
});

test('every interval, cause, clause and the arithmetic are printed; the case that was judged is attached', (t) => {
  if (!needs(t, 'pdftotext', 'pdfdetach')) return;
  const text = worked('24-excused-over-the-edge-of-a-bridged-gap');
  const folder = mkdtempSync(join(tmpdir(), 'hostpledge-statement-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const run = (program: string, ...args: string[]) =>
    execFileSync(program, args, { cwd: folder, encoding: 'utf8' });
  for (const [lang, wanted] of [
    ['zh', ['依规定关闭（条款 2-2.2.5）', '应赔时段：', '证据：', '合计 ¥1.164383', '¥1.17']],
    ['en', ['(clause 2-2.2.5)', 'Deficient:', 'Evidence: ', 'rounded up to the fen: CNY 1.17']],
  ] as const) {
    writeFileSync(join(folder, 'it.pdf'), print(text, lang));
    const printed = run('pdftotext', '-layout', 'it.pdf', '-').replaceAll('\u200b', '');
    for (const one of wanted) assert.ok(printed.includes(one), `${one} in\n${printed}`);
    for (const at of ['2026-10-10 00:01:00', '2026-10-10 04:30:00', '2026-10-10 06:00:00', '10:01:00'])
      assert.ok(printed.includes(at), at);
    assert.ok(printed.includes(createHash('sha256').update(text).digest('hex')));
    run('pdfdetach', '-saveall', 'it.pdf');
    const attached = readFileSync(join(folder, 'case.json'), 'utf8');
    assert.equal(attached, text);
    assert.equal(judge(readCaseText(attached) as Case).amount, 117n);
  }
});

test('a month with very many interruptions lists each of them', (t) => {
  if (!needs(t, 'pdftotext')) return;
  const told = JSON.parse(worked('01-quiet-month'));
  const at = (minute: number) => new Date(Date.UTC(2026, 9, 2) + minute * 60_000).toISOString();
  const [guarantee] = told.terms.guarantees.filter((one: { id: string }) => one.id === 'web');
  told.terms.guarantees = [{ ...guarantee, objective: { kind: 'availability', atLeast: '1' } }];
  const runs = Array.from({ length: 60 }, (_, i) => [
    { first: at(10 * i), last: at(10 * i + 4), result: 'pass', count: 5 },
    { first: at(10 * i + 5), last: at(10 * i + 9), result: 'fail', count: 5 },
  ]).flat();
  told.series = [{ check: guarantee.check, vantage: 'a', runs }];
  told.windows = [];
  const folder = mkdtempSync(join(tmpdir(), 'hostpledge-statement-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'it.pdf'), print(JSON.stringify(told), 'zh'));
  const printed = execFileSync('pdftotext', ['-layout', 'it.pdf', '-'], { cwd: folder, encoding: 'utf8' });
  assert.ok((printed.match(/2026-10-02 .* – 2026-10-02/g)?.length ?? 0) >= 59, printed.slice(0, 2000));
  assert.doesNotMatch(printed, /另有/);
});
