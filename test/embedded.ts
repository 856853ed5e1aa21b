import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type EmbeddedOptions,
  type EmbeddedPlane,
  startEmbedded,
} from '../src/hosting/planes/embedded/embedded.ts';
import { defaultSettings, type HostSpec } from '../src/hosting/spec.ts';

/** A plane of its own for one test, on free ports, ended with it. */
export interface PlaneWorld {
  readonly plane: EmbeddedPlane;
  readonly folder: string;
  readonly port: number;
  /** Puts a file below the host's `web`; where it is. */
  put(host: string, path: string, content: string | Buffer): Promise<string>;
  /** The access log's lines so far, each in its fields. */
  lines(): Promise<string[][]>;
  readonly errors: unknown[];
}

const running = new Map<string, EmbeddedPlane[]>();

/** `closed`: below a folder that only its owner passes, as a clone in `mktemp -d` or in /root is. */
export async function planeFolder(t: TestContext, closed = false): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), 'plane-'));
  // Scripts run as other users when the tests run as root.
  await chmod(parent, closed ? 0o700 : 0o711);
  const folder = closed ? join(parent, 'data') : parent;
  t.after(async () => {
    // Hooks run in the order they were made: the folder goes when its planes are down.
    for (const plane of running.get(folder) ?? []) await plane.close();
    running.delete(folder);
    await rm(parent, { recursive: true, force: true });
  });
  return folder;
}

export async function startPlane(
  t: TestContext,
  specs: readonly HostSpec[],
  more: Partial<EmbeddedOptions> = {},
): Promise<PlaneWorld> {
  const folder = more.folder ?? (await planeFolder(t));
  const errors: unknown[] = [];
  const plane = await startEmbedded({
    folder,
    address: '127.0.0.1',
    httpPort: 0,
    httpsPort: null,
    ftpPort: 0,
    probeKey: Buffer.alloc(32, 7),
    now: () => Date.now(),
    onError: (error) => errors.push(error),
    ...more,
  });
  running.set(folder, [...(running.get(folder) ?? []), plane]);
  for (const spec of specs) {
    const applied = await plane.apply(spec);
    if (applied.kind !== 'applied') throw new Error(applied.reason);
  }
  return {
    plane,
    folder,
    port: plane.health().web.http.port,
    errors,
    put: async (host, path, content) => {
      const file = join(folder, 'hosts', host, 'web', path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
      return file;
    },
    lines: async () => {
      await delay(60);
      const text = await readFile(plane.accessLog, 'utf8');
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => line.split('\t'));
    },
  };
}

export function hostSpec(host: string, more: Partial<HostSpec> = {}): HostSpec {
  return {
    host,
    revision: 1,
    domains: [`${host}.test`],
    state: { kind: 'serving' },
    spaceBytes: 10_000_000,
    ftp: null,
    php: null,
    certificate: null,
    settings: defaultSettings,
    ...more,
  };
}

/** Writes bytes to a port and reads until the other end closes, or until `quietMs` pass without a byte. */
export async function raw(port: number, bytes: string | Buffer, quietMs = 300): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  try {
    await new Promise<void>((done) => {
      let timer = setTimeout(done, 5000);
      socket.on('connect', () => socket.write(bytes));
      socket.on('data', (piece: Buffer) => {
        text += piece.toString('latin1');
        clearTimeout(timer);
        timer = setTimeout(done, quietMs);
      });
      socket.on('error', () => undefined);
      socket.on('close', () => {
        clearTimeout(timer);
        done();
      });
    });
  } finally {
    socket.destroy();
  }
  return text;
}

export interface Answer {
  readonly status: number;
  readonly fields: ReadonlyMap<string, string>;
  readonly body: string;
}

/** One request with a name, over a connection of its own. */
export async function ask(
  port: number,
  name: string,
  target = '/',
  more: { method?: string; fields?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  const fields = Object.entries({ Host: name, Connection: 'close', ...more.fields });
  const length = more.body === undefined ? [] : [['Content-Length', String(Buffer.byteLength(more.body))]];
  const head = [...fields, ...length].map(([key, value]) => `${key}: ${value}\r\n`).join('');
  const text = await raw(
    port,
    `${more.method ?? 'GET'} ${target} HTTP/1.1\r\n${head}\r\n${more.body ?? ''}`,
    10_000,
  );
  return parse(text);
}

export function parse(text: string): Answer {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [line = '', ...lines] = head.split('\r\n');
  const fields = new Map(
    lines.map((one) => {
      const colon = one.indexOf(':');
      return [one.slice(0, colon).toLowerCase(), one.slice(colon + 1).trim()] as const;
    }),
  );
  return { status: Number(line.split(' ')[1] ?? 0), fields, body: rest.join('\r\n\r\n') };
}
