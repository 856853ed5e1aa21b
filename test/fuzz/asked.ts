import { z } from 'zod';
import type { Route } from '../../src/api/route.ts';
import { routes as served } from '../../src/api/routes.ts';
import { grantsOf } from '../../src/entrance/right.ts';
import { roles } from '../../src/entrance/role.ts';
import { passwordOf } from '../entrance.ts';
import { marker, type Tenant } from '../estate.ts';
import { type Caller, pathOf, type Wish, wishes } from '../requests.ts';
import type { Json } from './mutate.ts';
import type { Random } from './random.ts';
import { fitting, type Schema, wild, word } from './value.ts';

/** One request to a route or a door, made from what the route says of itself and from one that would be done. */

export interface Sent {
  readonly route: string;
  readonly method: string;
  readonly url: string;
  readonly caller: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string | null;
  /** Whether what it did stays. */
  readonly keeps: boolean;
}

/** What is there to be named. */
export interface Estate {
  readonly own: Tenant;
  readonly foreign: Tenant;
  readonly callers: ReadonlyMap<string, Caller>;
}

type Maker = (random: Random, estate: Estate) => Sent;

/** Whoever uses the doors: nobody else's session ends by what they do there. */
export const doorEmail = 'door@customer.example';

const schemaOf = (shape: z.ZodType | undefined): Schema | null =>
  shape === undefined ? null : (z.toJSONSchema(shape, { io: 'input', unrepresentable: 'any' }) as Schema);

/** By session (`owner*`), by key, with a wrong one, and nobody. */
export const callerNames = ['nobody', 'wrong', ...roles, ...roles.map((role) => `${role}*`)];

/** They set type, sign or hash: a hundred times the others' work. */
export const heavy = /^(documents|signers)\.|^statements\.paper|^invitations\.accept|^setup\./;

const slipOf = (random: Random): number => random.pick([0, 0, 0.03, 0.1, 0.5]);

function routeMaker(one: Route): Maker {
  const [params, query, body] = [schemaOf(one.params), schemaOf(one.query), schemaOf(one.body)];
  const may = callerNames.filter((name) => mayAsk(one, name));
  return (random, estate) => {
    const slip = slipOf(random);
    const caller = random.pick(random.chance(0.6) ? may : callerNames);
    const by = estate.callers.get(caller) ?? { role: 'customer', headers: {}, key: 'none' };
    // A secret opens for whoever has it, and nobody has another's.
    const isOwn = one.gate === 'open' || random.chance(0.75);
    const wish = wishes[one.id]!(isOwn ? estate.own : estate.foreign, by);
    const fits = random.chance(0.65);
    const url = fits ? bentPath(one.url, wish, random, slip) : madePath(one.url, params, query, random, slip);
    const text = textOf(body, fits ? wish.body : undefined, random, slip);
    const route = { route: one.id, method: one.method, url, caller, keeps: random.chance(0.03) };
    return { ...route, headers: headersOf(random, text), text };
  };
}

function mayAsk({ gate }: Route, name: string): boolean {
  const role = roles.find((one) => name === one || name === `${one}*`);
  if (gate === 'open') return true;
  return role !== undefined && (gate === 'self' ? name.endsWith('*') : grantsOf(gate)[role] !== undefined);
}

function textOf(schema: Schema | null, wished: Wish['body'], random: Random, slip: number): string | null {
  if (schema === null && random.chance(0.95)) return null;
  if (schema === null || random.chance(slip / 4))
    return random.pick([JSON.stringify(wild(random)), '', '{', 'null', '{"__proto__":{"a":1}}', '[]']);
  const value = wished === undefined ? fitting(schema, random, slip) : bent(wished as Json, random, slip);
  // Nobody can know the words by which another's things are known again.
  return JSON.stringify(value).replaceAll(marker, 'another');
}

