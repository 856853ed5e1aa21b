import assert from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../src/db/connection.ts';
import { orderHost } from '../src/hosting/flow.ts';
import { install } from '../test/system/installation.ts';
import { must, orderOf } from '../test/world.ts';
import { openServer, openStore, sellHosts } from './fleet.ts';
import { cpuOf, memoryOf } from './process.ts';
import type { Bench, Report } from './report.ts';
import { median } from './rounds.ts';

/**
 * From a host's order to its first byte served, while thousands of others are there: a whole installation (centre
 * on PostgreSQL, plane, prober) beside nginx with a server block a host, which must read all of them again.
 */
export const bench: Bench = {
  name: 'order',
  about: 'from an order to the first byte served, with thousands of hosts there, beside nginx and its reload',
  peers: { '/usr/lib/postgresql/15/bin/initdb': 'apt: postgresql-15', nginx: 'apt: nginx-light' },
  run,
};

interface Opened {
  readonly wallMs: number;
  readonly cpuS: number;
}

async function run(report: Report): Promise<void> {
  const hosts = report.quick ? 20 : 10_000;
  const orders = report.quick ? 2 : 10;
  const [ours, peer] = [await ordered(report, hosts, orders), await reloaded(report, hosts, orders)];
  if (ours === null) return report.note('PostgreSQL is not here: nothing was measured');
  const wall = (list: readonly Opened[]): number => median(list.map((one) => one.wallMs));
  const cpu = (list: readonly Opened[]): number => median(list.map((one) => one.cpuS));
  const beside = `nginx, ${hosts.toLocaleString('en-US')} server blocks, reload`;
  report.line({
    what: 'from the order to the first byte',
    unit: 'ms',
    ours: wall(ours.opened),
    peakMb: ours.memoryMb,
    peer: { name: beside, figure: peer === null ? null : wall(peer) },
    goal: { of: 'ours', atMost: 2000 },
  });
  report.line({
    what: 'an order, all our processes and PostgreSQL, until the prober knows it too',
    unit: 'CPU s',
    ours: cpu(ours.opened),
    peer: { name: beside, figure: peer === null ? null : cpu(peer) },
    goal: { of: 'ratio', atMost: 1 },
  });
}

async function ordered(report: Report, hosts: number, orders: number) {
  const server = await openServer();
  if (server === null) return null;
  const ends: (() => unknown)[] = [() => server.stop()];
  try {
    const database = await openStore(server.url, 'orders');
    ends.push(() => database.close());
    await sellHosts(database, hosts);
    process.env['HOSTPLEDGE_DATABASE'] = `${server.url}/orders`;
    const data = join(report.folder, 'data');
    await mkdir(data);
    const more = ['--interval', '60'];
    const here = await install({ after: (end: () => unknown) => void ends.push(end) }, data, 'serve', more);
    delete process.env['HOSTPLEDGE_DATABASE'];
    const port = Number(new URL(here.ready.hosts.http).port);
    for (let n = 4; n <= hosts; n += Math.ceil(hosts / 50)) await served(port, `www.site${n}.example.com`);
    const opened: Opened[] = [];
    for (let i = 0; i < orders; i += 1)
      opened.push(await open(database, port, [here.child.pid!, server.pid], i, report.quick ? 1000 : 5000));
    return { opened, memoryMb: memoryOf(here.child.pid!) };
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

/** What everything costs in a stretch after the order, less what the same stretch costs without one. */
async function open(
  database: Database,
  port: number,
  pids: readonly number[],
  n: number,
  settleMs: number,
): Promise<Opened> {
  const spent = async (work: () => Promise<number>) => {
    const [begun, before] = [performance.now(), pids.reduce((sum, pid) => sum + cpuOf(pid), 0)];
    const wallMs = await work();
    await delay(Math.max(0, settleMs - (performance.now() - begun)));
    return { wallMs, cpuS: pids.reduce((sum, pid) => sum + cpuOf(pid), 0) - before };
  };
  const idle = await spent(async () => 0);
  const { wallMs, cpuS } = await spent(async () => {
    const domain = `www.ordered${n}.example.com`;
    const begun = performance.now();
    must(await database.transaction((tx) => orderHost(tx, Date.now(), orderOf(domain))));
    await served(port, domain);
    return performance.now() - begun;
  });
  return { wallMs, cpuS: Math.max(0, cpuS - idle.cpuS) };
}

/** Asks for a host until it is there. What nobody has ordered is a 404. */
async function served(port: number, host: string): Promise<void> {
  const end = performance.now() + 600_000;
  while (!(await answers(port, host))) {
    assert(performance.now() < end, `${host} was never served`);
    await delay(2);
  }
}

function answers(port: number, host: string): Promise<boolean> {
  return new Promise((done, fail) => {
    const asked = get({ host: '127.0.0.1', port, headers: { host }, agent: false }, (answer) => {
      answer.resume();
      answer.once('end', () => done(answer.statusCode !== 404));
    });
    asked.once('error', (error) =>
      'code' in error && error.code === 'ECONNRESET' ? done(false) : fail(error),
    );
  });
}

/** The other way: a server block a host, and nginx told to read its configuration again. */
async function reloaded(report: Report, hosts: number, orders: number): Promise<readonly Opened[] | null> {
  if (!report.has('nginx')) return null;
  const folder = join(report.folder, 'nginx');
  await mkdir(join(folder, 'blocks'), { recursive: true });
  const port = await freePort();
  const block = (name: string): string =>
    `server { listen 127.0.0.1:${port}; server_name ${name}; root ${folder}/web; location / { return 200 "ok"; } }\n`;
  const names = Array.from({ length: hosts }, (_, i) => `www.site${i}.example.com`);
  await writeFile(join(folder, 'blocks', 'all.conf'), names.map(block).join(''));
  const config = join(folder, 'nginx.conf');
  await writeFile(config, nginxConfig(folder, port));
  const child = spawn('/usr/sbin/nginx', ['-p', folder, '-c', config, '-e', join(folder, 'error.log')], {
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  try {
    await until(port, names.at(-1)!);
    const opened: Opened[] = [];
    for (let n = 0; n < orders; n += 1) {
      const name = `www.ordered${n}.example.com`;
      const [begun, before] = [performance.now(), cpuOf(child.pid!)];
      await writeFile(join(folder, 'blocks', `${n}.conf`), block(name));
      child.kill('SIGHUP');
      await until(port, name);
      const wallMs = performance.now() - begun;
      // The old worker's end is part of it.
      await delay(1000);
      opened.push({ wallMs, cpuS: cpuOf(child.pid!) - before });
    }
    return opened;
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}

const nginxConfig = (
  folder: string,
  port: number,
): string => `daemon off; worker_processes 1; pid ${folder}/pid;
events {}
http {
  access_log off; server_names_hash_max_size 65536; server_names_hash_bucket_size 128;
  client_body_temp_path ${folder}/b; proxy_temp_path ${folder}/p; fastcgi_temp_path ${folder}/f;
  uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  server { listen 127.0.0.1:${port} default_server; return 404; }
  include ${folder}/blocks/*.conf;
}
`;

/** `served`, of a server that is only starting. */
async function until(port: number, host: string): Promise<void> {
  for (;;) {
    const there = await answers(port, host).catch(() => false);
    if (there) return;
    await delay(2);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  assert(address !== null && typeof address === 'object');
  return address.port;
}
