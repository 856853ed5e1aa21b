import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { type LoginLine, loginLine, parseLogin } from '../../src/hosting/login.ts';
import { type FtpServer, startFtp } from '../../src/hosting/planes/embedded/ftp/server.ts';
import { openSpace } from '../../src/hosting/planes/embedded/space.ts';
import { hashSecret } from '../../src/hosting/secret.ts';
import { roomy } from '../ftp.ts';
import type { Random } from './random.ts';
import { type FuzzTarget, tryInputs, withoutSome } from './target.ts';

/** Conversations with a real FTP server, ten at a time over one tree, some forty commands each, cut and pipelined as chance has it. */
export const session: FuzzTarget = {
  name: 'session',
  about: 'every FTP command gets one answer, whatever its bytes; nothing outside the root is touched or told',
  inputs: 30,
  run: async (random, count) => {
    const world = await open();
    try {
      return await tryInputs<readonly Conversation[]>(random, count, {
        make: (own) => Array.from({ length: 10 }, () => conversation(own)),
        check: async (crowd) => {
          await Promise.all(crowd.map((one) => check(world, one)));
        },
        smaller,
        show: (crowd) => Buffer.concat(crowd.flatMap(({ lines }) => [...lines, Buffer.from('--\n')])),
        limitMs: 8000,
      });
    } finally {
      await world.server.close();
      await rm(world.folder, { recursive: true, force: true });
    }
  },
};

interface Conversation {
  /** Each with its line end. */
  readonly lines: readonly Buffer[];
  /** Bytes to a packet. */
  readonly cut: number;
}

interface World {
  readonly server: FtpServer;
  readonly folder: string;
  readonly logins: LoginLine[];
  readonly errors: unknown[];
}

const secret = 'nobody may read this';

async function open(): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'fuzz-ftp-'));
  const host = join(folder, 'host');
  const web = join(host, 'web');
  await mkdir(join(web, 'a/b'), { recursive: true });
  await writeFile(join(folder, 'secret'), secret);
  await symlink(folder, join(web, 'out'));
  const space = await openSpace(host, 10_000_000);
  const serving = { kind: 'serving' } as const;
  const [kind, tls, owner] = ['account', 'optional', null] as const;
  const password = await hashSecret('secret');
  const demo = {
    host: 'h1',
    kind,
    state: serving,
    tls,
    secret: password,
    folder: host,
    root: web,
    space,
    owner,
  };
  const logins: LoginLine[] = [];
  const errors: unknown[] = [];
  const context = createSecureContext();
  const server = await startFtp({
    address: '127.0.0.1',
    port: 0,
    passiveAddress: null,
    passivePorts: null,
    secureContext: () => context,
    accounts: { find: (name) => (name === 'demo' ? demo : null) },
    probeKey: Buffer.alloc(32, 7),
    limits: { ...roomy, loginMs: 3000 },
    onLogin: (line) => logins.push(line),
    onError: (error) => errors.push(error),
    now: () => Date.now(),
  });
  return { server, folder, logins, errors };
}

const verbs =
  'ABOR ALLO APPE CDUP CWD DELE EPRT EPSV FEAT HELP LIST MDTM MFMT MKD MLSD MLST MODE NLST NOOP OPTS PASV PBSZ PORT PROT PWD REIN REST RETR RMD RNFR RNTO SITE SIZE STAT STOR STOU STRU SYST TYPE USER XMKD'.split(
    ' ',
  );
const arguments_ = [
  ...['', 'a', 'f', 'a/b', '../secret', 'out/secret', '/out', 'out', '..', '/', '*', '-la a', 'a/*', 'f\0g'],
  ...[
    '127,0,0,1,4,1',
    '|1|127.0.0.1|1025|',
    '10.0.0.1',
    'I',
    'A',
    'P',
    '5',
    '99999999999999',
    'demo',
    'UTF8 ON',
  ],
  ...['20200102030405 f', 'CHMOD 777 f', 'size;type;', '中', '\u0085', 'x'.repeat(300), 'd/'.repeat(90)],
];