/** The value with something else at places that chance picks, and now and then an odd text where a text stands. */
function bent(value: Json, random: Random, slip: number): Json {
  if (slip > 0 && random.chance(slip)) return wild(random);
  if (typeof value === 'string') return random.chance(0.04) ? word(random, 0.8) : value;
  if (Array.isArray(value)) return value.map((inner) => bent(inner, random, slip));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(() => !random.chance(slip / 2));
  const made = kept.map(([name, inner]): [string, Json] => [name, bent(inner, random, slip)]);
  if (random.chance(slip)) made.push([word(random, 0.5), wild(random)]);
  return Object.fromEntries(made);
}

function bentPath(url: string, { params = {}, query = {} }: Wish, random: Random, slip: number): string {
  const other = (text: string): string => (random.chance(slip) ? word(random, 0.5).toWellFormed() : text);
  const bend = (given: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(given).map(([name, text]) => [name, other(text)]));
  return pathOf(url, { params: bend(params), query: bend(query) });
}

function madePath(
  url: string,
  params: Schema | null,
  query: Schema | null,
  random: Random,
  slip: number,
): string {
  const path = url.replace(/:(\w+)/g, (_all, name: string) => {
    if (random.chance(slip / 4))
      return random.pick(['%00', '%ff', '%', '..', '%2e%2e', '%2f', '', 'a%0d%0ab']);
    const value = params?.properties?.[name];
    const text = value === undefined ? word(random, slip) : plain(fitting(value, random, slip));
    return encodeURIComponent(text.toWellFormed());
  });
  return `/api${path}?${searchOf(query === null ? {} : fitting(query, random, slip), random, slip)}`;
}

function searchOf(made: Json, random: Random, slip: number): URLSearchParams {
  const search = new URLSearchParams();
  if (typeof made !== 'object' || made === null) return search;
  for (const [name, value] of Object.entries(made)) {
    search.append(name, plain(value).toWellFormed().slice(0, 2000));
    if (random.chance(slip / 4)) search.append(name, word(random, slip).toWellFormed());
  }
  return search;
}

function plain(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const media = [
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'a',
  'application/xml',
];

function headersOf(random: Random, text: string | null): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  if (text !== null) headers['content-type'] = random.chance(0.97) ? 'application/json' : random.pick(media);
  if (random.chance(0.8))
    headers['if-match'] = random.pick(['*', '*', '*', '*', '*', '"stale"', 'W/"x"', '']);
  if (random.chance(0.2))
    headers['idempotency-key'] = random.pick(['key-00001', `k-${random.below(1e9)}-x`, 'short']);
  if (random.chance(0.02)) headers['content-encoding'] = random.pick(['gzip', 'br', 'x']);
  if (random.chance(0.05)) headers['if-none-match'] = random.pick(['*', '"x"']);
  return headers;
}

/** Doors of the library that are open, and some that are not. */
const doors = [
  ...['GET get-session', 'POST sign-in/email', 'POST sign-out', 'GET list-sessions', 'POST revoke-session'],
  ...['POST revoke-other-sessions', 'POST change-password', 'POST request-password-reset'],
  ...[
    'POST reset-password',
    'POST two-factor/enable',
    'POST two-factor/disable',
    'POST two-factor/verify-totp',
  ],
  ...['POST two-factor/verify-backup-code', 'POST two-factor/generate-backup-codes'],
  ...['GET passkey/generate-register-options', 'POST passkey/verify-registration'],
  ...['GET passkey/generate-authenticate-options', 'POST passkey/verify-authentication'],
  ...['GET passkey/list-user-passkeys', 'POST passkey/delete-passkey'],
  ...['GET ok', 'POST update-user', 'POST sign-up/email', 'POST a/../ok', 'POST admin/list-users'],
];

/** Fields that one door or another reads; each gets most of them, right or bent. */
const doorFields = {
  ...{
    password: passwordOf(doorEmail),
    currentPassword: passwordOf(doorEmail),
    newPassword: passwordOf(doorEmail),
  },
  ...{ code: '123456', token: 'x'.repeat(32), id: 'pk1', rememberMe: true, trustDevice: true, name: 'x' },
  response: { id: 'AA', rawId: 'AA', type: 'public-key', response: {}, clientExtensionResults: {} },
};
const elsewhere = { callbackURL: '//evil.example', redirectTo: 'https://evil.example' };

