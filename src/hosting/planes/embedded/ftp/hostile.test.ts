import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type SecureVersion, connect as tlsConnect } from 'node:tls';
import {
  type FtpWorld,
  ftpWorld,
  loggedIn,
  RawFtp,
  rawFtp,
  readAll,
  until,
} from '../../../../../test/ftp.ts';
import { keptBytes } from '../../../../../test/memory.ts';
import { loginLine, parseLogin } from '../../../login.ts';
import type { Limits } from './door.ts';

/** A connection that may go on sending when the server has said its last word, greeted. */
async function stubborn(t: TestContext, world: FtpWorld): Promise<RawFtp> {
  const socket = connect({ port: world.port, host: '127.0.0.1', allowHalfOpen: true });
  t.after(() => socket.destroy());
  await once(socket, 'connect');
  const raw = new RawFtp(socket, world.port);
  await raw.reply();
  return raw;
}

/** Writes `piece` again and again until the other end is gone; how many bytes went. */
async function flood(socket: Socket, piece: Buffer, mostBytes: number): Promise<number> {
  let sent = 0;
  const gone = once(socket, 'close').catch(() => undefined);
  while (!socket.destroyed && sent < mostBytes) {
    sent += piece.length;
    if (!socket.write(piece)) await Promise.race([once(socket, 'drain').catch(() => undefined), gone]);
  }
  return sent;
}

test('a line without end is refused once, its sender is hung up on, and nothing of it is kept', async (t) => {
  const world = await ftpWorld(t);
  for (const start of ['', 'USER demo\r\nSTOR ']) {
    const raw = await stubborn(t, world);
    const before = keptBytes();
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, keptBytes() - before);
    }, 100);
    raw.send(start);
    const since = performance.now();
    await flood(raw.socket, Buffer.alloc(65_536, 'x'), 4e9);
    clearInterval(watch);
    assert.ok(performance.now() - since < 60_000, 'the flood was let go on');
    assert.ok(most < 16e6, `${most} bytes more are kept`);
  }
  await until('both are gone', () => world.server.sessions() === 0);
  assert.deepEqual(
    world.lines.map((line) => line.outcome),
    ['client-left'],
  );
});

test('a packet of 65,536 empty commands gets 65,536 answers', async (t) => {
  const world = await ftpWorld(t);
  const raw = await loggedIn(t, world);
  const answers = '500 Command not understood\r\n'.length * 65_536;
  let bytes = 0;
  raw.socket.removeAllListeners('data').on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  raw.send(Buffer.alloc(65_536, '\n'));
  await until('all are answered', () => bytes >= answers, 20_000);
  assert.equal(bytes, answers);
});

test('who pipelines commands and reads no answers is not read either, and memory stays', async (t) => {
  const world = await ftpWorld(t);
  const raw = await loggedIn(t, world);
  raw.socket.pause();
  const before = keptBytes();
  const block = Buffer.from('HELP\r\n'.repeat(10_000));
  let sent = 0;
  while (sent < 60 && raw.socket.write(block)) sent += 1;
  await delay(500);
  // What this end holds back itself does not count.
  assert.ok(keptBytes() - before - raw.socket.writableLength < 16e6);
  assert.match(await (await loggedIn(t, world)).ask('NOOP'), /^200 /);
});

test('STAT during a transfer is answered as fast as the answers are read, and memory stays', async (t) => {
  const world = await ftpWorld(t);
  await writeFile(join(world.web, 'big'), Buffer.alloc(30_000_000));
  const raw = await loggedIn(t, world);
  const data = await raw.passive();
  data.pause();
  assert.match(await raw.ask('RETR big'), /^150 /);
  raw.socket.pause();
  const before = keptBytes();
  const count = 300_000;
  raw.send(Buffer.from('STAT\r\n'.repeat(count)));
  await delay(1500);
  const kept = keptBytes() - before - raw.socket.writableLength;
  assert.ok(kept < 16e6, `${kept} bytes are kept for a client that does not read`);
  let text = '';
  let answers = 0;
  raw.socket.removeAllListeners('data').on('data', (chunk: Buffer) => {
    const lines = (text + chunk.toString()).split('\r\n');
    text = lines.pop()!;
    answers += lines.filter((line) => /^213 RETR big: \d+ bytes so far$/.test(line)).length;
  });
  raw.socket.resume();
  await until('all are answered', () => answers === count, 20_000);
  data.destroy();
});

