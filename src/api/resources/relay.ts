import { z } from 'zod';
import { waiting } from '../../db/outbox.ts';
import { postTest, setRelay } from '../../notice/flow.ts';
import { letterKinds } from '../../notice/message.ts';
import { relayShape } from '../../notice/relay.ts';
import { type LetterRow, listLetters, readRelay } from '../../notice/store.ts';
import { isRefusal, refuse } from '../../refusal.ts';
import { type Context, type Route, route } from '../route.ts';
import { afterOf, instantShape, iso, isoOrNull, langShape, page, pageShape, pagingShape } from '../shape.ts';

const relayReply = z.strictObject({
  relay: z
    .strictObject({
      host: z.string(),
      port: z.int(),
      security: z.enum(['starttls', 'tls', 'none']),
      user: z.string().nullable(),
      passwordSet: z.boolean().describe('the password itself is never shown'),
      from: z.string(),
      authority: z.string().nullable(),
    })
    .nullable()
    .describe('null: letters wait, there is no mail relay'),
  changedAt: instantShape.nullable(),
  waiting: z.int().describe('letters that wait to be sent'),
  oldest: instantShape.nullable().describe('since when the oldest of them waits'),
});

async function shown({
  tx,
}: Pick<Context<unknown, unknown, unknown>, 'tx'>): Promise<z.input<typeof relayReply>> {
  const [stored, open] = [await readRelay(tx), await waiting(tx, 'letter')];
  const relay = stored === null ? null : { ...stored.settings, passwordSet: stored.sealed !== null };
  return {
    relay,
    changedAt: isoOrNull(stored?.at ?? null),
    waiting: open.open,
    oldest: isoOrNull(open.oldest),
  };
}

const letterReply = z.strictObject({
  key: z.string(),
  kind: z.enum(letterKinds),
  address: z.string(),
  state: z
    .enum(['sending', 'waiting', 'sent', 'refused', 'uncertain', 'expired'])
    .describe('`waiting`: tried again later; `uncertain`: nobody knows whether it arrived'),
  tries: z.int(),
  said: z.string().describe('the relay’s last word: the proof of sending, or why not'),
  messageId: z.string().nullable(),
  at: instantShape,
  triedAt: instantShape,
});

function letterOf(row: LetterRow): z.input<typeof letterReply> {
  return { ...row, at: iso(row.at), triedAt: iso(row.triedAt) };
}

export const relayRoutes: readonly Route[] = [
  route({
    method: 'GET',
    url: '/relay',
    id: 'relay.read',
    summary: 'The mail relay, and how many letters wait for it',
    gate: 'relay:read',
    reply: relayReply,
    handle: shown,
  }),
  route({
    method: 'PUT',
    url: '/relay',
    id: 'relay.change',
    summary: 'Sets the mail relay; its password is given anew each time',
    gate: 'relay:edit',
    body: relayShape,
    reply: relayReply,
    handle: async (context) => {
      const before = await shown(context);
      const refused = await setRelay(context.tx, context.now, context.body, context.house.vault);
      if (refused !== null) return refused;
      const after = await shown(context);
      context.note('relay', null, before.relay, after.relay);
      return after;
    },
  }),
  route({
    method: 'POST',
    url: '/relay/test',
    id: 'relay.test',
    summary: 'Posts a test mail, which goes the way of every letter; its fate is read by its key',
    gate: 'relay:edit',
    body: z.strictObject({ to: z.email().max(254), lang: langShape.default('zh') }),
    reply: z.strictObject({ key: z.string() }),
    status: 201,
    handle: async ({ tx, now, body, note }) => {
      if ((await readRelay(tx)) === null) return refuse('relay-missing', '', 'a mail relay first');
      const key = await postTest(tx, now, body.to, body.lang);
      note('relay', null, null, { to: body.to });
      return { key };
    },
  }),
  route({
    method: 'GET',
    url: '/letters',
    id: 'letters.list',
    summary: 'What became of the letters that were tried, the last tried first',
    gate: 'relay:read',
    query: z.strictObject({
      ...pagingShape,
      state: letterReply.shape.state.optional(),
      key: z.string().max(400).optional().describe('this letter alone; none: not tried yet'),
    }),
    reply: pageShape(letterReply),
    handle: async ({ tx, query }) => {
      const after = afterOf(query.cursor);
      if (isRefusal(after)) return after;
      const before = /^\d{1,15}$/.test(after) ? Number(after) : null;
      const rows = await listLetters(
        tx,
        { state: query.state ?? null, key: query.key ?? null, before },
        query.limit + 1,
      );
      return page(rows, query.limit, (row) => String(row.triedAt), letterOf);
    },
  }),
];
