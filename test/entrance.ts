import { mkdtempSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { openAuthority } from '../src/agreement/document/authority.ts';
import type { Chancery } from '../src/agreement/document/keeper.ts';
import { api } from '../src/api/api.ts';
import { FirstRun } from '../src/api/first.ts';
import type { House } from '../src/api/house.ts';
import { Pulse } from '../src/api/pulse.ts';
import { createServer } from '../src/api/server.ts';
import type { Database } from '../src/db/connection.ts';
import { type Entrance, openDoors } from '../src/entrance/doors/auth.ts';
import { openVault } from '../src/entrance/doors/vault.ts';
import { addKey, addUser, admits, postReset } from '../src/entrance/flow.ts';
import { type Right, rightNames } from '../src/entrance/right.ts';
import type { Role } from '../src/entrance/role.ts';
import type { User } from '../src/entrance/store.ts';
import { type Hook, hookChannel } from '../src/notice/channels/hook.ts';
import { must } from './world.ts';

/** The API over a real socket, on a database of the test's own. */

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** JSON, or text. */
  readonly body: unknown;
}

/** What stands in a reply at a path: `at(body, 'items', 0, 'id')`; undefined when nothing does. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );
}

export interface Front {
  readonly origin: string;
  readonly house: House;
  readonly mishaps: string[];
  ask(method: string, path: string, options?: Asked): Promise<Reply>;
  /** The same house behind another door, with a count of requests of its own; closed with the first. */
  another(): Promise<Front['ask']>;
}

interface Asked {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** `more` puts pages beside the API, as the centre does. */
export async function openFront(
  t: Pick<TestContext, 'after'>,
  database: Database,
  now: () => number,
  more: (server: FastifyInstance, house: House) => void = () => {},
  hook: Hook = hookChannel(),
): Promise<Front> {
  const mishaps: string[] = [];
  let origin = '';
  let doors: Entrance | null = null;
  const vault = openVault('s'.repeat(64));
  let chancery: Promise<Chancery> | null = null;
  const openChancery = async (): Promise<Chancery> => {
    const folder = mkdtempSync(join(tmpdir(), 'hostpledge-chancery-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const authority = await openAuthority(join(folder, 'authority.pem'), now());
    return { authority, secret: 'c'.repeat(64), timestamp: null };
  };
  const keys = mkdtempSync(join(tmpdir(), 'hostpledge-keys-'));
  t.after(() => rmSync(keys, { recursive: true, force: true }));
  const house: House = {
    database,
    clock: { now },
    entrance: () => {
      doors ??= openDoors({
        database,
        secret: 's'.repeat(64),
        origin,
        trusted: [origin],
        admits: (user, code) => admits(database.db, Date.now(), user, code),
        mailReset: (user, token) => database.transaction((tx) => postReset(tx, now(), user, token, vault)),
      });
      return doors;
    },
    origins: () => [origin],
    pulse: new Pulse(),
    samples: async () => null,
    vault,
    hook,
    first: new FirstRun(database, join(keys, 'setup.token')),
    chancery: () => {
      chancery ??= openChancery();
      return chancery;
    },
    drill: () => {},
    mishap: (text) => void mishaps.push(text),
  };
  const serve = async (): Promise<string> => {
    const server = createServer(1 << 20, (error, where) => void mishaps.push(`${where}: ${error.stack}`));
    server.register((scope) => api(scope, house), { prefix: '/api' });
    more(server, house);
    t.after(() => server.close());
    return server.listen({ host: '127.0.0.1', port: 0 });
  };
  const asking = (address: string): Front['ask'] => {
    return (method, path, options) => ask(address, method, path, options);
  };
  const first = await serve();
  origin = `http://localhost:${new URL(first).port}`;
  return { origin, house, mishaps, ask: asking(first), another: async () => asking(await serve()) };
}

/** One request; whatever path and headers the test likes to send. */
async function ask(address: string, method: string, path: string, options: Asked = {}): Promise<Reply> {
  const text =
    options.body === undefined
      ? undefined
      : typeof options.body === 'string'
        ? options.body
        : JSON.stringify(options.body);
  const { port, hostname } = new URL(address);
  return new Promise((done, fail) => {
    const headers = {
      ...(text === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
      ...options.headers,
    };
    const sent = httpRequest({ hostname, port, method, path, headers }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('error', fail);
      answer.on('end', () => {
        const raw = Buffer.concat(parts).toString('utf8');
        const isJson = String(answer.headers['content-type'] ?? '').includes('json');
        const body = isJson && raw !== '' ? JSON.parse(raw) : raw;
        done({ status: answer.statusCode ?? 0, headers: answer.headers, body });
      });
    });
    sent.on('error', fail);
    sent.end(text);
  });
}

export const passwordOf = (email: string) => `correct horse ${email}`;

/** A user of a role with an API key for everything, as `authorization` header. */
export async function enter(
  database: Database,
  now: number,
  role: Role,
  customer: string | null = null,
  email = `${role}${customer ?? ''}@example.cn`,
  scopes: readonly Right[] = rightNames,
): Promise<{ readonly user: User; readonly headers: { readonly authorization: string } }> {
  return database.transaction(async (tx) => {
    const password = passwordOf(email);
    const user = must(await addUser(tx, now, { email, name: role, role, customer, lang: 'zh', password }));
    const { secret } = must(await addKey(tx, now, user.id, { name: 'test', scopes: [...scopes] }));
    return { user, headers: { authorization: `Bearer ${secret}` } };
  });
}
