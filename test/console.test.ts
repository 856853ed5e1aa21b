import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { actions } from '../console/src/audit/actions.ts';
import { doors } from '../src/api/auth.ts';
import { routes } from '../src/api/routes.ts';
import { consoleFolder } from '../src/site/console.ts';

/** What is built of the console: how much a browser loads before it shows anything, and that its words and colours hold. */

const limitBytes = 300 * 1024;
const root = join(import.meta.dirname, '..');

interface Part {
  readonly file: string;
  readonly isEntry?: boolean;
  readonly imports?: readonly string[];
  readonly dynamicImports?: readonly string[];
}

const manifest = JSON.parse(readFileSync(join(consoleFolder, '.vite/manifest.json'), 'utf8')) as Readonly<
  Record<string, Part>
>;

/** A part with everything that it imports before it runs. */
function closure(key: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const other of manifest[key]?.imports ?? []) closure(other, seen);
  return seen;
}

function gzipped(keys: Iterable<string>): number {
  const files = new Set([...keys].map((key) => manifest[key]!.file));
  return [...files].reduce(
    (sum, file) => sum + gzipSync(readFileSync(join(consoleFolder, file)), { level: 9 }).length,
    0,
  );
}

test('the shell route loads at most 300 kB of script, gzipped; every page brings the rest by itself', (t) => {
  const entry = Object.keys(manifest).find((key) => manifest[key]?.isEntry === true);
  assert.ok(entry !== undefined);
  const shell = closure(entry);
  const bytes = gzipped(shell);
  t.diagnostic(`shell: ${Math.round(bytes / 1024)} kB of script, gzipped`);
  assert.ok(bytes <= limitBytes, `the shell has ${bytes} B of script, gzipped: at most ${limitBytes}`);
  const pages = new Set([...shell].flatMap((key) => manifest[key]?.dynamicImports ?? []));
  assert.ok(pages.size > 5, 'pages are parts of their own');
  for (const page of pages) {
    const more = gzipped([...closure(page)].filter((key) => !shell.has(key)));
    t.diagnostic(`${page}: ${Math.round(more / 1024)} kB more`);
  }
});

test('every page stands once in the map of pages, and its file is there', () => {
  const rows = readFileSync(join(root, 'console/src/pages.ts'), 'utf8');
  const paths = [...rows.matchAll(/(?:path: |(?:open|inner|within)\(\s*)'(\/[^']*)'/g)].map(
    ([, path]) => path,
  );
  assert.ok(paths.length > 10);
  assert.deepEqual(paths, [...new Set(paths)]);
  for (const [, file = ''] of rows.matchAll(/import\('([^']+)'\)/g)) {
    const text = readFileSync(join(root, 'console/src', file), 'utf8');
    assert.match(text, /export function Screen\(/, file);
  }
});

test('whatever is audited has words in both languages', () => {
  const changes = routes.filter(({ method }) => method !== 'GET').map(({ id }) => id);
  const acts = ['remind', 'stop', 'release', 'reopen'].map((act) => `renewals.${act}`);
  const named = [...changes, ...Object.values(doors).filter((name) => name !== null), ...acts];
  assert.deepEqual(Object.keys(actions).sort(), named.sort());
  for (const { zh, en } of Object.values(actions)) assert.ok(/[一-鿿]/.test(zh) && /^[A-Z]/.test(en), en);
});

test('charts and date pickers are no part of the shell', () => {
  const entry = Object.keys(manifest).find((key) => manifest[key]?.isEntry === true)!;
  const text = [...closure(entry)]
    .map((key) => readFileSync(join(consoleFolder, manifest[key]!.file), 'utf8'))
    .join('\n');
  for (const trace of ['zrender', 'ant-picker-panel', 'ant-table-thead']) {
    assert.ok(!text.includes(trace), `the shell has ${trace}`);
  }
});

test('colours are those of docs/look.md, in style sheets and in drawings', () => {
  const look = readFileSync(join(root, 'docs/look.md'), 'utf8');
  const css = readFileSync(join(root, 'console/src/look/tokens.css'), 'utf8');
  const drawn = readFileSync(join(root, 'console/src/look/theme.ts'), 'utf8');
  const rows = [...look.matchAll(/^\| (\w+) \| `(#\w{6})`[^|]*\| `(#\w{6})`/gm)];
  assert.equal(rows.length, 12);
  for (const [, name = '', light = '', dark = ''] of rows) {
    const inSheet = [...css.matchAll(new RegExp(`--${name}: (#\\w{6});`, 'g'))].map(([, value]) => value);
    assert.deepEqual(
      inSheet,
      [light, dark, dark].map((one) => one.toLowerCase()),
      name,
    );
    const inDrawing = [...drawn.matchAll(new RegExp(`\\b${name}: '(#\\w{6})'`, 'g'))].map(
      ([, value]) => value,
    );
    assert.deepEqual(inDrawing, [light, dark], name);
  }
});

/** Codes that only the command line, agents of the centre or the set-up of a machine ever hear. */
const unheard =
  /^(?:config-|backup-|database-|data-folder|restore-|dump-|chain-broken|copy-altered|spool-full|start-failed|minute-corrupt|receipt-twice|signature-invalid|interval-|clock-ahead|case-|argument-|option-|operation-|file-|server-silent|proof-contradicts|ftp-|host-spec|url-|target-|entry-|order-known|fact-known|revision-|duration-|kind-unknown|number-invalid|source-missing|guarantee-|query-invalid|key-invalid|key-missing|glyph-missing|idempotency-key-invalid|message-invalid|as-of-invalid)/;

test('refusals that a person may meet have words in both languages', (t) => {
  const answers = readFileSync(join(root, 'console/src/speech/answers.ts'), 'utf8');
  const lines = answers.split('\n').filter((line) => line.includes(' | ') && !line.startsWith(' *'));
  const told = new Set(lines.map((line) => line.split(' | ')[0]));
  for (const line of lines) assert.equal(line.split(' | ').length, 5, line);
  assert.equal(told.size, lines.length, 'each code once');
  const codes = new Set<string>();
  for (const path of readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })) {
    if (!path.endsWith('.ts') || path.endsWith('.test.ts')) continue;
    const text = readFileSync(join(root, 'src', path), 'utf8');
    for (const [, code = ''] of text.matchAll(/refuse(?:Shape)?\(\s*'([a-z0-9-]+)'/g)) codes.add(code);
  }
  const missing = [...codes].filter((code) => !told.has(code) && !unheard.test(code)).sort();
  t.diagnostic(`told in the server's own words: ${missing.join(' ')}`);
  // A code that is newer than its words is told in the server's; a handful may be so, not a tenth.
  const heard = [...codes].filter((code) => !unheard.test(code));
  assert.ok(missing.length * 10 <= heard.length, `no words for ${missing.join(' ')}`);
});
