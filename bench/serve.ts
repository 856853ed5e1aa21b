import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { hostSpec } from '../test/embedded.ts';
import { cpuOf, memoryOf, timed } from './process.ts';
import type { Bench, Report } from './report.ts';
import { alternate, median, quotient } from './rounds.ts';

/**
 * A small static file on a kept connection, as a busy host is asked: our plane in a process of its own beside Debian's
 * nginx with one worker, each writing its access log in the product's format. CPU of the server's processes alone.
 */
export const bench: Bench = {
  name: 'serve',
  about: 'static files served per CPU second by the embedded plane, beside nginx',
  peers: { wrk: 'apt: wrk', nginx: 'apt: nginx-light' },
  run,
};

const name = 'host.test';
const module = new URL('../src/hosting/planes/embedded/embedded.ts', import.meta.url).href;

interface Server {
  readonly port: number;
  readonly pid: number;
  close(): Promise<void>;
}

async function run(report: Report): Promise<void> {
  if (!report.has('wrk') || !report.has('nginx')) {
    report.note('wrk asks and nginx stands beside: apt-get install wrk nginx-light');
    return;
  }
  await chmod(report.folder, 0o755);
  const started: Server[] = [];
  const start = async <One extends Server>(server: Promise<One>): Promise<One> => {
    started.push(await server);
    return server;
  };
  try {
    const plane = await start(startPlane(join(report.folder, 'plane')));
    const stock = await start(startNginx(join(report.folder, 'stock'), ''));
    const kept = 'open_file_cache max=20000; open_file_cache_valid 30s;';
    const cached = await start(startNginx(join(report.folder, 'cached'), kept));
    for (const size of [950, 100_000]) await compare(report, { plane, stock, cached }, size);
    await first(report, plane);
  } finally {
    await Promise.all(started.map((server) => server.close()));
  }
}

type Servers = Readonly<Record<'plane' | 'stock' | 'cached', Server>>;

async function compare(report: Report, servers: Servers, size: number): Promise<void> {
  const load = (server: Server) => () => asked(server, size, report.quick ? 1 : 4);
  // Nobody's first time counts.
  await load(servers.plane)();
  const all = await alternate(report.rounds, {
    plane: load(servers.plane),
    stock: load(servers.stock),
    cached: load(servers.cached),
  });
  const [ours, stock, cached] = [all.plane, all.stock, all.cached].map((list) =>
    list.map((one) => one.perCpuS),
  );
  const what = `static file of ${size.toLocaleString('en-US')} bytes, kept connections (wrk -c 64)`;
  const isSmall = size < 10_000;
  report.line({
    what,
    unit: 'requests per CPU second',
    ours: median(ours!),
    peakMb: memoryOf(servers.plane.pid),
    peer: { name: 'nginx, as Debian sets it up', figure: median(stock!) },
    ratio: quotient(ours!, stock!),
    ...(isSmall ? { goal: { of: 'ratio' as const, atLeast: 1 } } : {}),
  });
  report.line({
    what,
    unit: 'requests per CPU second',
    ours: median(ours!),
    peer: { name: 'nginx with open_file_cache', figure: median(cached!) },
    ratio: quotient(ours!, cached!),
  });
}

interface Asked {
  readonly perCpuS: number;
}

/** wrk over one of eight files for some seconds; every answer must be the file. */
async function asked({ port, pid }: Server, size: number, seconds: number): Promise<Asked> {
  const before = cpuOf(pid);
  const url = `http://127.0.0.1:${port}/${size}.bin`;
  const { stdout, code } = await timed('wrk', ['-t1', '-c64', `-d${seconds}s`, '-H', `Host: ${name}`, url]);
  const cpuS = cpuOf(pid) - before;
  const requests = Number(/(\d+) requests in/.exec(stdout)?.[1]);
  if (code !== 0 || !(requests > 0) || /Non-2xx|Socket errors/.test(stdout)) throw new Error(stdout);
  return { perCpuS: requests / cpuS };
}

/** The first byte of a host that was not there before, from `apply` on, with ten thousand others there. */
async function first(report: Report, plane: Plane): Promise<void> {
  const hosts = report.quick ? 20 : 10_000;
  await plane.ask({ do: 'fill', hosts });
  const times: number[] = [];
  for (let n = 0; n < (report.quick ? 2 : 50); n += 1) {
    const host = `h9${String(n).padStart(5, '0')}`;
    times.push(Number(await plane.ask({ do: 'apply', host })));
  }
  report.line({
    what: `from apply to the first byte of one more host beside ${hosts.toLocaleString('en-US')}`,
    unit: 'ms',
    ours: median(times),
    peakMb: memoryOf(plane.pid),
    goal: { of: 'ours', atMost: 5 },
  });
}

interface Plane extends Server {
  ask(order: object): Promise<string>;
}

