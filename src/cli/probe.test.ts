import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { testCertificate } from '../../test/certificate.ts';
import { ftpWorld } from '../../test/ftp.ts';
import { probeCommand } from './probe.ts';

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const code = await probeCommand(
    args,
    (text) => {
      out += text;
    },
    (text) => {
      err += text;
    },
  );
  return { code, out, err };
}

async function portOf(t: TestContext, server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** A site whose `/missing` is missing. */
function site(t: TestContext): Promise<number> {
  return portOf(
    t,
    createServer((request, response) => response.writeHead(request.url === '/missing' ? 404 : 200).end()),
  );
}

async function fileOf(t: TestContext, text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'probe-'));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'file'), text);
  return join(folder, 'file');
}

test('a page that answers passes with exit code 0, one that does not fails with 1', async (t) => {
  const port = await site(t);
  const passed = await run('web', `http://shop.localhost:${port}/`);
  assert.deepEqual([passed.code, passed.err], [0, '']);
  assert.match(passed.out, /^pass {2}ok: HTTP\/1\.1 200 OK\n {2}asked .*127\.0\.0\.1:\d+\n {2}took .*head/);
  const failed = await run('web', `http://localhost:${port}/missing`, '--json');
  assert.equal(failed.code, 1);
  const reading = JSON.parse(failed.out);
  assert.deepEqual([reading.result, reading.code, reading.status], ['fail', 'http-status', 404]);
});

test('an authority of one’s own is accepted when it is named', async (t) => {
  const certificate = await testCertificate({ names: ['shop.localhost'] });
  const port = await portOf(
    t,
    createSecureServer(certificate, (_request, response) => response.end()),
  );
  const url = `https://shop.localhost:${port}/`;
  const untrusted = await run('web', url);
  assert.equal(untrusted.code, 1);
  assert.match(untrusted.out, /tls-untrusted[\s\S]*not trusted/);
  const trusted = await run('web', url, '--authority', await fileOf(t, certificate.cert));
  assert.equal(trusted.code, 0);
  assert.match(trusted.out, /certificate {2}CN=shop\.localhost, .*, trusted/);
});

test('an FTP account is tried with a password from a file or the environment', async (t) => {
  const { port } = await ftpWorld(t);
  const password = await fileOf(t, 'secret\n');
  const passed = await run('ftp', `localhost:${port}`, '--user', 'demo', '--password-file', password);
  assert.deepEqual([passed.code, passed.err], [0, ''], passed.out);
  process.env['PROBE_TEST_WORD'] = 'wrong';
  t.after(() => delete process.env['PROBE_TEST_WORD']);
  const failed = await run(
    'ftp',
    `[127.0.0.1]:${port}`,
    '--user',
    'demo',
    '--password-env',
    'PROBE_TEST_WORD',
  );
  assert.equal(failed.code, 2);
  const wrong = await run('ftp', `127.0.0.1:${port}`, '--user', 'demo', '--password-env', 'PROBE_TEST_WORD');
  assert.equal(wrong.code, 1);
  assert.match(wrong.out, /^fail {2}login: 530/);
});

test('many targets are measured: how many, how fast, at what cost, what failed', async (t) => {
  const port = await site(t);
  const base = `http://localhost:${port}`;
  const targets = await fileOf(
    t,
    `# two that answer, one that does not\n${base}/\n\n${base}/b\n${base}/missing\n`,
  );
  const measured = await run('web', '--targets', targets, '--concurrency', '6', '--for', '300ms', '--json');
  assert.equal(measured.code, 1);
  const pace = JSON.parse(measured.out);
  assert.ok(pace.probes >= 6 && pace.perSecond > 0 && pace.cpuSecondsPer1000 > 0);
  assert.equal(pace.passed + pace.fails['http-status'], pace.probes);
  assert.ok(pace.tookMs.p50 <= pace.tookMs.p95 && pace.tookMs.p95 <= pace.tookMs.max);
  const said = await run('web', '--targets', targets, '--for', '50ms');
  assert.match(said.out, /probes in [\s\S]*CPU [\s\S]*http-status: \d+/);
});

test('refused input names the field and costs no attempt', async (t) => {
  const word = await fileOf(t, 'secret');
  const lines = await fileOf(t, 'http://localhost/\nnonsense\n');
  const empty = await fileOf(t, '\n# nothing\n');
  const ftp = ['--user', 'u', '--password-file', word];
  for (const [args, fault] of [
    [[], /^kind: .*kind-unknown/],
    [['ping', 'x'], /^kind: .*kind-unknown/],
    [['web'], /^target: .*target-missing/],
    [['web', 'http://a/', 'http://b/'], /^target: .*target-missing/],
    [['web', 'ftp://a/'], /^target: .*url-invalid/],
    [['web', 'http://user:word@a/'], /^target: .*url-invalid/],
    [['web', 'http://a/', '--nonsense'], /option-unknown/],
    [['web', 'http://a/', '--user', 'u'], /^--user: .*option-unknown/],
    [['web', 'http://a/', '--deadline', '10'], /^--deadline: .*duration-invalid/],
    [['web', 'http://a/', '--deadline', '61m'], /^--deadline: .*duration-invalid/],
    [['web', 'http://a/', '--for', '1s'], /^--for: .*option-unknown/],
    [['web', 'http://a/', '--authority', word], /^--authority: .*authority-invalid/],
    [['web', 'http://a/', '--authority', `${word}.none`], /^--authority: .*file-unreadable/],
    [['web', '--targets', lines], /^targets\.2: .*url-invalid/],
    [['web', '--targets', empty], /^targets: .*target-missing/],
    [['web', '--targets', lines, 'http://a/'], /^target: .*target-twice/],
    [['web', '--targets', lines, '--concurrency', '0'], /^--concurrency: .*number-invalid/],
    [['ftp', 'a'], /^--user: .*user-invalid/],
    [['ftp', 'a', '--user', 'a\r\nDELE x', '--password-file', word], /^--user: .*user-invalid/],
    [['ftp', 'a', '--user', 'u'], /^--password-file: .*password-missing/],
    [
      ['ftp', 'a', '--user', 'u', '--password-env', 'NOT_SET_ANYWHERE'],
      /^--password-env: .*password-missing/,
    ],
    [['ftp', 'a', '--user', 'u', '--password-file', empty], /^--password-file: .*password-missing/],
    [['ftp', 'a:0', ...ftp], /^target: .*address-invalid/],
    [['ftp', 'a:65536', ...ftp], /^target: .*address-invalid/],
    [['ftp', 'a b', ...ftp], /^target: .*address-invalid/],
    [['ftp', '[127.0.0.1]:21', ...ftp], /^target: .*address-invalid/],
  ] as const) {
    const { code, out, err } = await run(...args);
    assert.equal(code, 2, args.join(' '));
    assert.equal(out, '');
    assert.match(err, fault);
    assert.match(err, /usage: /);
  }
});
