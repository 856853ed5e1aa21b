import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withDatabase } from '../../test/database.ts';
import { at, openFront } from '../../test/entrance.ts';
import { routes } from '../api/routes.ts';
import { type Document, manualPage } from './manual.ts';

const gates = new Map(routes.map(({ id, gate }) => [id, gate]));

test('every route of the API stands in its document and on its page, with what it takes and who may call it', async (t) => {
  const database = await withDatabase(t);
  const front = await openFront(t, database, () => 0);
  const document = (await front.ask('GET', '/api/openapi.json')).body as Document;
  for (const lang of ['zh', 'en'] as const) {
    const page = manualPage({ document, gates, lang, assets: 'a', origin: 'https://console.example.cn' });
    for (const one of routes) {
      const path = one.url.replaceAll(/:(\w+)/g, '{$1}');
      assert(
        at(document, 'paths', path, one.method.toLowerCase()) !== undefined,
        `${one.id} in the document`,
      );
      assert(
        page.includes(`id="${one.id}"`) && page.includes(`${one.method} /api${path}`),
        `${one.id} in ${lang}`,
      );
      if (one.gate !== 'open' && one.gate !== 'self')
        assert(page.includes(`<code>${one.gate}</code>`), one.id);
    }
    assert(page.includes('https://console.example.cn/api/hosts'));
    assert.doesNotMatch(page, /undefined|\[object|NaN/);
  }
});

test('what a document says is text on the page, whatever it is', () => {
  const schema = {
    type: 'object',
    properties: { '<b>': { description: '<script>', enum: ['"'] } },
    required: ['<b>'],
  };
  const operation = {
    operationId: 'x.y',
    summary: '<img src=x>',
    tags: ['<i>'],
    requestBody: { content: { 'application/json': { schema } } },
    responses: { 200: { content: { 'application/json': { schema } } } },
  };
  const document = { info: { title: '', version: '' }, paths: { '/<p>': { post: operation } } };
  const page = manualPage({ document, gates: new Map(), lang: 'en', assets: '', origin: '' });
  assert.doesNotMatch(page, /<(script>|img|b>|i>|p>\/)/);
  assert(page.includes('&lt;img src=x&gt;'));
});
