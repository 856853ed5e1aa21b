import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { HttpTimestampAuthority, type TimestampAuthority } from '@libpdf/core';
import { needs } from '../../../test/needs.ts';
import { paperContent, paperZone } from '../../../test/paper.ts';
import { must } from '../../../test/world.ts';
import { sealContent } from '../content.ts';
import { issueKey, openAuthority } from './authority.ts';
import { pageOf } from './page.ts';
import { press } from './press.ts';
import { sign } from './seal.ts';
import { holdMade, openHeld } from './signer.ts';
import { verify } from './verify.ts';

const passphrase = 'a long passphrase';

/** A real time stamp service (RFC 3161): openssl behind an HTTP server on loopback. */
async function openService(t: TestContext, folder: string, broken = false): Promise<string> {
  const run = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  writeFileSync(
    join(folder, 'tsa.cnf'),
    `[req]\ndistinguished_name = dn\n[dn]\n[tsa]\ndefault_tsa = own\n[own]\nserial = ./serial\nsigner_digest = sha256\ndefault_policy = 1.2.3.4.1\ndigests = sha256\n[ext]\nextendedKeyUsage = critical,timeStamping\n`,
  );
  const request = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'tsa.key', '-out', 'tsa.crt'];
  run(
    'req',
    ...request,
    '-subj',
    '/CN=Test time stamps',
    '-days',
    '30',
    '-config',
    'tsa.cnf',
    '-extensions',
    'ext',
  );
  writeFileSync(join(folder, 'serial'), '01\n');
  const server = createServer((asked, reply) => {
    const parts: Buffer[] = [];
    asked.on('data', (part: Buffer) => parts.push(part));
    asked.on('end', () => {
      if (broken) return reply.writeHead(500).end('no time today');
      writeFileSync(join(folder, 'ask.tsq'), Buffer.concat(parts));
      const files = ['-queryfile', 'ask.tsq', '-signer', 'tsa.crt', '-inkey', 'tsa.key', '-out', 'said.tsr'];
      run('ts', '-reply', '-config', 'tsa.cnf', ...files);
      reply.writeHead(200, { 'content-type': 'application/timestamp-reply' });
      return reply.end(readFileSync(join(folder, 'said.tsr')));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/tsr`;
}

async function signWith(folder: string, timestamp: TimestampAuthority | null, now: number) {
  const content = paperContent();
  const { text, digest } = sealContent(content);
  const page = pageOf(content, digest, 'customer', false);
  const { pdf, fields } = must(press('agreement', { page, content: text }, now));
  const authority = await openAuthority(join(folder, 'authority.pem'), now);
  const name = '临水茶业有限公司';
  const held = await holdMade(await issueKey(authority, { name, id: 'c000001' }, now), passphrase);
  const { signer } = must(await openHeld(held, passphrase, now));
  const field = fields.find((one) => one.name === 'customer-sealed')!;
  const who = { signer, name, fingerprint: 'ab'.repeat(32), lang: 'zh', zone: paperZone } as const;
  return must(await sign(pdf, { field, act: 'sealed', at: now, timestamp, ...who }));
}

function makeFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'hostpledge-stamp-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The machine’s own time: openssl certifies and stamps with it. */
function today(): number {
  return Date.parse(execFileSync('date', ['-u', '+%FT%TZ'], { encoding: 'utf8' }).trim());
}

test('with a time stamp service the signature bears its time, and a changed stamp is seen', async (t) => {
  if (!needs(t, 'openssl', 'pdfsig')) return;
  const folder = makeFolder(t);
  const url = await openService(t, folder);
  const now = today();
  const { pdf, level } = await signWith(folder, new HttpTimestampAuthority(url, { timeout: 5000 }), now);
  assert.equal(level, 'B-T');
  const verdict = await verify(pdf);
  assert.deepEqual(verdict.faults, []);
  const [signature] = verdict.signatures;
  assert.match(signature!.stamp!.by, /Test time stamps/);
  assert.ok(Math.abs(signature!.stamp!.at - now) < 120_000);
  writeFileSync(join(folder, 'it.pdf'), pdf);
  assert.match(execFileSync('pdfsig', ['it.pdf'], { cwd: folder, encoding: 'utf8' }), /Signature is Valid/);
  // id-aa-timeStampToken, as it stands in the hex of the signature.
  const token = '2A864886F70D010910020E';
  const at = pdf.indexOf(Buffer.from(token)) + token.length;
  assert.ok(at > token.length, 'the token is in the file');
  for (let i = 200; i < 3_000; i += 97) {
    const changed = Buffer.from(pdf);
    changed[at + i] = changed[at + i] === 0x30 ? 0x31 : 0x30;
    assert.equal((await verify(changed)).whole, false, `a digit ${i} behind the token’s name`);
  }
});

test('a service that fails or is not there lowers the level and blocks nothing', async (t) => {
  if (!needs(t, 'openssl')) return;
  const folder = makeFolder(t);
  const now = today();
  const broken = await openService(t, folder, true);
  for (const url of [broken, 'http://127.0.0.1:9/tsr']) {
    const { pdf, level } = await signWith(folder, new HttpTimestampAuthority(url, { timeout: 2000 }), now);
    assert.equal(level, 'B-B');
    const verdict = await verify(pdf);
    assert.deepEqual([verdict.whole, verdict.signatures[0]!.stamp], [true, null]);
  }
});
