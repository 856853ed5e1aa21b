import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { needs } from '../../../test/needs.ts';
import { paperContent } from '../../../test/paper.ts';
import { begin, codeOf, must } from '../../../test/world.ts';
import { isRefusal } from '../../refusal.ts';
import { type Content, sealContent } from '../content.ts';
import { type Holder, pageOf } from './page.ts';
import { press } from './press.ts';

function print(content: Content, holder: Holder = 'provider') {
  const { text, digest } = sealContent(content);
  return press('agreement', { page: pageOf(content, digest, holder, false), content: text }, begin);
}

function folderOf(t: TestContext, pdf: Buffer): string {
  const folder = mkdtempSync(join(tmpdir(), 'hostpledge-press-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'it.pdf'), pdf);
  return folder;
}

function run(folder: string, program: string, ...args: string[]): string {
  return execFileSync(program, args, { cwd: folder, encoding: 'utf8' });
}

test('the same content gives the same bytes, another holder only another mark', () => {
  const content = paperContent();
  const once = must(print(content));
  assert.ok(must(print(content)).pdf.equals(once.pdf));
  assert.ok(!must(print(content, 'customer')).pdf.equals(once.pdf));
  assert.equal(once.pages, 4);
  assert.deepEqual(
    once.fields.map((field) => field.name),
    ['provider-sealed', 'provider-signed', 'customer-sealed', 'customer-signed'],
  );
});

test('the canonical text is attached as it was digested, and the digest stands on every page', (t) => {
  if (!needs(t, 'pdfdetach', 'pdftotext', 'pdfinfo')) return;
  const content = paperContent();
  const { text, digest } = sealContent(content);
  const folder = folderOf(t, must(print(content)).pdf);
  run(folder, 'pdfdetach', '-saveall', 'it.pdf');
  assert.equal(readFileSync(join(folder, 'agreement.json'), 'utf8'), text);
  const pages = run(folder, 'pdftotext', '-layout', 'it.pdf', '-').split('\f').slice(0, -1);
  assert.equal(pages.length, 4);
  for (const [i, page] of pages.entries()) {
    const plain = page.replace(/[\s\u200b]/g, '');
    assert.ok(plain.includes(digest), `page ${i + 1} bears the digest`);
    assert.ok(plain.includes(`第${i + 1}页共4页`), `page ${i + 1} is numbered`);
    assert.ok(plain.includes('甲方执') && plain.includes(content.number));
  }
  assert.match(pages.join(''), /不低于 99 %/);
  assert.match(run(folder, 'pdfinfo', 'it.pdf'), /Page size: +595\.276 x 841\.89 pts \(A4\)/);
});

test('a line never begins with a mark that closes', (t) => {
  if (!needs(t, 'pdftotext')) return;
  const folder = folderOf(t, must(print(paperContent())).pdf);
  const lines = run(folder, 'pdftotext', '-layout', 'it.pdf', '-').split('\n');
  assert.deepEqual(
    lines.filter((line) => /^\s*[，。；：、）”]/u.test(line)),
    [],
  );
});

test('a name is printed as it is written, whatever it means to typst', (t) => {
  if (!needs(t, 'pdftotext')) return;
  const name = '*甲* #panic("x") $a$ <b> @c \\ = [公司]';
  const folder = folderOf(t, must(print(paperContent({}, name))).pdf);
  const text = run(folder, 'pdftotext', '-layout', 'it.pdf', '-').replace(/[\s\u200b]/g, '');
  assert.ok(text.includes(name.replace(/\s/g, '')), text.slice(0, 400));
});

test('what the font cannot print is refused by its code point and field', () => {
  const refused = print(paperContent({}, '临水🍵茶业'));
  assert.equal(codeOf(refused), 'glyph-missing');
  assert.ok(isRefusal(refused));
  assert.equal(refused.path, 'content.blocks[1].name');
  assert.match(refused.rule, /U\+1F375/);
  assert.equal(codeOf(print(paperContent({}, '〇一茶业'))), null);
  assert.equal(codeOf(print(paperContent({}, 'a\u0007b'))), 'glyph-missing');
});
