import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { type AddressInfo, connect, createServer as createTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { needs } from '../../../test/needs.ts';
import type { HostMinute } from '../minute.ts';
import { mergeHosts } from '../minute.ts';
import { AccessSummer } from './access.ts';

/** The lines of docs/access-log.md that an operator copies into nginx. */
function documented(): string {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/access-log.md'), 'utf8');
  const block = /```nginx\n([\s\S]*?)```/.exec(page)?.[1];
  assert.ok(block !== undefined);
  return block;
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createTcp().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

interface Script {
  readonly port: number;
  /** Resolves when `/hang` was asked: from here on nginx waits for it. */
  readonly hung: Promise<void>;
}

/** What stands behind nginx: a script that is quick, slow, silent or streams. */
async function startScript(t: TestContext): Promise<Script> {
  const hung = Promise.withResolvers<void>();
  const server = createServer((asked, answer) => {
    if (asked.url === '/hang') hung.resolve();
    const late = asked.url === '/slow' ? 300 : asked.url?.startsWith('/hang') ? 2500 : 0;
    asked.resume();
    asked.on('end', () => {
      const type = asked.url === '/stream' ? 'text/event-stream' : 'text/plain';
      setTimeout(() => answer.writeHead(200, { 'content-type': type }).end('x'.repeat(100)), late);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, hung: hung.promise };
}

interface Nginx {
  readonly port: number;
  readonly log: string;
  readonly hung: Promise<void>;
}

async function startNginx(t: TestContext): Promise<Nginx> {
  const folder = mkdtempSync(join(tmpdir(), 'hostpledge-nginx-'));
  const [port, { port: script, hung }] = [await freePort(), await startScript(t)];
  // Nobody can ever listen there.
  const dead = `unix:${folder}/absent/socket`;
  mkdirSync(join(folder, 'web'));
  writeFileSync(join(folder, 'web/page.html'), 'y'.repeat(1000));
  const log = join(folder, 'access.log');
  const conf = join(folder, 'nginx.conf');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join(' ');
  writeFileSync(
    conf,
    `${process.getuid?.() === 0 ? 'user root;' : ''} worker_processes 1; pid ${folder}/pid; daemon off;
error_log ${folder}/error.log; events { worker_connections 64; }
http { ${temporary} types { text/html html; }
${documented()}
upstream two { server ${dead}; server 127.0.0.1:${script}; }
server { listen 127.0.0.1:${port}; access_log ${log} hostpledge; root ${folder}/web;
  location = /slow { proxy_pass http://127.0.0.1:${script}; }
  location = /hang { proxy_pass http://127.0.0.1:${script}; }
  location = /stream { proxy_pass http://127.0.0.1:${script}; }
  location = /take { client_max_body_size 10m; proxy_pass http://127.0.0.1:${script}; }
  location = /late { proxy_pass http://127.0.0.1:${script}/hang?late; proxy_read_timeout 1s; }
  location = /down { proxy_pass http://${dead}:/; }
  location = /retry { proxy_pass http://two/slow; } } }
`,
  );
  const nginx = spawn('/usr/sbin/nginx', ['-e', join(folder, 'error.log'), '-p', folder, '-c', conf]);
  const exited = once(nginx, 'exit');
  t.after(async () => {
    nginx.kill('SIGTERM');
    await exited;
    rmSync(folder, { recursive: true });
  });
  for (let left = 200; left > 0 && !(await answers(port)); left -= 1) await pause(20);
  return { port, log, hung };
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const up = await once(socket, 'connect').then(
    () => true,
    () => false,
  );
  socket.destroy();
  return up;
}

interface Asked {
  readonly agent?: string;
  /** The client is gone 400 ms after this. */
  readonly leaveAfter?: Promise<void>;
  /** Sent in pieces with 100 ms between. */
  readonly pieces?: readonly string[];
}

/** One request under its own host name, so that the sums tell each apart; resolves to the status, 0 without one. */
async function ask(port: number, host: string, path: string, asked: Asked = {}): Promise<number> {
  const { pieces = [] } = asked;
  const headers = {
    host,
    'user-agent': asked.agent ?? 'test',
    ...(pieces.length > 0 ? { 'content-length': pieces.join('').length } : {}),
  };
  const method = pieces.length > 0 ? 'POST' : 'GET';
  const sent = request({ host: '127.0.0.1', port, path, headers, method, agent: false });
  const done = new Promise<number>((resolve) => {
    sent.on('error', () => resolve(0));
    sent.on('response', (answer) => {
      answer.resume();
      answer.on('close', () => resolve(answer.statusCode ?? 0));
    });
  });
  for (const piece of pieces) {
    sent.write(piece);
    await pause(100);
  }
  sent.end();
  if (asked.leaveAfter !== undefined) {
    await asked.leaveAfter;
    await pause(400);
    sent.destroy();
  }
  return done;
}

/** Bytes that are no request at all. */
async function shout(port: number, bytes: Buffer): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.resume();
  socket.end(bytes);
  await once(socket, 'close');
}

async function sums(log: string, lines: number): Promise<Map<string, HostMinute>> {
  const text = (): string => readFileSync(log, 'utf8');
  for (let left = 250; left > 0 && text().split('\n').length - 1 < lines; left -= 1) await pause(20);
  const summer = new AccessSummer({ plane: 'p', names: null, isOurs: () => false });
  summer.feed(readFileSync(log), Date.now());
  summer.close();
  assert.equal(summer.firstMalformed, null, text());
  assert.equal(summer.lineCount, lines, text());
  const hosts = new Map<string, HostMinute>();
  for (const host of summer.take(1).flatMap((minute) => minute.hosts)) {
    const known = hosts.get(host.host);
    hosts.set(host.host, known === undefined ? host : mergeHosts(known, host));
  }
  return hosts;
}

test('what nginx writes by the documented format is read with the times that clause 2-4.1 means', async (t) => {
  if (!needs(t, 'nginx')) return;
  const { port, log, hung } = await startNginx(t);
  const pieces = Array.from({ length: 8 }, () => 'z'.repeat(5000));
  const statuses = await Promise.all([
    ask(port, 'static.example', '/page.html'),
    ask(port, 'absent.example', '/absent.html'),
    ask(port, 'slow.example', '/slow'),
    ask(port, 'upload.example', '/take', { pieces }),
    ask(port, 'left.example', '/hang', { leaveAfter: hung }),
    ask(port, 'late.example', '/late'),
    ask(port, 'down.example', '/down'),
    ask(port, 'retry.example', '/retry'),
    ask(port, 'stream.example', '/stream'),
    ask(port, 'strange.example', '/page.html?a="b"\\c', { agent: 'tab\there "quoted" \\ \u00e9' }),
  ]);
  assert.deepEqual(statuses, [200, 404, 200, 200, 0, 504, 502, 200, 200, 200]);
  await shout(port, Buffer.from('\x16\x03\x01\x02\0\x01\0\xfc\x03\x03', 'latin1'));
  await shout(port, Buffer.from('GET /\tx HTTP/1.1\r\nhost: forged.example\tx\r\n\r\n'));
  const hosts = await sums(log, 12);
  assert.equal(hosts.get('-')!.requests, 2, 'what is no request has no host');
  const of = (name: string): HostMinute => {
    const host = hosts.get(`${name}.example`);
    assert.ok(host !== undefined, `${name}: ${[...hosts.keys()]}`);
    return host;
  };
  const within = (name: string, low: number, high: number): void => {
    const { slowest } = of(name);
    assert.ok(slowest >= low && slowest <= high, `${name}: ${slowest} ms`);
  };
  within('static', 0, 150);
  within('absent', 0, 150);
  within('slow', 295, 900);
  // 0.8 s went into sending the body: that is the visitor's own time.
  within('upload', 0, 500);
  within('left', 380, 1500);
  within('late', 995, 2400);
  within('down', 0, 300);
  within('retry', 295, 1200);
  assert.deepEqual([of('stream').measured, of('stream').long], [0, 1]);
  assert.ok(of('static').bytesOut > 1000 && of('upload').bytesIn > 40_000);
  assert.deepEqual([of('left').statuses[3], of('late').statuses[4], of('absent').statuses[3]], [1, 1, 1]);
  const left = readFileSync(log, 'utf8')
    .split('\n')
    .find((line) => line.startsWith('left.example'));
  const fields = left!.split('\t');
  assert.deepEqual(
    [fields[3], fields[4], fields[6]],
    ['-', '-', '499'],
    'no head was sent, and the log says so',
  );
});