/** What runs in the plane's process: it applies, and asks itself for the first byte over a socket. */
const program = (folder: string): string => `
  import { connect } from 'node:net';
  import { createInterface } from 'node:readline';
  import { startEmbedded } from ${JSON.stringify(module)};
  const spec = (host, name) => ({ ...${JSON.stringify(hostSpec('h'))}, host, domains: [name] });
  const plane = await startEmbedded({ folder: ${JSON.stringify(folder)}, address: '127.0.0.1', httpPort: 0,
    httpsPort: null, ftpPort: 0, probeKey: Buffer.alloc(32, 7), now: () => Date.now(),
    onError: (error) => console.error(error) });
  const { port } = plane.health().web.http;
  const apply = async (host, name) => {
    const applied = await plane.apply(spec(host, name));
    if (applied.kind !== 'applied') throw new Error(applied.reason);
  };
  await apply('h000001', ${JSON.stringify(name)});
  console.log(JSON.stringify({ port }));
  const byte = (name) => new Promise((done, fail) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\\r\\nHost: ' + name + '\\r\\n\\r\\n'));
    socket.once('data', (bytes) => {
      socket.destroy();
      if (/^HTTP\\/1.1 (200|403)/.test(bytes.toString('latin1'))) done();
      else fail(new Error(bytes.toString('latin1')));
    });
  });
  for await (const line of createInterface({ input: process.stdin })) {
    const order = JSON.parse(line);
    if (order.do === 'fill') {
      for (let n = 0; n < order.hosts; n += 1) await apply('h1' + String(n).padStart(5, '0'), 'x' + n + '.test');
      console.log('0');
      continue;
    }
    const begun = performance.now();
    await apply(order.host, order.host + '.test');
    await byte(order.host + '.test');
    console.log(String(performance.now() - begun));
  }
  await plane.close();
  process.exit(0);`;

async function startPlane(folder: string): Promise<Plane> {
  await mkdir(folder);
  const child = spawn(process.execPath, ['--input-type=module', '-e', program(folder)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const answers = lines(child);
  const { port } = JSON.parse(await answers()) as { port: number };
  await writeFiles(join(folder, 'hosts', 'h000001', 'web'));
  const ask = (order: object): Promise<string> => {
    child.stdin!.write(`${JSON.stringify(order)}\n`);
    return answers();
  };
  return { port, pid: child.pid!, ask, close: () => ended(child, () => child.stdin!.end()) };
}

/** The next line that a child says; throws when it ends instead. */
function lines(child: ChildProcess): () => Promise<string> {
  let text = '';
  const gone = once(child, 'exit').then(() => {
    throw new Error('the plane ended');
  });
  gone.catch(() => undefined);
  child.stdout!.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  return async () => {
    while (!text.includes('\n')) await Promise.race([once(child.stdout!, 'data'), gone]);
    const line = text.slice(0, text.indexOf('\n'));
    text = text.slice(line.length + 1);
    return line;
  };
}

async function writeFiles(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const size of [950, 100_000]) await writeFile(join(folder, `${size}.bin`), Buffer.alloc(size, 'x'));
}

/** One worker, sendfile, and the log line of docs/access-log.md. */
async function startNginx(folder: string, more: string): Promise<Server> {
  await writeFiles(join(folder, 'www'));
  const port = await free();
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (one) => `${one}_temp_path ${folder}/${one};`,
  );
  const fields = [
    ...[
      '$host',
      '$msec',
      '$request_time',
      '$request_time',
      '$upstream_header_time',
      '$upstream_response_time',
    ],
    ...['$status', '$request_length', '$bytes_sent', '$remote_addr', '$http_x_hostpledge_probe'],
    ...['$sent_http_content_type', '$scheme', '$request_method', '$request_uri', '$http_referer'],
    '$http_user_agent',
  ];
  const text = `worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/error.log; daemon off;
events { worker_connections 4096; }
http { types { text/html html; } sendfile on; tcp_nopush on; keepalive_requests 1000000000; ${temporary.join(' ')} ${more}
log_format product escape=default "${fields.join('\\t')}"; access_log ${folder}/access.log product;
server { listen 127.0.0.1:${port}; server_name ${name}; root ${folder}/www; } }
`;
  await writeFile(join(folder, 'nginx.conf'), text);
  const child = spawn('/usr/sbin/nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], {
    stdio: 'ignore',
  });
  for (let tries = 0; !(await answers(port)); tries += 1) {
    if (tries > 200 || child.exitCode !== null) throw new Error('nginx does not answer');
    await delay(20);
  }
  return { port, pid: child.pid!, close: () => ended(child, () => child.kill('SIGTERM')) };
}

async function ended(child: ChildProcess, tell: () => void): Promise<void> {
  const gone = once(child, 'exit');
  tell();
  await gone;
}

function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  return new Promise<boolean>((done) => {
    socket.once('connect', () => done(true)).once('error', () => done(false));
  }).finally(() => socket.destroy());
}

async function free(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
