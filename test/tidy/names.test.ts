import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nameFindings } from './names.ts';

const found = (...paths: string[]) => nameFindings(paths.map((path) => ({ path, text: '' })));

test('one lower-case noun is a name', () => {
  const good = [
    'src/hosting/host.ts',
    'src/hosting/host.test.ts',
    'src/hosting/plane.cases.ts',
    'src/site/style.css',
    'test/e2e/signing.test.ts',
    'src/terms/editions/2026-11.ts',
    'src/db/migrations/0000_first.sql',
    'test/cases/01-quiet-month.case.json',
    'bin/prepare.mjs',
    'docs/how-to/add-a-probe.md',
    'console/src/hosts/host.tsx',
    'console/src/temporal.d.ts',
    'console/vite.config.ts',
  ];
  assert.deepEqual(found(...good), []);
});

test('two words, capitals and other suffixes are found', () => {
  for (const path of [
    'src/hosting/host-store.ts',
    'src/hosting/hostStore.ts',
    'src/hosting/host.spec.ts',
    'test/tidy/My.ts',
    'console/src/hosts/HostPage.tsx',
  ]) {
    assert.match(found(path)[0]?.instead ?? '', /not one lower-case word/, path);
  }
});

test('names that say nothing are found, a folder once', () => {
  for (const name of ['utils', 'helpers', 'common', 'misc', 'types', 'manager', 'service', 'index']) {
    assert.match(found(`src/hosting/${name}.ts`)[0]?.instead ?? '', /says nothing/, name);
  }
  assert.equal(found('src/hosting/utils/a.ts', 'src/hosting/utils/b.ts').length, 1);
});
