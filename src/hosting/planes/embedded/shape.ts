import { z } from 'zod';
import { type Refusal, refuse } from '../../../refusal.ts';
import type { HostSpec } from '../../spec.ts';

/** Names of one label or more; the wildcard is not bound here. */
const domain = z
  .string()
  .max(253)
  .regex(/^[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$/, 'a lower-case A-label name');
const instant = z.number().int();
const line = z.string().max(2000);

/** Below `web`: names with single slashes between, none of them hidden, `.` or `..`. */
const below = z
  .string()
  .max(1024)
  .refine((path) => path.split('/').every(isPlain), 'a path below web, like `errors/404.html`');
const fileName = z.string().max(255).refine(isPlain, 'a file name');

/** A first slash is the way people write it; see `errorPages`. */
const page = z
  .string()
  .transform((path) => path.replace(/^\/+/, ''))
  .pipe(below);

const account = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/)
    .refine((name) => !name.startsWith('probe.'), 'not `probe.…`'),
  secret: z.string().max(512),
  root: z.union([z.literal(''), below]),
});

const state = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('serving') }),
  z.strictObject({
    kind: z.literal('closed'),
    reason: z.enum(['violation', 'over-traffic', 'expired']),
    rule: line,
    since: instant,
  }),
  z.strictObject({ kind: z.literal('absent') }),
]);

const spec = z.strictObject({
  host: z.string().regex(/^[a-z][a-z0-9]{0,31}$/, 'lower-case letters and digits'),
  revision: z.number().int().nonnegative(),
  domains: z.array(domain).max(1000),
  state,
  spaceBytes: z.number().int().nonnegative(),
  ftp: z
    .strictObject({ accounts: z.array(account).max(1000), tls: z.enum(['optional', 'required']) })
    .nullable(),
  php: z.strictObject({ version: z.string().regex(/^\d+(\.\d+)?$/) }).nullable(),
  certificate: z.strictObject({ cert: z.string().max(262_144), key: z.string().max(65_536) }).nullable(),
  settings: z.strictObject({
    index: z.array(fileName).max(20),
    errorPages: z.record(z.string().regex(/^(403|404|500|503)$/, 'only 403, 404, 500 and 503'), page),
    listFolders: z.boolean(),
  }),
});

/**
 * A spec as this plane can take it, from the centre or from its own disk; else what is wrong, by field. What it
 * lets through is safe as part of a path and in a configuration file.
 */
export function parseSpec(value: unknown): HostSpec | Refusal {
  const parsed = spec.safeParse(value);
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  return refuse('host-spec', first?.path.join('.') ?? '', first?.message ?? 'not a host spec');
}

function isPlain(name: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must be refused
  return name !== '' && !name.startsWith('.') && !/[\u0000-\u001f\u007f\\/]/.test(name);
}
