import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { createSecureContext, type SecureContext, type TLSSocket, connect as tlsConnect } from 'node:tls';
import { generate } from 'selfsigned';
import type { LoginLine } from '../src/hosting/login.ts';
import { probeAccount } from '../src/hosting/mark.ts';
import type { Limits } from '../src/hosting/planes/embedded/ftp/door.ts';
import type { FtpLogin } from '../src/hosting/planes/embedded/ftp/login.ts';
import { type FtpOptions, type FtpServer, startFtp } from '../src/hosting/planes/embedded/ftp/server.ts';
import { openSpace, type Space } from '../src/hosting/planes/embedded/space.ts';
import { hashSecret } from '../src/hosting/secret.ts';

/** One real FTP server with one host `h000001`, account `demo` with password `secret`, and its probe account. */
export interface FtpWorld {
  readonly server: FtpServer;
  readonly port: number;
  readonly folder: string;
  readonly web: string;
  readonly space: Space;
  readonly lines: LoginLine[];
  readonly errors: unknown[];
  /** Change or add to say what a name stands for. */
  readonly accounts: Map<string, FtpLogin>;
  readonly probeKey: Buffer;
}

export const roomy: Limits = {
  perAddress: 50,
  perAccount: 50,
  total: 200,
  idleMs: 20_000,
  loginMs: 20_000,
  failuresPerAddressPerMinute: 100,
};

let certificate: Promise<SecureContext> | null = null;
let secret: Promise<string> | null = null;

async function makeCertificate(): Promise<SecureContext> {
  const made = await generate([{ name: 'commonName', value: 'localhost' }], { keySize: 2048 });
  return createSecureContext({ cert: made.cert, key: made.private });
}

interface Wanted {
  readonly spaceBytes?: number;
  readonly limits?: Partial<Limits>;
  readonly options?: Partial<FtpOptions>;
}

export async function ftpWorld(t: TestContext, wanted: Wanted = {}): Promise<FtpWorld> {
  certificate ??= makeCertificate();
  secret ??= hashSecret('secret');
  const context = await certificate;
  const folder = await mkdtemp(join(tmpdir(), 'ftp-'));
  const web = join(folder, 'web');
  await mkdir(web);
  const space = await openSpace(folder, wanted.spaceBytes ?? 1e9);
  const demo: FtpLogin = {
    host: 'h000001',
    kind: 'account',
    state: { kind: 'serving' },
    tls: 'optional',
    secret: await secret,
    folder,
    root: web,
    space,
    owner: null,
  };
  const accounts = new Map<string, FtpLogin>([
    ['demo', demo],
    [probeAccount('h000001'), { ...demo, kind: 'probe', secret: null }],
  ]);
  const lines: LoginLine[] = [];
  const errors: unknown[] = [];
  const probeKey = Buffer.alloc(32, 7);
  const server = await startFtp({
    address: '127.0.0.1',
    port: 0,
    passiveAddress: null,
    passivePorts: null,
    secureContext: () => context,
    accounts: { find: (name) => accounts.get(name) ?? null },
    probeKey,
    limits: { ...roomy, ...wanted.limits },
    onLogin: (line) => lines.push(line),
    onError: (error) => errors.push(error),
    now: () => Date.now(),
    ...wanted.options,
  });
  t.after(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });
  return { server, port: server.address.port, folder, web, space, lines, errors, accounts, probeKey };
}

/** A control connection by hand: what is sent is what the test says, byte for byte. */
export class RawFtp {
  socket: Socket;
  readonly port: number;
  #text = '';
  #wake: () => void = () => undefined;
  #ended = false;

  constructor(socket: Socket, port: number) {
    this.socket = socket;
    this.port = port;
    this.#listen();
  }

  #listen(): void {
    this.socket.on('data', (chunk: Buffer) => {
      this.#text += chunk.toString('utf8');
      this.#wake();
    });
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => {
      this.#ended = true;
      this.#wake();
    });
  }

  /** The next whole reply, lines joined by `\n`; 'closed' when the connection ended instead. */
  async reply(): Promise<string> {
    for (;;) {
      const found = /^(?:(\d{3})-[^\n]*\r\n(?:(?!\1 )[^\n]*\r\n)*\1 [^\n]*|\d{3} [^\n]*)\r\n/.exec(
        this.#text,
      );
      if (found !== null) {
        this.#text = this.#text.slice(found[0].length);
        return found[0].trimEnd().replaceAll('\r\n', '\n');
      }
      if (this.#ended) return 'closed';
      await new Promise<void>((wake) => {
        this.#wake = wake;
      });
    }
  }

  send(text: string | Buffer): void {
    this.socket.write(text);
  }

  ask(line: string): Promise<string> {
    this.send(`${line}\r\n`);
    return this.reply();
  }

  async login(name = 'demo', password = 'secret'): Promise<string> {
    await this.ask(`USER ${name}`);
    return this.ask(`PASS ${password}`);
  }

  /** EPSV and a connection to it. */
  async passive(): Promise<Socket> {
    const answer = await this.ask('EPSV');
    const port = Number(/\(\|\|\|(\d+)\|\)/.exec(answer)?.[1]);
    const data = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
    data.on('error', () => undefined);
    await once(data, 'connect');
    return data;
  }

  /** The replies before and after, and what came over the data connection. */
  async fetch(command: string): Promise<{ first: string; last: string; body: string }> {
    const data = await this.passive();
    const body = readAll(data);
    const first = await this.ask(command);
    const last = first.startsWith('1') ? await this.reply() : '';
    return { first, last, body: await body };
  }

  async store(command: string, body: string | Buffer): Promise<{ first: string; last: string }> {
    const data = await this.passive();
    data.resume();
    const first = await this.ask(command);
    data.end(body);
    return { first, last: first.startsWith('1') ? await this.reply() : '' };
  }

  /** AUTH TLS and the handshake. */
  async secure(): Promise<void> {
    await this.ask('AUTH TLS');
    this.socket.removeAllListeners('data');
    const secured: TLSSocket = tlsConnect({ socket: this.socket, rejectUnauthorized: false });
    await once(secured, 'secureConnect');
    this.socket = secured;
    this.#listen();
  }

  end(): void {
    this.socket.destroy();
  }
}

export async function readAll(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) chunks.push(chunk);
  socket.end();
  return Buffer.concat(chunks).toString('utf8');
}

/** Connected, and greeted. */
export async function rawFtp(t: TestContext, world: FtpWorld): Promise<RawFtp> {
  const socket = connect(world.port, '127.0.0.1');
  await once(socket, 'connect');
  const raw = new RawFtp(socket, world.port);
  t.after(() => raw.end());
  await raw.reply();
  return raw;
}

export async function loggedIn(t: TestContext, world: FtpWorld): Promise<RawFtp> {
  const raw = await rawFtp(t, world);
  await raw.login();
  return raw;
}

/** A client program run to its end, or ended after `timeoutMs`. */
export async function runClient(program: string, args: readonly string[], input = '', timeoutMs = 30_000) {
  const child = spawn(program, args, {
    stdio: 'pipe',
    env: { ...process.env, HOME: '/nonexistent', LC_ALL: 'C.UTF-8' },
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString('utf8');
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString('utf8');
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(timer);
  return { code, out, err };
}

/** Waits for something that another process or the other end brings about; fails loudly when it does not. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  withinMs = 5000,
): Promise<void> {
  const last = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > last) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise((done) => setTimeout(done, 10));
  }
}