function conversation(random: Random): Conversation {
  const lines = random.chance(0.9)
    ? ['USER demo\r\n', 'PASS secret\r\n'].map((line) => Buffer.from(line))
    : [];
  for (let left = 1 + random.below(60); left > 0; left -= 1) {
    const ending = random.chance(0.9) ? '\r\n' : '\n';
    const line = Buffer.from(`${random.pick(verbs)} ${random.pick(arguments_)}${ending}`);
    lines.push(random.chance(0.2) ? spoilt(random, line) : line);
    // What was opened is often used.
    if (random.chance(0.3)) {
      const verb = random.pick([
        'LIST',
        'RETR f',
        'STOR f',
        'MLSD',
        'APPE f',
        'STOR a/f',
        'NLST a',
        'RETR out/secret',
      ]);
      lines.push(Buffer.from(`EPSV\r\n${verb}\r\n`));
    }
  }
  return { lines, cut: random.chance(0.5) ? 65_536 : 1 + random.below(200) };
}

/** Some bytes in it changed, never into a new line: each stays one command. */
function spoilt(random: Random, line: Buffer): Buffer<ArrayBuffer> {
  const copy = Buffer.from(line);
  for (let left = 1 + random.below(3); left > 0; left -= 1) {
    const byte = random.below(256);
    copy[random.below(copy.length - 2)] = byte === 0x0a ? 0xff : byte;
  }
  return copy;
}

async function check(world: World, { lines, cut }: Conversation): Promise<void> {
  const sent = Buffer.concat([...lines, Buffer.from('QUIT\r\n')]);
  const before = world.logins.length;
  const heard = await converse(world, sent, cut);
  const answers = heard
    .split('\r\n')
    .slice(1, -1)
    .filter((line) => /^[2-5]\d\d /.test(line));
  // A password of chance is never right, and too many of USER end the conversation early.
  const commands = sent.reduce((sum, byte) => sum + (byte === 0x0a ? 1 : 0), 0);
  if (answers.at(-1)?.startsWith('221 ')) assert.equal(answers.length, commands, heard.slice(-2000));
  else assert.match(answers.at(-1) ?? '', /^421 /, heard.slice(-500));
  assert.doesNotMatch(heard, /nobody may read/);
  for (const line of world.logins.slice(before)) assert.notEqual(parseLogin(loginLine(line).trimEnd()), null);
  assert.deepEqual(world.errors, []);
  assert.deepEqual((await readdir(world.folder)).sort(), ['host', 'secret']);
  assert.equal(await readFile(join(world.folder, 'secret'), 'utf8'), secret);
}

/** The port in an answer to EPSV or PASV. */
const told = /^229 [^\r]*\(\|\|\|(\d+)\|\)\r\n|^227 [^\r]*,(\d+),(\d+)\)\.\r\n/gm;
/** Longer than any conversation; shorter than the server waits for a data connection. */
const patienceMs = 5000;

/** Sends everything without waiting and connects to every port it is told; all that was heard on both. */
function converse(world: World, sent: Buffer, cut: number): Promise<string> {
  return new Promise((resolve) => {
    const { port } = world.server.address;
    let heard = '';
    let looked = 0;
    const control = connect(port, '127.0.0.1', () => {
      for (let at = 0; at < sent.length; at += cut) control.write(sent.subarray(at, at + cut));
    });
    control.setNoDelay(true);
    control.on('data', (chunk: Buffer) => {
      heard += chunk.toString('latin1');
      for (const found of heard.slice(looked).matchAll(told)) {
        take(found[1] === undefined ? Number(found[2]) * 256 + Number(found[3]) : Number(found[1]));
      }
      looked = heard.lastIndexOf('\n') + 1;
    });
    const take = (dataPort: number): void => {
      const data = connect(dataPort, '127.0.0.1', () => data.end('some bytes'));
      data
        .on('error', () => undefined)
        .on('data', (chunk: Buffer) => {
          if (chunk.includes(secret)) heard += secret;
        });
    };
    const timer = setTimeout(() => control.destroy(), patienceMs);
    control
      .on('error', () => undefined)
      .on('close', () => {
        clearTimeout(timer);
        resolve(heard);
      });
  });
}

function* smaller(crowd: readonly Conversation[]): Iterable<readonly Conversation[]> {
  const [only] = crowd;
  if (crowd.length > 1) yield* withoutSome(crowd);
  else if (only !== undefined) for (const lines of withoutSome(only.lines)) yield [{ lines, cut: only.cut }];
}
