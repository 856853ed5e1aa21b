import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { PDF } from '@libpdf/core';
import { needs } from '../../../test/needs.ts';
import { paperContent, paperZone } from '../../../test/paper.ts';
import { ring } from '../../../test/png.ts';
import { begin, codeOf, dayMs, must } from '../../../test/world.ts';
import { sealContent } from '../content.ts';
import { readPicture } from '../picture.ts';
import { issueKey, openAuthority } from './authority.ts';
import { pageOf } from './page.ts';
import { press } from './press.ts';
import { sign, tryPicture } from './seal.ts';
import { holdMade, holdP12, type Loaded, loadP12, openHeld } from './signer.ts';
import { verify } from './verify.ts';

const passphrase = 'a passphrase 密码';
const now = begin + 90 * dayMs;

function folderOf(t: Pick<TestContext, 'after'>): string {
  const folder = mkdtempSync(join(tmpdir(), 'hostpledge-seal-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A printed copy, and a signer for each party by an authority of its own. */
async function makeCopy(folder: string) {
  const content = paperContent();
  const { text, digest } = sealContent(content);
  const printed = must(
    press('agreement', { page: pageOf(content, digest, 'provider', false), content: text }, now),
  );
  const authority = await openAuthority(join(folder, 'authority.pem'), now);
  const signers = new Map<string, { readonly loaded: Loaded; readonly name: string }>();
  for (const { party, name } of content.parties) {
    const held = await holdMade(await issueKey(authority, { name, id: party }, now), passphrase);
    signers.set(party, { loaded: must(await openHeld(held, passphrase, now)), name });
  }
  return { ...printed, content, digest, signers, authority };
}

type Copy = Awaited<ReturnType<typeof makeCopy>>;

async function signAll(copy: Copy, picture: Buffer | null = null): Promise<readonly Buffer[]> {
  const steps = [copy.pdf];
  for (const field of copy.fields) {
    const [party = '', act] = field.name.split('-');
    const { loaded, name } = copy.signers.get(party)!;
    const made = await sign(steps.at(-1)!, {
      field,
      act: act === 'sealed' ? 'sealed' : 'signed',
      signer: loaded.signer,
      name,
      fingerprint: 'ab'.repeat(32),
      lang: 'zh',
      zone: paperZone,
      at: now,
      timestamp: null,
      picture,
    });
    steps.push(must(made).pdf);
  }
  return steps;
}

test('four signatures stay valid, each an increment on the one before; pdfsig says so too', async (t) => {
  const folder = folderOf(t);
  const copy = await makeCopy(folder);
  const steps = await signAll(copy);
  for (const [i, step] of steps.entries()) {
    if (i > 0) assert.ok(step.subarray(0, steps[i - 1]!.length).equals(steps[i - 1]!), 'a prefix');
    assert.equal((await verify(step)).whole, i > 0);
  }
  const verdict = await verify(steps.at(-1)!);
  assert.deepEqual(verdict.faults, []);
  assert.equal(verdict.contentDigest, copy.digest);
  assert.equal(verdict.number, 'QA-2026-000001');
  assert.deepEqual(
    verdict.signatures.map(({ field, name, signedAt }) => [field, name, signedAt]),
    copy.fields.map(({ name }) => [name, copy.signers.get(name.split('-')[0]!)!.name, now]),
  );
  if (!needs(t, 'pdfsig', 'pdftotext')) return;
  writeFileSync(join(folder, 'it.pdf'), steps.at(-1)!);
  const said = execFileSync('pdfsig', ['it.pdf'], { cwd: folder, encoding: 'utf8' });
  assert.equal(said.match(/Signature is Valid/g)?.length, 4);
  assert.match(said, /Total document signed/);
});

test('one flipped bit, wherever it is, is seen and said', async (t) => {
  const copy = await makeCopy(folderOf(t));
  const file = (await signAll(copy)).at(-1)!;
  const last = file.lastIndexOf(Buffer.from('/ByteRange'));
  const gap = file.indexOf(Buffer.from('<30'), last);
  // Everywhere a little, and in the last signature, which no other one vouches for, at every 61st byte.
  const places = Array.from({ length: 60 }, (_, i) => Math.floor((file.length * i) / 60));
  for (let at = gap; at < gap + 6_200; at += 61) places.push(at);
  places.push(gap, file.length - 1, file.length - 6);
  for (const at of places) {
    const changed = Buffer.from(file);
    changed[at]! ^= 1 << (at % 8);
    const verdict = await verify(changed);
    assert.equal(verdict.whole, false, `a flipped bit at ${at} of ${file.length}`);
    assert.ok(verdict.faults.length > 0 && verdict.faults[0]!.length > 10);
  }
});

test('what is cut off, added, or added by one who signs again, is said', async (t) => {
  const folder = folderOf(t);
  const copy = await makeCopy(folder);
  const steps = await signAll(copy);
  const file = steps.at(-1)!;
  const saying = async (bytes: Buffer) => (await verify(bytes)).faults.join('; ');
  assert.match(await saying(Buffer.concat([file, Buffer.from('\n% a word more\n')])), /added after the last/);
  assert.notEqual(await saying(file.subarray(0, file.length - 40)), '');
  assert.match(await saying(steps[0]!), /no signature/);
  assert.match(await saying(Buffer.from('%PDF-1.7 nothing')), /cannot be read|no signature/);
  // A line over the first page, then a perfectly good signature on top of it.
  const pdf = await PDF.load(new Uint8Array(steps[2]!));
  pdf.getPage(0)!.drawRectangle({ x: 70, y: 700, width: 200, height: 40 });
  const drawn = Buffer.from(await pdf.save({ incremental: true }));
  const { loaded, name } = copy.signers.get('customer')!;
  const more = await sign(drawn, {
    field: copy.fields[2]!,
    act: 'sealed',
    signer: loaded.signer,
    name,
    fingerprint: 'cd'.repeat(32),
    lang: 'zh',
    zone: paperZone,
    at: now,
    timestamp: null,
  });
  assert.match(await saying(must(more).pdf), /page 1 was changed/);
});

test('a key is kept under its passphrase and opens with no other', async (t) => {
  const authority = await openAuthority(join(folderOf(t), 'authority.pem'), now);
  const held = await holdMade(await issueKey(authority, { name: '乙方', id: 'c000001' }, now), passphrase);
  assert.equal(codeOf(await openHeld(held, 'another one', now)), 'passphrase-wrong');
  assert.equal(codeOf(await openHeld(held, passphrase, now + 6 * 365 * dayMs)), 'certificate-expired');
  assert.ok(!held.locked.includes(Buffer.from('pkcs8')));
  assert.equal(codeOf(await openHeld(held, passphrase, now)), null);
});

test('a P12 of openssl signs; with a wrong passphrase, expired, or broken it is refused by name', async (t) => {
  if (!needs(t, 'openssl')) return;
  const folder = folderOf(t);
  const run = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const make = (name: string, ...kind: string[]) => {
    run(
      'req',
      '-x509',
      '-newkey',
      ...kind,
      '-nodes',
      '-keyout',
      'k.pem',
      '-out',
      'c.pem',
      '-days',
      '30',
      '-subj',
      '/CN=Lin Shui Tea',
    );
    const out = ['-export', '-inkey', 'k.pem', '-in', 'c.pem', '-out', name, '-passout', 'pass:right'];
    run('pkcs12', ...out);
    return readFileSync(join(folder, name));
  };
  const rsa = make('rsa.p12', 'rsa:2048');
  const ec = make('ec.p12', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256');
  // Both are valid from the second in which they were made.
  const today = Date.now();
  assert.equal(codeOf(await loadP12(rsa, 'wrong', today)), 'p12-passphrase');
  assert.equal(codeOf(await loadP12(rsa, 'right', today + 31 * dayMs)), 'certificate-expired');
  assert.equal(codeOf(await loadP12(rsa, 'right', today - 2 * dayMs)), 'certificate-expired');
  assert.equal(codeOf(await loadP12(Buffer.from('no p12 at all'), 'right', today)), 'p12-invalid');
  assert.equal(codeOf(await holdP12(ec, 'wrong', 'secret', today)), 'p12-passphrase');
  const copy = await makeCopy(folder);
  for (const file of [rsa, ec]) {
    const held = must(await holdP12(file, 'right', 'secret', today));
    const loaded = must(await openHeld(held, 'secret', today));
    const signing = { field: copy.fields[3]!, act: 'signed', name: 'Lin Shui Tea', lang: 'en' } as const;
    const rest = { fingerprint: '0'.repeat(64), zone: paperZone, at: today, timestamp: null };
    const made = must(await sign(copy.pdf, { ...signing, ...rest, signer: loaded.signer }));
    const verdict = await verify(made.pdf);
    assert.deepEqual(verdict.faults, []);
    assert.equal(verdict.signatures[0]!.name, 'Lin Shui Tea');
  }
});

test('a seal that was brought as a picture is the look of the sealing signature, and every signature stays valid', async (t) => {
  if (!needs(t, 'pdfsig', 'pdfimages')) return;
  const folder = folderOf(t);
  const picture = must(readPicture(ring(600)));
  const steps = await signAll(await makeCopy(folder), picture.png);
  const verdict = await verify(steps.at(-1)!);
  assert.deepEqual([verdict.whole, verdict.faults, verdict.signatures.length], [true, [], 4]);
  writeFileSync(join(folder, 'it.pdf'), steps.at(-1)!);
  const run = (program: string, ...args: string[]): string =>
    execFileSync(program, args, { cwd: folder, encoding: 'utf8' });
  assert.equal(run('pdfsig', '-nocert', 'it.pdf').match(/Signature is Valid/g)?.length, 4);
  const images = run('pdfimages', '-list', 'it.pdf')
    .split('\n')
    .filter((line) => / 600 +600 /.test(line));
  assert.ok(images.length >= 2, run('pdfimages', '-list', 'it.pdf'));
  const drawn = (await signAll(await makeCopy(folderOf(t)))).at(-1)!;
  writeFileSync(join(folder, 'drawn.pdf'), drawn);
  assert.doesNotMatch(run('pdfimages', '-list', 'drawn.pdf'), / 600 +600 /);
});

test('a picture that the press cannot read is refused before anybody signs with it', () => {
  assert.equal(tryPicture(must(readPicture(ring(40))).png, now), null);
  assert.equal(codeOf(tryPicture(Buffer.from('no picture'), now)), 'picture-pixels');
});
