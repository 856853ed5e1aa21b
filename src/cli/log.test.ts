import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type AccessLine, accessLine } from '../hosting/access.ts';
import { probeMark } from '../hosting/mark.ts';
import { logCommand } from './log.ts';

const start = 1_793_500_020_000;
const line = (change: Partial<AccessLine>): string =>
  accessLine({
    host: 'a.example',
    endedMs: start + 1000,
    durationMs: 40,
    headMs: 30,
    upstreamHeadMs: null,
    upstreamDurationMs: null,
    status: 200,
    bytesIn: 300,
    bytesOut: 5000,
    client: '192.0.2.1',
    probe: '',
    type: 'text/html',
    scheme: 'http',
    method: 'GET',
    target: '/',
    referer: '',
    agent: '',
    ...change,
  });
const log = [
  line({}),
  line({ host: 'b.example', status: 502, headMs: 40 }),
  line({ endedMs: start + 200_000, durationMs: 2000, headMs: 1900, client: '192.0.2.2' }),
  line({ endedMs: start + 201_000, durationMs: 150_000, headMs: 10 }),
].join('');

function world(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'hostpledge-log-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const said = { out: '', err: '' };
  const run = (args: readonly string[], input: readonly Buffer[] = []) =>
    logCommand(
      args,
      (text) => (said.out += text),
      (text) => (said.err += text),
      (async function* () {
        yield* input;
      })(),
    );
  const file = (name: string, content: string | Buffer): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  return { said, run, file, folder };
}

test('an access log is printed per host and minute, columns aligned', async (t) => {
  const { said, run, file } = world(t);
  assert.equal(await run([file('access.log', log)]), 0);
  assert.equal(said.err, '');
  assert.equal(
    said.out,
    [
      'minute             host       measured  slow   p95   max  requests   in    out  1xx  2xx  3xx  4xx  5xx  none  clients  long',
      '2026-11-01T02:27Z  a.example         2     0    30    30         2  600  10000    0    2    0    0    0     0        1     0',
      '2026-11-01T02:27Z  b.example         1     0    40    40         1  300   5000    0    0    0    0    1     0        1     0',
      '2026-11-01T02:30Z  a.example         1     1  1900  1900         1  300   5000    0    1    0    0    0     0        1     0',
      '',
    ].join('\n'),
  );
});

test('sums by host or by minute leave the other column out', async (t) => {
  const { said, run, file } = world(t);
  const path = file('access.log', log);
  await run([path, '--by', 'host']);
  assert.match(said.out, /^host +measured/);
  assert.match(said.out, /^a\.example +3 +1 /m);
  said.out = '';
  await run([path, '--by', 'minute', '--json']);
  const rows = said.out
    .trim()
    .split('\n')
    .map((row) => JSON.parse(row));
  assert.deepEqual(
    rows.map((row) => [row.minute, row.host, row.requests, row.maxMs]),
    [
      ['2026-11-01T02:27Z', undefined, 3, 40],
      ['2026-11-01T02:30Z', undefined, 1, 1900],
    ],
  );
});

test('several files and standard input add up', async (t) => {
  const { said, run, file } = world(t);
  const text = Buffer.from(log);
  const code = await run(
    [file('a.log', log), '-', '--by', 'host', '--json'],
    [text.subarray(0, 77), text.subarray(77)],
  );
  assert.equal(code, 0);
  assert.deepEqual(
    said.out
      .trim()
      .split('\n')
      .map((row) => JSON.parse(row).requests),
    [6, 2],
  );
});

test('our own checks are told apart with the probe key only', async (t) => {
  const { said, run, file } = world(t);
  const key = Buffer.alloc(32, 3);
  const path = file('access.log', line({ probe: probeMark(key, 'a.example', start, '0123456789abcdef') }));
  await run([path, '--json']);
  await run([path, '--json', '--probe-key', file('key', key)]);
  assert.deepEqual(
    said.out
      .trim()
      .split('\n')
      .map((row) => [JSON.parse(row).measured, JSON.parse(row).requests]),
    [
      [1, 1],
      [1, 0],
    ],
  );
});

test('lines that were not understood are counted, and the first is shown without steering the terminal', async (t) => {
  const { said, run, file } = world(t);
  const path = file('access.log', Buffer.from(`${log}\x1b[2J\x9bnoise\nmore noise\n${log}torn`, 'latin1'));
  assert.equal(await run([path]), 0);
  assert.equal(
    said.err,
    `${path}: 3 of 11 lines were not understood; the first is line 5: \\u001b[2J\\x9Bnoise\n`,
  );
});

test('a missing file, a wrong option or no file is refused with exit code 2 and nothing printed', async (t) => {
  const { said, run, file, folder } = world(t);
  const path = file('access.log', log);
  assert.equal(await run([path, join(folder, 'absent.log')]), 2);
  assert.match(said.err, /absent\.log: ENOENT.*\(file-unreadable\)/);
  for (const args of [[], [path, '--by', 'day'], [path, '--wrong'], [path, '--probe-key', path]]) {
    said.err = '';
    assert.equal(await run(args), 2);
    assert.match(said.err, /\([a-z-]+\)\n/);
  }
  assert.equal(said.out, '');
});
