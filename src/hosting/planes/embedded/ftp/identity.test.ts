import assert from 'node:assert/strict';
import { once } from 'node:events';
import { symlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { connect as tlsConnect } from 'node:tls';
import {
  type FtpWorld,
  ftpWorld,
  loggedIn,
  RawFtp,
  rawFtp,
  runClient,
  until,
} from '../../../../../test/ftp.ts';
import { needs } from '../../../../../test/needs.ts';
import { probeAccount, probePassword } from '../../../mark.ts';
import type { FtpLogin } from './login.ts';

function change(world: FtpWorld, by: Partial<FtpLogin>): void {
  world.accounts.set('demo', { ...world.accounts.get('demo')!, ...by });
}

function outcomes(world: FtpWorld): readonly string[] {
  return world.lines.map((line) => line.outcome);
}

test('the client hears one refusal, the log line knows the class', async (t) => {
  const world = await ftpWorld(t);
  const rule = 'no-spam';
  const demo = world.accounts.get('demo')!;
  const closed = (reason: 'violation' | 'over-traffic' | 'expired') =>
    ({ ...demo, state: { kind: 'closed', reason, rule } }) as const;
  world.accounts.set('closed', closed('violation'));
  world.accounts.set('traffic', closed('over-traffic'));
  world.accounts.set('expired', closed('expired'));
  world.accounts.set('noftp', { ...demo, state: { kind: 'no-ftp' }, secret: null });
  const table = [
    ['demo', 'secret', 'ok', '230 Logged in'],
    ['demo', 'wrong', 'wrong-password', '530 Login incorrect'],
    ['demo', '', 'wrong-password', '530 Login incorrect'],
    ['nobody', 'secret', 'unknown-user', '530 Login incorrect'],
    ['__proto__', 'secret', 'unknown-user', '530 Login incorrect'],
    ['closed', 'wrong', 'wrong-password', '530 Login incorrect'],
    ['noftp', 'secret', 'no-ftp', '530 Login incorrect'],
    // Who proves to be the owner is told the rule.
    ['closed', 'secret', 'closed', '530 The host is closed: violation (no-spam)'],
    ['traffic', 'secret', 'closed', '530 The host is closed: over-traffic (no-spam)'],
    ['expired', 'secret', 'expired', '530 The host is closed: expired (no-spam)'],
  ] as const;
  for (const [account, password, outcome, reply] of table) {
    const raw = await rawFtp(t, world);
    assert.equal(await raw.login(account, password), reply, account);
    raw.end();
    const line = world.lines.pop();
    const host = outcome === 'unknown-user' ? '-' : 'h000001';
    assert.deepEqual(
      [line?.outcome, line?.host, line?.account, line?.reply],
      [outcome, host, account, reply],
    );
    assert.deepEqual([line?.client, line?.tls, line?.probe], ['127.0.0.1', false, false]);
    assert.equal(world.lines.length, 0);
  }
});

test('an unknown name takes as long as a wrong password', async (t) => {
  const world = await ftpWorld(t);
  const took = async (account: string) => {
    const raw = await rawFtp(t, world);
    const from = performance.now();
    await raw.login(account, 'wrong');
    // The tarpit grows by 200 ms with each failure of the address; what is left is the work.
    return performance.now() - from - 200 * world.lines.length;
  };
  const [known, unknown] = [await took('demo'), await took('nobody')];
  assert.ok(known > 10 && unknown > 10, `${known} ms and ${unknown} ms`);
});

test('a client that leaves before the password has left, one that never began has not', async (t) => {
  const world = await ftpWorld(t);
  (await rawFtp(t, world)).end();
  const quiet = await rawFtp(t, world);
  await quiet.ask('QUIT');
  const left = await rawFtp(t, world);
  await left.ask('USER demo');
  left.end();
  await until('the line', () => world.lines.length > 0);
  await delay(50);
  assert.deepEqual(outcomes(world), ['client-left']);
  assert.equal(world.lines[0]?.account, 'demo');
});

test('three wrong passwords end the connection', async (t) => {
  const world = await ftpWorld(t);
  const raw = await rawFtp(t, world);
  for (let i = 0; i < 3; i += 1) assert.match(await raw.login('demo', 'wrong'), /^530 /);
  assert.equal(await raw.reply(), 'closed');
  assert.deepEqual(outcomes(world), Array(3).fill('wrong-password'));
});

test('an address that failed too often is refused unread, and nobody waits for its tarpit', async (t) => {
  const world = await ftpWorld(t, { limits: { failuresPerAddressPerMinute: 2 } });
  const wrong = [await rawFtp(t, world), await rawFtp(t, world)];
  let answered = false;
  const failing = Promise.all(wrong.map((raw) => raw.login('demo', 'wrong'))).then(() => {
    answered = true;
  });
  assert.match(await (await rawFtp(t, world)).login(), /^230 /);
  // Judged after them, let in before the second of them has been told.
  assert.equal(answered, false);
  await failing;
  assert.match(await (await rawFtp(t, world)).login(), /^421 Too many failed/);
  assert.equal(world.lines.pop()?.outcome, 'limited');
  const probe = await rawFtp(t, world);
  const password = probePassword(world.probeKey, 'h000001', Date.now());
  assert.match(await probe.login(probeAccount('h000001'), password), /^230 /);
});

test('sessions are counted by account and by address, our own checks by neither', async (t) => {
  for (const limits of [{ perAccount: 2 }, { perAddress: 2 }]) {
    const world = await ftpWorld(t, { limits });
    const first = await loggedIn(t, world);
    await loggedIn(t, world);
    assert.match(await (await rawFtp(t, world)).login(), /^421 Too many connections/);
    const probe = await rawFtp(t, world);
    const password = probePassword(world.probeKey, 'h000001', Date.now());
    assert.match(await probe.login(probeAccount('h000001'), password), /^230 /);
    assert.deepEqual(outcomes(world), ['ok', 'ok', 'limited', 'ok']);
    await first.ask('QUIT');
    first.end();
    await until('the first has left', () => world.server.sessions() === 2);
    assert.match(await (await rawFtp(t, world)).login(), /^230 /);
  }
});

test('beyond the total the door is shut, and says so', async (t) => {
  const world = await ftpWorld(t, { limits: { total: 1 } });
  // Somebody who is inside: a silent one would give its place.
  await loggedIn(t, world);
  const socket = connect(world.port, '127.0.0.1');
  const raw = new RawFtp(socket, world.port);
  assert.match(await raw.reply(), /^421 /);
  assert.equal(await raw.reply(), 'closed');
  assert.deepEqual(outcomes(world), ['ok', 'limited']);
});

test('login and idleness have their time', async (t) => {
  const slow = await ftpWorld(t, { limits: { loginMs: 100 } });
  const raw = await rawFtp(t, slow);
  await raw.ask('USER demo');
  assert.match(await raw.reply(), /^421 /);
  await until('the line', () => slow.lines.length > 0);
  assert.deepEqual(outcomes(slow), ['client-left']);
  const idle = await ftpWorld(t, { limits: { idleMs: 400 } });
  const session = await loggedIn(t, idle);
  await delay(250);
  assert.match(await session.ask('NOOP'), /^200 /);
  assert.match(await session.reply(), /^421 Idle/);
  assert.equal(await session.reply(), 'closed');
});

test('what follows AUTH in the clear is dropped, not run under TLS', async (t) => {
  const world = await ftpWorld(t);
  const raw = await rawFtp(t, world);
  raw.send('AUTH TLS\r\nUSER demo\r\n');
  assert.match(await raw.reply(), /^234 /);
  raw.socket.removeAllListeners('data');
  const secured = tlsConnect({ socket: raw.socket, rejectUnauthorized: false });
  await once(secured, 'secureConnect');
  const after = new RawFtp(secured, world.port);
  // Had the injected USER run, its answer would come first, and PASS would be judged.
  assert.match(await after.ask('PASS secret'), /^503 /);
  assert.deepEqual(outcomes(world), []);
});

test('a handshake that fails is a login that failed', async (t) => {
  const world = await ftpWorld(t);
  const garbage = await rawFtp(t, world);
  await garbage.ask('AUTH TLS');
  garbage.send('USER demo\r\nPASS secret\r\n');
  assert.equal(await garbage.reply(), 'closed');
  const leaving = await rawFtp(t, world);
  await leaving.ask('AUTH TLS');
  leaving.end();
  await until('both lines', () => world.lines.length === 2);
  assert.deepEqual(outcomes(world), ['tls-failed', 'tls-failed']);
});

test('a host that demands TLS lets no password be sent in the clear', async (t) => {
  const world = await ftpWorld(t);
  change(world, { tls: 'required' });
  const raw = await rawFtp(t, world);
  assert.match(await raw.ask('USER demo'), /^550 TLS is required/);
  assert.match(await raw.ask('PASS secret'), /^503 /);
  assert.deepEqual(outcomes(world), ['tls-failed']);
  await raw.secure();
  assert.match(await raw.login(), /^230 /);
  assert.equal(world.lines[1]?.tls, true);
  if (!needs(t, 'lftp', 'curl')) return;
  const url = `ftp://127.0.0.1:${world.port}/`;
  const lftp = await runClient('lftp', [
    '-c',
    `set ssl:verify-certificate no; open -u demo,secret ${url}; ls; put /etc/hostname`,
  ]);
  assert.equal(lftp.code, 0, lftp.err);
  const curl = await runClient('curl', ['-sS', '--user', 'demo:secret', url]);
  assert.notEqual(curl.code, 0);
});

test('the probe account sees names, reads nothing and writes nothing', async (t) => {
  const world = await ftpWorld(t);
  const own = await loggedIn(t, world);
  await own.store('STOR a.txt', 'private');
  const raw = await rawFtp(t, world);
  const name = probeAccount('h000001');
  assert.match(await raw.login(name, 'guess'), /^530 Login incorrect/);
  assert.match(await raw.login(name, probePassword(world.probeKey, 'h000001', Date.now())), /^230 /);
  assert.deepEqual(
    world.lines.slice(1).map((line) => [line.outcome, line.probe]),
    [
      ['wrong-password', true],
      ['ok', true],
    ],
  );
  assert.match((await raw.fetch('LIST')).body, /a\.txt\r\n$/);
  for (const command of [
    'RETR a.txt',
    'STOR b',
    'APPE a.txt',
    'STOU',
    'DELE a.txt',
    'MKD d',
    'RMD d',
    'RNFR a.txt',
  ]) {
    assert.match(await raw.ask(command), /^550 Not permitted/, command);
  }
  const other = await rawFtp(t, world);
  assert.match(await other.login(name, probePassword(world.probeKey, 'h000002', Date.now())), /^530 /);
});

test('who is inside goes when the host is closed or the password changed', async (t) => {
  const world = await ftpWorld(t);
  const closed = await loggedIn(t, world);
  const changed = await loggedIn(t, world);
  const dropped = await loggedIn(t, world);
  const demo = world.accounts.get('demo')!;
  change(world, { state: { kind: 'closed', reason: 'violation', rule: 'x' } });
  assert.match(await closed.ask('PWD'), /^421 /);
  world.accounts.set('demo', { ...demo, secret: demo.secret!.replace(/.$/, 'A') });
  assert.match(await changed.ask('PWD'), /^421 /);
  assert.equal(await changed.reply(), 'closed');
  await world.server.drop('h000001');
  assert.match(await dropped.reply(), /^421 /);
});

test('an account lives in its own folder, made when it is missing and never reached by a link', async (t) => {
  const world = await ftpWorld(t);
  change(world, { root: join(world.web, 'sub/anna') });
  const raw = await loggedIn(t, world);
  await raw.store('STOR a', 'x');
  assert.match(await raw.ask('SIZE /../../a'), /^213 1$/);
  await symlink('/etc', join(world.web, 'etc'));
  change(world, { root: join(world.web, 'etc') });
  assert.match(await (await rawFtp(t, world)).login(), /^421 /);
  assert.equal(world.lines.pop()?.outcome, 'server-error');
});

test('a right password is worked out once, then remembered', async (t) => {
  const world = await ftpWorld(t);
  await loggedIn(t, world);
  const from = process.cpuUsage();
  for (let i = 0; i < 20; i += 1) (await loggedIn(t, world)).end();
  const spentMs = process.cpuUsage(from).user / 1000;
  // Twenty times scrypt would be more than half a second of work alone.
  assert.ok(spentMs < 500, `${spentMs} ms`);
});
