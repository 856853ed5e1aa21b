import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { hashSecret } from '../../src/hosting/secret.ts';
import { ask, hostSpec, planeFolder } from '../embedded.ts';
import { RawFtp } from '../ftp.ts';
import { needs } from '../needs.ts';
import { until } from '../system/installation.ts';
import { type FarPlane, lookAt, startFar } from './plane.ts';

/** Many who come and do not go, and descriptors that run out: the checks go on, and nothing grows. */

async function aHost() {
  const accounts = [{ name: 'demo', secret: await hashSecret('secret'), root: '' }];
  return hostSpec('h000001', { domains: ['demo.localhost'], ftp: { tls: 'optional', accounts } });
}

/** A connection from an address of its own in 127/8, as a crowd's would be. */
async function come(port: number, from: string): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', localAddress: from });
  socket.on('error', () => {});
  await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
  return socket;
}

/** 500 on the web port that send a head byte by byte, 500 on the FTP port that say nothing. */
async function gather(t: TestContext, plane: FarPlane): Promise<readonly Socket[]> {
  const crowd: Socket[] = [];
  for (let n = 0; n < 500; n += 1) {
    const web = await come(plane.httpPort, `127.0.1.${1 + (n % 50)}`);
    web.write('GET / HTTP/1.1\r\nHost: demo.localhost\r\nX-Slow: ');
    const ftp = await come(plane.ftpPort, `127.0.2.${1 + (n % 50)}`);
    ftp.resume();
    crowd.push(web, ftp);
  }
  const timer = setInterval(() => {
    for (let i = 0; i < crowd.length; i += 2) crowd[i]!.write('x');
  }, 1000);
  t.after(() => {
    clearInterval(timer);
    for (const socket of crowd) socket.destroy();
  });
  return crowd;
}

async function customer(plane: FarPlane): Promise<string> {
  const socket = await come(plane.ftpPort, '127.0.0.1');
  const session = new RawFtp(socket, plane.ftpPort);
  await session.reply();
  const answer = await session.login();
  session.end();
  return answer;
}

test('a thousand slow connections keep out neither our checks nor others, and take no memory for long', {
  timeout: 900_000,
}, async (t) => {
  const spec = await aHost();
  const plane = await startFar(t, await planeFolder(t), spec);
  const alone = await plane.memoryMb();
  const crowd = await gather(t, plane);
  for (let second = 0; second < 8; second += 1) {
    const [web, ftp] = await lookAt(plane, spec);
    assert.equal(web.result, 'pass', `${web.code} ${web.detail}`);
    assert.equal(ftp.result, 'pass', `${ftp.code} ${ftp.detail}`);
    assert.equal((await ask(plane.httpPort, 'demo.localhost')).status, 200);
    assert.match(await customer(plane), /^230/);
    await delay(1000);
  }
  const crowded = await plane.memoryMb();
  assert(crowded - alone < 80, `${alone} MB alone, ${crowded} MB with a thousand`);
  // A head has ten seconds: the slow ones are gone by themselves.
  await until(15_000, 'the end of the slow ones', async () =>
    crowd.filter((_, i) => i % 2 === 0).every((one) => one.destroyed || one.readyState !== 'open'),
  );
});

test('a plane without a free descriptor serves whom it has, says so, and is whole again when there are some', {
  timeout: 900_000,
}, async (t) => {
  if (!needs(t, 'prlimit')) return;
  const spec = await aHost();
  const plane = await startFar(t, await planeFolder(t), spec);
  const limit = (files: string) =>
    execFileSync('prlimit', ['--pid', String(plane.pid), `--nofile=${files}:`]);
  const hard = /^Max open files +\d+ +(\d+)/m.exec(await readFile(`/proc/${plane.pid}/limits`, 'utf8'))?.[1];
  assert(hard !== undefined);
  assert.equal((await ask(plane.httpPort, 'demo.localhost')).status, 200);
  limit('64');
  const held: Socket[] = [];
  for (let n = 0; n < 100; n += 1) held.push(await come(plane.httpPort, `127.0.1.${1 + (n % 50)}`));
  await delay(1500);
  // Nobody hangs: whoever is not served is refused, or answered that it cannot be.
  const answers = await Promise.all(
    [1, 2, 3].map((n) =>
      ask(plane.httpPort, 'demo.localhost', `/?n=${n}`).then(
        ({ status }) => status,
        () => 0,
      ),
    ),
  );
  assert(
    answers.every((status) => [0, 200, 500, 503].includes(status)),
    String(answers),
  );
  assert.equal(plane.child.exitCode, null, plane.said());
  limit(hard);
  for (const socket of held) socket.destroy();
  await until(
    10_000,
    'the host',
    async () => (await ask(plane.httpPort, 'demo.localhost').catch(() => null))?.status === 200,
  );
  const [web, ftp] = await lookAt(plane, spec);
  assert.deepEqual([web.result, ftp.result], ['pass', 'pass'], `${web.detail} ${ftp.detail}`);
  assert.match(await customer(plane), /^230/);
  const since = Date.now();
  await until(10_000, 'a mark since then', async () => (await markOf(plane.folder)) > since);
});

async function markOf(folder: string): Promise<number> {
  return (JSON.parse(await readFile(join(folder, 'alive.json'), 'utf8')) as { at: number }).at;
}
