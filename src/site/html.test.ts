import assert from 'node:assert/strict';
import { test } from 'node:test';
import { escapeText, html, safeHref } from './html.ts';

test('text in a hole is escaped, in an element and in a quoted attribute', () => {
  assert.equal(html`<a title="${'"x\''}">${'<b>&'}</a>`.markup, '<a title="&quot;x&#39;">&lt;b&gt;&amp;</a>');
});

test('markup stands as it is, lists are joined, null and false are nothing, zero is a number', () => {
  assert.equal(html`${html`<i>`}${[1, html`<b>`, ['<']]}${null}${false}${0}`.markup, '<i>1<b>&lt;0');
});

test('an object that only looks like markup is no markup', () => {
  const fake: unknown = { markup: '<script>' };
  assert.throws(() => html`${fake as string[]}`);
});

test('characters that a document may not hold are replaced', () => {
  assert.equal(escapeText('a\u0000b\u001bc\td'), 'a\ufffdb\ufffdc\td');
});

test('a link goes to the web, to mail, to a telephone or to ourselves, and nowhere else', () => {
  for (const good of ['https://a.example/', 'mailto:a@b.example', 'tel:+86', '/x', '?g=web', '#s1']) {
    assert.equal(safeHref(good), good);
  }
  for (const bad of [
    'javascript:alert(1)',
    ' javascript:x',
    'data:text/html,x',
    '//evil.example',
    'JaVaScRiPt:x',
  ]) {
    assert.equal(safeHref(bad), '#');
  }
});
