import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  type FtpWorld,
  ftpWorld,
  loggedIn,
  RawFtp,
  rawFtp,
  runClient,
  until,
} from '../../../../../test/ftp.ts';
import { keptBytes } from '../../../../../test/memory.ts';
import { needs } from '../../../../../test/needs.ts';

async function from(t: TestContext, world: FtpWorld, localAddress: string): Promise<RawFtp> {
  const socket = connect({ port: world.port, host: '127.0.0.1', localAddress });
  t.after(() => socket.destroy());
  await once(socket, 'connect');
  const raw = new RawFtp(socket, world.port);
  await raw.reply();
  return raw;
}

test('a thousand idle sessions cost little and disturb nobody', async (t) => {
  const limits = { perAddress: 400, total: 1100, idleMs: 60_000, loginMs: 60_000 };
  const world = await ftpWorld(t, { limits });
  const before = keptBytes();
  const idle = await Promise.all(Array.from({ length: 1000 }, () => rawFtp(t, world)));
  assert.equal(world.server.sessions(), 1000);
  const each = (keptBytes() - before) / 1000;
  assert.ok(each < 64_000, `${each} bytes for both ends of one`);
  const raw = await loggedIn(t, world);
  assert.equal((await raw.fetch('NLST')).body, '');
  for (const one of idle) one.end();
  await until('all are gone', () => world.server.sessions() === 1);
  // Who never began to log in has no line.
  assert.deepEqual(
    world.lines.map((line) => line.outcome),
    ['ok'],
  );
});

test('a thousand wrong passwords end unread, each one line, and the owner comes in from elsewhere', async (t) => {
  const world = await ftpWorld(t, { limits: { failuresPerAddressPerMinute: 10 } });
  const answers: string[] = [];
  const guesses = 1000;
  let next = 0;
  const guess = async (): Promise<void> => {
    while (next < guesses) {
      next += 1;
      const raw = await from(t, world, '127.0.0.1');
      const hello = await raw.ask('USER demo');
      answers.push(hello.startsWith('331') ? await raw.ask(`PASS guess ${next}`) : hello);
      raw.end();
    }
  };
  const guessing = Promise.all(Array.from({ length: 20 }, guess));
  const began = performance.now();
  const owner = await from(t, world, '127.0.0.2');
  assert.match(await owner.login(), /^230 /);
  assert.ok(performance.now() - began < 30_000, 'the owner was kept waiting');
  await guessing;
  assert.match(await (await from(t, world, '127.0.0.2')).login(), /^230 /);
  const counted = (outcome: string) => world.lines.filter((line) => line.outcome === outcome).length;
  assert.equal(world.lines.length, guesses + 2);
  assert.equal(counted('ok'), 2);
  assert.equal(counted('wrong-password') + counted('limited'), guesses);
  // Those that were being judged when the tenth failed are judged to their end.
  assert.ok(counted('wrong-password') <= 30, `${counted('wrong-password')} were read`);
  assert.equal(answers.filter((answer) => /^421 Too many failed/.test(answer)).length, counted('limited'));
});

test('one address waits at half of the passive ports at most, and a port that is left is free again', async (t) => {
  const free = createServer().listen(0, '127.0.0.1');
  await once(free, 'listening');
  const { port } = free.address() as { port: number };
  free.close();
  await once(free, 'close');
  const world = await ftpWorld(t, { options: { passivePorts: { from: port, to: port + 3 } } });
  const [one, two, three] = [await loggedIn(t, world), await loggedIn(t, world), await loggedIn(t, world)];
  assert.match(await one.ask('EPSV'), /^229 /);
  assert.match(await two.ask('EPSV'), /^229 /);
  assert.match(await three.ask('EPSV'), /^425 /);
  // Asking again gives the old one back first.
  for (let i = 0; i < 20; i += 1) assert.match(await one.ask('PASV'), /^227 /);
  const other = await from(t, world, '127.0.0.2');
  await other.login();
  assert.match(await other.ask('EPSV'), /^229 /);
  two.end();
  await until('the port is free', async () => (await three.ask('EPSV')).startsWith('229'));
  // One that has its connection waits no longer.
  const data = await three.passive();
  await until('another may wait', async () =>
    (await (await loggedIn(t, world)).ask('EPSV')).startsWith('229'),
  );
  data.destroy();
});

