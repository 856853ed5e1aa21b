import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { record } from '../entrance/flow.ts';
import { userByEmail } from '../entrance/store.ts';
import { refuse } from '../refusal.ts';
import type { House } from './house.ts';
import { fromOf } from './mount.ts';
import { sendRefusal } from './server.ts';
import { Throttle } from './throttle.ts';
import { whoAsks } from './who.ts';

/**
 * The library's own paths that we let through: whatever else it has or will have stays shut. `null` is not
 * written down (it changes nothing); the others are audited under this name.
 */
export const doors: Readonly<Record<string, string | null>> = {
  'GET /get-session': null,
  'POST /sign-in/email': 'entrance.sign-in',
  'POST /sign-out': 'entrance.sign-out',
  'GET /list-sessions': null,
  'POST /revoke-session': 'entrance.revoke-session',
  'POST /revoke-other-sessions': 'entrance.revoke-sessions',
  'POST /change-password': 'entrance.change-password',
  'POST /request-password-reset': 'entrance.ask-reset',
  'POST /reset-password': 'entrance.reset-password',
  'POST /two-factor/enable': 'entrance.factor-begin',
  'POST /two-factor/disable': 'entrance.factor-remove',
  'POST /two-factor/verify-totp': 'entrance.factor-verify',
  'POST /two-factor/verify-backup-code': 'entrance.recovery-code',
  'POST /two-factor/generate-backup-codes': 'entrance.recovery-codes',
  'GET /passkey/generate-register-options': null,
  'POST /passkey/verify-registration': 'entrance.passkey-add',
  'GET /passkey/generate-authenticate-options': null,
  'POST /passkey/verify-authentication': 'entrance.passkey-sign-in',
  'GET /passkey/list-user-passkeys': null,
  'POST /passkey/delete-passkey': 'entrance.passkey-remove',
};

/** Where a guess may be made: counted per account and where it comes from (throttle.ts). */
const guesses: ReadonlySet<string> = new Set([
  'POST /sign-in/email',
  'POST /two-factor/verify-totp',
  'POST /two-factor/verify-backup-code',
  'POST /reset-password',
]);

/** Asking for a mail proves nothing and is counted by itself: it neither clears a guesser's count nor marks a browser. */
const askReset = 'POST /request-password-reset';

/** Puts the library's doors on the server, below `/api/auth`. */
export function authRoutes(server: FastifyInstance, house: House): void {
  const throttle = new Throttle();
  const letters = new Throttle();
  server.all('/auth/*', { schema: { hide: true }, bodyLimit: 16 * 1024 }, async (request, reply) => {
    const path = new URL(request.url, 'http://any').pathname.slice('/api/auth'.length);
    const door = `${request.method} ${path}`;
    if (!Object.hasOwn(doors, door))
      return sendRefusal(reply, refuse('door-unknown', 'url', 'a door that there is'));
    const body = (request.body ?? {}) as { readonly email?: unknown };
    const account = typeof body.email === 'string' ? body.email.toLowerCase().slice(0, 254) : '';
    const now = house.clock.now();
    const counts = door === askReset ? letters : guesses.has(door) ? throttle : null;
    const waitMs = counts?.waitMs(account, request.ip, knownCookie(request), now) ?? 0;
    if (waitMs > 0) {
      reply.header('retry-after', String(Math.ceil(waitMs / 1000)));
      return sendRefusal(reply, refuse('tries-too-many', 'email', `wait ${Math.ceil(waitMs / 1000)} s`));
    }
    if (door === askReset) {
      letters.note(account, request.ip, knownCookie(request), false, now);
      // Answered before anything is looked up: neither the words nor the time tell whether there is such a user.
      void resetAsked(house, request, account);
      return reply.header('cache-control', 'no-store').send({ status: true });
    }
    // Who it was before: afterwards a session that ended says nothing.
    const before = request.headers['authorization'] === undefined ? await whoAsks(request, house) : null;
    const answer = await house.entrance().handler(webRequest(request, house));
    const ok = answer.status < 400;
    if (guesses.has(door)) {
      const device = throttle.note(account, request.ip, knownCookie(request), ok, now);
      if (device !== null) reply.header('set-cookie', deviceCookie(device));
    }
    const action = doors[door];
    if (action !== null && action !== undefined) {
      await writeDown(house, request, ok ? action : `${action}-refused`, before, account);
    }
    return passOn(answer, reply);
  });
}

async function resetAsked(house: House, request: FastifyRequest, account: string): Promise<void> {
  try {
    const answer = await house.entrance().handler(webRequest(request, house));
    const action = answer.status < 400 ? 'entrance.ask-reset' : 'entrance.ask-reset-refused';
    await writeDown(house, request, action, null, account);
  } catch (error) {
    house.mishap(`a letter for a new password: ${error instanceof Error ? error.stack : String(error)}`);
  }
}

const deviceName = '__Host-hostpledge.device';

/** A browser from which somebody signed in before is not held up by strangers who guess at the same account. */
function knownCookie(request: FastifyRequest): string | null {
  return new RegExp(`${deviceName}=([\\w.-]{20,200})`).exec(request.headers.cookie ?? '')?.[1] ?? null;
}

function deviceCookie(value: string): string {
  return `${deviceName}=${value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=31536000`;
}

function webRequest(request: FastifyRequest, { origins }: House): Request {
  const headers = new Headers();
  for (const name of [
    'cookie',
    'origin',
    'referer',
    'user-agent',
    'content-type',
    'sec-fetch-site',
    'sec-fetch-mode',
    'sec-fetch-dest',
  ]) {
    const value = request.headers[name];
    if (typeof value === 'string') headers.set(name, value);
  }
  headers.set('x-hostpledge-address', request.ip);
  const [origin] = origins();
  const hasBody = request.method !== 'GET';
  return new Request(new URL(request.url, origin), {
    method: request.method,
    headers,
    ...(hasBody ? { body: JSON.stringify(bodyOf(request)) } : {}),
  });
}

/** Another password always ends the other sessions; no browser is ever trusted without a second factor. */
function bodyOf({ body, url }: FastifyRequest): object {
  const given = typeof body === 'object' && body !== null ? body : {};
  if (url.startsWith('/api/auth/change-password')) return { ...given, revokeOtherSessions: true };
  return 'trustDevice' in given ? { ...given, trustDevice: false } : given;
}

async function passOn(answer: Response, reply: FastifyReply): Promise<FastifyReply> {
  for (const [name, value] of answer.headers) {
    if (name !== 'set-cookie' && name !== 'content-length') reply.header(name, value);
  }
  for (const cookie of answer.headers.getSetCookie()) reply.header('set-cookie', cookie);
  reply.header('cache-control', 'no-store');
  return reply.code(answer.status).send(Buffer.from(await answer.arrayBuffer()));
}

async function writeDown(
  { database, clock }: House,
  request: FastifyRequest,
  action: string,
  who: Awaited<ReturnType<typeof whoAsks>>,
  email: string,
): Promise<void> {
  await database.transaction(async (tx) => {
    const user = email === '' ? null : await userByEmail(tx, email);
    const actor =
      who !== null
        ? { kind: who.kind, id: who.id, name: who.name }
        : user !== null
          ? { kind: 'visitor' as const, id: user.id, name: user.name }
          : { kind: 'visitor' as const, id: '', name: '' };
    const customer = who?.customer ?? user?.customer ?? null;
    const subject = who?.id ?? user?.id ?? '';
    const entry = { at: clock.now(), actor, action, resource: 'entrance', subject, customer };
    await record(tx, { ...entry, before: null, after: null, ...fromOf(request) });
  });
}
