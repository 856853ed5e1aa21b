import { passkey } from '@better-auth/passkey';
import { betterAuth } from 'better-auth';
import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { APIError } from 'better-auth/api';
import { twoFactor } from 'better-auth/plugins/two-factor';
import type { Database } from '../../db/connection.ts';
import { doorTables } from '../store.ts';

const hour = 3600;

export interface Doors {
  readonly database: Database;
  /** 32 bytes or more of the installation's own: signs cookies, encrypts one-time secrets. */
  readonly secret: string;
  /** `http://localhost:8080`: the console's address, and the only one that may send us a form. */
  readonly origin: string;
  readonly trusted: readonly string[];
  /** Whether this user may come in now; `code` is the one-time code that they came with, null without one. */
  admits(user: string, code: string | null): Promise<boolean>;
  /** Mails a link with which the user chooses a new password. */
  mailReset(user: string, token: string): Promise<void>;
}

/**
 * Passwords, second factors, passkeys and sessions: all of it the library's; nobody signs up here, users are
 * invited (flow.ts). Cookies are `__Host-`: no other host name, no plain path, no domain of a hosted site.
 */
export function openDoors({ database, secret, origin, trusted, admits, mailReset }: Doors) {
  const { hostname } = new URL(origin);
  return betterAuth({
    baseURL: origin,
    basePath: '/api/auth',
    secret,
    trustedOrigins: [...trusted],
    appName: 'Hostpledge',
    telemetry: { enabled: false },
    logger: { disabled: true },
    database: drizzleAdapter(database.db, {
      provider: 'pg',
      schema: doorTables,
    }),
    // What is mailed stands in the store as a digest.
    verification: { storeIdentifier: 'hashed' },
    user: {
      additionalFields: {
        role: { type: 'string', input: false, required: true },
        customer: { type: 'string', input: false, required: false },
        lang: { type: 'string', input: false, required: false },
        disabledAt: { type: 'number', input: false, required: false },
        sample: { type: 'boolean', input: false, required: false },
      },
    },
    session: {
      expiresIn: 12 * hour,
      updateAge: hour,
      additionalFields: { factor: { type: 'string', input: false, required: false } },
    },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: 12,
      maxPasswordLength: 256,
      resetPasswordTokenExpiresIn: hour,
      revokeSessionsOnPasswordReset: true,
      sendResetPassword: ({ user, token }) => mailReset(user.id, token),
    },
    databaseHooks: {
      session: {
        create: {
          before: async (session, context) => {
            const path = context?.path ?? '';
            const code: unknown = path === codePath ? context?.body?.code : null;
            if (!(await admits(session.userId, typeof code === 'string' ? code : null))) {
              throw APIError.from('UNAUTHORIZED', { code: 'NOT_ADMITTED', message: 'not admitted' });
            }
            // Another password ends every session and opens one anew: what was shown before still holds.
            const kept: unknown =
              path === '/change-password' ? context?.context.session?.session['factor'] : null;
            return { data: { ...session, factor: factorOf(path) ?? kept ?? null } };
          },
        },
      },
    },
    plugins: [
      twoFactor({ issuer: 'Hostpledge', backupCodeOptions: { amount: 10, length: 10 } }),
      passkey({ rpID: hostname, rpName: 'Hostpledge', origin: [origin] }),
    ],
    rateLimit: { enabled: false },
    advanced: {
      cookiePrefix: '__Host-hostpledge',
      useSecureCookies: false,
      defaultCookieAttributes: { secure: true, httpOnly: true, sameSite: 'lax', path: '/' },
      ipAddress: { ipAddressHeaders: ['x-hostpledge-address'] },
    },
  });
}

export type Entrance = ReturnType<typeof openDoors>;

const codePath = '/two-factor/verify-totp';

/** What a session was opened with besides the password: known by the door that it came through. */
function factorOf(path: string): 'totp' | 'recovery' | 'passkey' | null {
  if (path === codePath) return 'totp';
  if (path.startsWith('/two-factor/verify-backup-code')) return 'recovery';
  return path.startsWith('/passkey/verify-authentication') ? 'passkey' : null;
}