test('ten thousand entries are listed in batches, in every form and to every client, and hold nobody up', async (t) => {
  const world = await ftpWorld(t);
  const count = 10_000;
  for (let i = 0; i < count; i += 250) {
    const batch = Array.from({ length: 250 }, (_, n) => `${'long name '.repeat(8)}${i + n}`);
    await Promise.all(batch.map((name) => writeFile(join(world.web, name), '')));
  }
  const raw = await loggedIn(t, world);
  const other = await loggedIn(t, world);
  for (const verb of ['LIST', 'NLST', 'MLSD', 'NLST long*']) {
    const listing = raw.fetch(verb);
    assert.match(await other.ask('NOOP'), /^200 /);
    const { body, last } = await listing;
    assert.equal(body.split('\r\n').length, count + 1, verb);
    assert.match(last, /^226 /);
  }
  assert.equal((await raw.ask('STAT .')).split('\n').length, count + 2);
  // A wicked pattern does not stop the clock for the others: a hundred of `*a` would, all at once.
  const wicked = raw.fetch(`NLST ${'*long name'.repeat(24)}`);
  const since = performance.now();
  assert.match(await other.ask('NOOP'), /^200 /);
  assert.ok(performance.now() - since < 10_000);
  assert.equal((await wicked).body, '');
  await slowListing(raw);
  if (!needs(t, 'curl', 'lftp', 'ncftpls')) return;
  const url = `ftp://demo:secret@127.0.0.1:${world.port}/`;
  const lines = (text: string) => text.split('\n').filter((line) => line !== '').length;
  assert.equal(lines((await runClient('curl', ['-s', url])).out), count);
  const lftp = `set ftp:ssl-allow no; open ${url}; cls -1; quit`;
  assert.equal(lines((await runClient('lftp', ['-c', lftp])).out), count);
  const ncftp = ['-1', '-u', 'demo', '-p', 'secret', '-P', String(world.port), 'ftp://127.0.0.1/'];
  assert.equal(lines((await runClient('ncftpls', ncftp)).out), count);
});

/** A client that takes its listing slowly holds its names in memory and no more. */
async function slowListing(raw: RawFtp): Promise<void> {
  const data = await raw.passive();
  data.pause();
  const before = keptBytes();
  assert.match(await raw.ask('LIST'), /^150 /);
  await new Promise((done) => setTimeout(done, 300));
  const kept = keptBytes() - before;
  assert.ok(kept < 4e6, `${kept} bytes are held`);
  data.destroy();
  assert.match(await raw.reply(), /^(226|426) /);
}

test('who is let in while no descriptor is left does not bring the server down', async (t) => {
  if (!needs(t, 'prlimit')) return;
  const script = `
    import { connect } from 'node:net';
    import { once } from 'node:events';
    import { ftpWorld } from '${join(import.meta.dirname, '../../../../../test/ftp.ts')}';
    const world = await ftpWorld({ after: () => undefined });
    const many = Array.from({ length: 80 }, () => connect(world.port, '127.0.0.1').on('error', () => undefined));
    await new Promise((done) => setTimeout(done, 800));
    for (const one of many) one.destroy();
    await new Promise((done) => setTimeout(done, 300));
    const last = connect(world.port, '127.0.0.1');
    const [hello] = await once(last, 'data');
    console.log(String(hello).trim());
    process.exit(0);`;
  const node = [process.execPath, '--input-type=module', '-e', script];
  const { code, out, err } = await runClient('prlimit', ['--nofile=64:64', ...node]);
  assert.deepEqual([code, out.trim()], [0, '220 Ready'], err);
});