test('nothing is done after the last word', async (t) => {
  const world = await ftpWorld(t);
  await writeFile(join(world.web, 'a.txt'), 'stays');
  const raw = await stubborn(t, world);
  await raw.login();
  assert.match(await raw.ask('QUIT'), /^221 /);
  raw.send('DELE a.txt\r\n');
  const guesser = await stubborn(t, world);
  for (let i = 0; i < 3; i += 1) assert.match(await guesser.login('demo', 'guess'), /^530 /);
  guesser.send('USER demo\r\nPASS secret\r\nDELE a.txt\r\n');
  await delay(700);
  assert.equal(await readFile(join(world.web, 'a.txt'), 'utf8'), 'stays');
  const outcomes = world.lines.map((line) => line.outcome);
  assert.deepEqual(outcomes, ['ok', 'wrong-password', 'wrong-password', 'wrong-password']);
  await until('both are gone', () => world.server.sessions() === 0);
});

test('USER again and again is cut off, and every one of them is one line', async (t) => {
  const world = await ftpWorld(t);
  const raw = await rawFtp(t, world);
  raw.send('USER demo\r\n'.repeat(1000));
  for (let i = 0; i < 16; i += 1) assert.match(await raw.reply(), /^331 /);
  assert.match(await raw.reply(), /^421 /);
  assert.equal(await raw.reply(), 'closed');
  const outcomes = world.lines.map((line) => line.outcome);
  assert.deepEqual(outcomes, [...Array<string>(16).fill('client-left'), 'limited']);
  // A login that succeeds begins the count anew.
  const again = await rawFtp(t, world);
  for (let i = 0; i < 20; i += 1) {
    assert.match(await again.login(), /^230 /);
    assert.match(await again.ask('REIN'), /^220 /);
  }
});

test('NUL, CR alone and LF alone forge neither a command nor a line of the log', async (t) => {
  const world = await ftpWorld(t);
  const raw = await rawFtp(t, world);
  raw.send('PWD\nPWD\nUSER de\0mo\rUSER demo\t0\n');
  for (const expected of [/^530 /, /^530 /, /^331 /]) assert.match(await raw.reply(), expected);
  assert.match(await raw.ask('PASS sec\0ret\rQUIT'), /^530 /);
  assert.match(await raw.ask('NO\0OP'), /^530 /);
  assert.match(await raw.ask('NOOP\r'), /^530 /);
  assert.match(await raw.ask('\0'), /^530 /);
  const [line] = world.lines;
  assert.equal(line?.outcome, 'unknown-user');
  const text = loginLine(line!);
  assert.equal(text.indexOf('\n'), text.length - 1);
  assert.equal(parseLogin(text.trimEnd())?.outcome, 'unknown-user');
});

const refusals: readonly (readonly [string, RegExp])[] = [
  ['PORT 127,0,0,1,99999,1', /^501 /],
  ['PORT 0,0,0,0,200,1', /^500 /],
  ['PORT 127,0,0,1,-1,1', /^501 /],
  ['PORT 127,0,0,1,3,255', /^500 /],
  ['PORT 10,0,0,1,200,1', /^500 /],
  ['EPRT |1|127.0.0.1|99999|', /^500 /],
  ['EPRT |1|127.0.0.1|0|', /^500 /],
  ['EPRT |1|127.0.0.1|22|', /^500 /],
  ['EPRT |1|127.1|40000|', /^501 /],
  ['EPRT |1|0x7f000001|40000|', /^501 /],
  ['EPRT |1|localhost|40000|', /^501 /],
  ['EPRT |2|::ffff:10.0.0.1|40000|', /^500 /],
  ['EPRT |1|127.0.0.1|40000|40000|', /^501 /],
  ['EPRT |', /^501 /],
  ['REST 99999999999999999999', /^501 /],
  ['REST -1', /^501 /],
  ['REST 1e3', /^501 /],
  ['ALLO 99999999999999999999', /^501 /],
  ['ALLO 999999999999999', /^552 /],
  ['MFMT 99999999999999 a.txt', /^501 /],
  ['MFMT 19690101000000 a.txt', /^501 /],
  ['TYPE I I I', /^504 /],
  ['SITE', /^501 /],
  ['SITE EXEC /bin/sh', /^504 /],
  ['SITE CHMOD 777 ../../x', /^202 /],
  ['SITE SYMLINK /etc x', /^504 /],
  ['SMNT /', /^500 /],
  ['CCC', /^500 /],
  ['EPSV 99999999999', /^522 /],
  ['OPTS MLST \u0000', /^200 /],
  ['PROT P', /^503 /],
  ['PBSZ 99999999999', /^503 /],
  ['RNTO x', /^503 /],
];