function doorBody(door: string, random: Random): Json {
  const slip = random.pick([0, 0, 0, 0.03, 0.1, 0.5]);
  if (random.chance(0.15)) return wild(random);
  const fields = { ...doorFields, ...(random.chance(0.1) ? elsewhere : {}) };
  const bentFields = bent(fields, random, slip) as Record<string, Json>;
  if (!/email|reset/.test(door)) return bentFields;
  // A wrong password is somebody else’s: the one who uses the doors must not be made to wait.
  const isRight = typeof bentFields === 'object' && bentFields?.['password'] === doorFields.password;
  const others = ['anna@customer.example', 'nobody@a.example', word(random, 0.9)];
  return { ...bentFields, email: isRight && random.chance(0.9) ? doorEmail : random.pick(others) };
}

function doorMakers(): [string, Maker][] {
  return doors.map((door) => {
    const [method = '', path = ''] = door.split(' ');
    const make: Maker = (random) => {
      const text = method === 'GET' ? null : JSON.stringify(doorBody(door, random));
      const caller = random.pick(['door*', 'door*', 'door*', 'door*', 'nobody', 'wrong', 'owner']);
      const search = random.chance(0.1)
        ? `?${new URLSearchParams({ x: word(random, 0.8).toWellFormed() })}`
        : '';
      const url = `/api/auth/${path}${search}`;
      return {
        route: `door ${door}`,
        method,
        url,
        caller,
        headers: headersOf(random, text),
        text,
        keeps: true,
      };
    };
    return [`door ${door}`, make];
  });
}

/** Sheets and pages, which read their query by themselves. */
const pages: Readonly<Record<string, readonly string[]>> = {
  '/api/customers/:id/account.csv': ['from', 'to', 'lang', 'x'],
  '/api/ledger.csv': ['from', 'to', 'lang', 'x'],
  '/': ['lang', 'month', 'g', 'host', 'x'],
  '/verify': ['lang', 'x'],
};
const fit: Readonly<Record<string, string>> = {
  ...{ from: '2026-09-01', to: '2026-11-30', lang: 'en', month: '2026-10', g: 'web' },
};
const said = ['2026-09-01', '2026-11-30', '2026-09', '2026-10', 'zh', 'en', 'web', 'h000001'];

function pageMakers(): [string, Maker][] {
  return Object.entries(pages).map(([url, names]) => {
    const make: Maker = (random, { own, foreign }) => {
      const slip = slipOf(random);
      const given = names.filter((name) => random.chance(['from', 'to'].includes(name) ? 0.95 : 0.4));
      const other = (): string => (random.chance(0.5) ? random.pick(said) : word(random, 0.8).toWellFormed());
      const search = new URLSearchParams(
        given.map((name) => [name, random.chance(slip) ? other() : (fit[name] ?? '')]),
      );
      const { customer } = random.chance(0.7) ? own : foreign;
      const id = random.chance(slip) ? encodeURIComponent(word(random, 0.6).toWellFormed()) : customer;
      const to = `${url.replace(':id', id)}?${search}`;
      const isFile = url === '/verify' && random.chance(0.5);
      const text = isFile ? `%PDF-1.7\n${JSON.stringify(wild(random))}` : null;
      const caller = random.pick(random.chance(0.5) ? ['owner', 'finance', 'customer*'] : callerNames);
      const headers: Record<string, string> = isFile ? { 'content-type': 'application/pdf' } : {};
      return { route: url, method: isFile ? 'POST' : 'GET', url: to, caller, headers, text, keeps: false };
    };
    return [url, make];
  });
}

/** Everything that is asked, by its name: routes of the API, doors, sheets and pages. */
export const entries: ReadonlyMap<string, Maker> = new Map([
  ...served.map((one): [string, Maker] => [one.id, routeMaker(one)]),
  ...doorMakers(),
  ...pageMakers(),
]);
