import { z } from 'zod';
import { addKey } from '../../entrance/flow.ts';
import { type Right, rightNames, rightsOf } from '../../entrance/right.ts';
import { roles } from '../../entrance/role.ts';
import { type Key, listKeys, readUser, revokeKey, updateUser } from '../../entrance/store.ts';
import { isRefusal, refuse } from '../../refusal.ts';
import { type Route, route } from '../route.ts';
import { instantShape, iso, isoOrNull, langShape } from '../shape.ts';

const scope = z.enum(rightNames as [Right, ...Right[]]);

const keyReply = z.strictObject({
  id: z.string(),
  name: z.string(),
  start: z.string().describe('its first characters'),
  scopes: z.array(scope),
  createdAt: instantShape,
  expiresAt: instantShape.nullable(),
  usedAt: instantShape.nullable(),
  revokedAt: instantShape.nullable(),
});

function keyOf(key: Key): z.input<typeof keyReply> {
  return {
    id: key.id,
    name: key.name,
    start: key.start,
    scopes: key.scopes as Right[],
    createdAt: iso(key.createdAt),
    expiresAt: isoOrNull(key.expiresAt),
    usedAt: isoOrNull(key.usedAt),
    revokedAt: isoOrNull(key.revokedAt),
  };
}

const accountReply = z.strictObject({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  role: z.enum(roles),
  customer: z.string().nullable(),
  lang: langShape,
  sample: z.boolean(),
  secondFactor: z.boolean().describe('whether this session has passed one; staff see nothing before'),
  factorSet: z.boolean().describe('whether one-time codes are set up'),
  rights: z.record(z.string(), z.enum(['all', 'own'])),
});

export const accountRoutes: readonly Route[] = [
  route({
    method: 'GET',
    url: '/account',
    id: 'account.read',
    summary: 'Who is signed in, and what they may do',
    gate: 'self',
    reply: accountReply,
    handle: async ({ tx, who }) => {
      const { id, name, role, customer, secondFactor } = who!;
      const user = (await readUser(tx, id))!;
      const rights = rightsOf(who!) as Record<string, 'all' | 'own'>;
      const { email, lang, sample } = user;
      const factorSet = user.twoFactorEnabled === true;
      return { id, name, email, role, customer, lang, sample, secondFactor, factorSet, rights };
    },
  }),
  route({
    method: 'PATCH',
    url: '/account',
    id: 'account.change',
    summary: 'Changes the name or the language',
    gate: 'self',
    body: z.strictObject({ name: z.string().trim().min(1).max(100).optional(), lang: langShape.optional() }),
    reply: z.strictObject({ name: z.string(), lang: langShape }),
    handle: async ({ tx, who, body, note }) => {
      const user = (await readUser(tx, who!.id))!;
      const before = { name: user.name, lang: user.lang };
      const after = { name: body.name ?? user.name, lang: body.lang ?? user.lang };
      await updateUser(tx, user.id, after);
      note(user.id, user.customer, before, after);
      return after;
    },
  }),
  route({
    method: 'GET',
    url: '/account/keys',
    id: 'account.keys',
    summary: 'One’s own API keys',
    gate: 'self',
    reply: z.strictObject({ items: z.array(keyReply), next: z.null() }),
    handle: async ({ tx, who }) => ({ items: (await listKeys(tx, who!.id)).map(keyOf), next: null }),
  }),
  route({
    method: 'POST',
    url: '/account/keys',
    id: 'account.key',
    summary: 'Makes an API key; its secret is shown this once',
    gate: 'self',
    body: z.strictObject({
      name: z.string().trim().min(1).max(100),
      scopes: z.array(scope).min(1),
      days: z.int().min(1).max(3650).nullable().default(365),
    }),
    reply: keyReply.extend({ secret: z.string() }),
    status: 201,
    handle: async ({ tx, now, who, body, note }) => {
      const mine = rightsOf(who!);
      const foreign = body.scopes.findIndex((one) => !(one in mine));
      if (foreign >= 0)
        return refuse('scope-foreign', `scopes[${foreign}]`, 'a right that you have yourself');
      const made = await addKey(tx, now, who!.id, body);
      if (isRefusal(made)) return made;
      note(made.key.id, who!.customer, null, keyOf(made.key));
      return { ...keyOf(made.key), secret: made.secret };
    },
  }),
  route({
    method: 'DELETE',
    url: '/account/keys/:id',
    id: 'account.revoke',
    summary: 'Revokes an API key',
    gate: 'self',
    params: z.strictObject({ id: z.string().max(40) }),
    reply: z.strictObject({ id: z.string(), revoked: z.literal(true) }),
    handle: async ({ tx, now, who, params, note }) => {
      if (!(await revokeKey(tx, who!.id, params.id, now))) {
        return refuse('key-unknown', 'id', 'a key of yours that still stands');
      }
      note(params.id, who!.customer, { revoked: false }, { revoked: true });
      return { id: params.id, revoked: true as const };
    },
  }),
];