test('what nobody may have and numbers nobody means are refused, and the session goes on', async (t) => {
  const world = await ftpWorld(t);
  await writeFile(join(world.web, 'a.txt'), 'hello');
  const raw = await loggedIn(t, world);
  for (const [command, expected] of refusals) assert.match(await raw.ask(command), expected, command);
  for (const offset of ['6', '999999999999999']) {
    assert.match(await raw.ask(`REST ${offset}`), /^350 /);
    assert.match((await raw.fetch('RETR a.txt')).first, /^554 /);
    assert.match(await raw.ask(`REST ${offset}`), /^350 /);
    assert.match((await raw.store('STOR a.txt', 'x')).first, /^554 /);
    assert.match(await raw.ask(`REST ${offset}`), /^350 /);
    assert.match((await raw.store('STOR new.txt', 'x')).first, /^554 /);
  }
  assert.equal((await raw.fetch('RETR a.txt')).body, 'hello');
  assert.deepEqual(world.errors, []);
});

test('what is slipped in around AUTH TLS is run neither in the clear nor under TLS', async (t) => {
  const world = await ftpWorld(t);
  // In the packet of AUTH: dropped. A handshake by hand shows that the session is as new.
  const one = await rawFtp(t, world);
  one.send('AUTH TLS\r\nUSER demo\r\nPASS secret\r\nDELE a.txt\r\n');
  assert.match(await one.reply(), /^234 /);
  one.socket.removeAllListeners('data');
  const secure = tlsConnect({ socket: one.socket, rejectUnauthorized: false });
  await once(secure, 'secureConnect');
  const inside = new RawFtp(secure, world.port);
  assert.match(await inside.ask('PWD'), /^530 /);
  assert.match(await inside.ask('AUTH TLS'), /^503 /);
  assert.match(await inside.ask('PROT P'), /^503 /);
  assert.match(await inside.login(), /^230 /);
  assert.match(await inside.ask('AUTH TLS'), /^503 /);
  // Half a command before, its end after TLS: two strangers.
  const two = await rawFtp(t, world);
  two.send('AUTH TLS\r\nUSER de');
  assert.match(await two.reply(), /^234 /);
  two.socket.removeAllListeners('data');
  const later = tlsConnect({ socket: two.socket, rejectUnauthorized: false });
  await once(later, 'secureConnect');
  assert.match(await new RawFtp(later, world.port).ask('mo'), /^530 /);
  later.destroy();
  // In a packet of its own after the answer: no TLS, so no session.
  const three = await rawFtp(t, world);
  assert.match(await three.ask('AUTH TLS'), /^234 /);
  three.send('USER demo\r\nPASS secret\r\n');
  assert.equal(await three.reply(), 'closed');
  assert.deepEqual(
    world.lines.map(({ outcome, tls }) => [outcome, tls]),
    [
      ['ok', true],
      ['tls-failed', false],
    ],
  );
});

for (const version of ['TLSv1.2', 'TLSv1.3'] as readonly SecureVersion[]) {
  test(`a data connection may resume the session of the control connection: ${version}`, async (t) => {
    const world = await ftpWorld(t);
    await writeFile(join(world.web, 'a.txt'), 'mine');
    const plain = await rawFtp(t, world);
    await plain.ask('AUTH TLS');
    plain.socket.removeAllListeners('data');
    const versions = { minVersion: version, maxVersion: version, rejectUnauthorized: false };
    const control = tlsConnect({ socket: plain.socket, ...versions });
    let session: Buffer | null = null;
    control.on('session', (made) => {
      session = made;
    });
    await once(control, 'secureConnect');
    const raw = new RawFtp(control, world.port);
    await raw.login();
    await raw.ask('PBSZ 0');
    await raw.ask('PROT P');
    const socket = await raw.passive();
    raw.send('RETR a.txt\r\n');
    assert.match(await raw.reply(), /^150 /);
    assert.ok(session !== null);
    const data = tlsConnect({ socket, session, ...versions });
    const body = readAll(data);
    await once(data, 'secureConnect');
    assert.equal(data.isSessionReused(), true);
    assert.equal(await body, 'mine');
    assert.match(await raw.reply(), /^226 /);
    control.destroy();
  });
}

const brief: Partial<Limits> = { idleMs: 300, loginMs: 300 };

test('who trickles a command or stalls in a handshake is out of time like anybody', async (t) => {
  const world = await ftpWorld(t, { limits: brief });
  const slow = await stubborn(t, world);
  const trickle = setInterval(() => slow.send('x'), 20);
  t.after(() => clearInterval(trickle));
  const silent = await rawFtp(t, world);
  assert.match(await silent.ask('AUTH TLS'), /^234 /);
  assert.match(await slow.reply(), /^421 /);
  await until('both are gone', () => world.server.sessions() === 0, 6000);
  assert.deepEqual(
    world.lines.map((line) => line.outcome),
    ['tls-failed'],
  );
});
