import { z } from 'zod';
import { bringPicture } from '../../agreement/document/keeper.ts';
import { mostBytes, mostPixels } from '../../agreement/picture.ts';
import { readPictureOf } from '../../agreement/store.ts';
import { isRefusal, type Refusal } from '../../refusal.ts';
import { type Context, type Route, route } from '../route.ts';
import { instantShape, iso } from '../shape.ts';
import { refuseUnproven } from './documents.ts';

/** The picture of one's own party's seal: a company customer's user that company's, staff the provider's. */

const sealReply = z.strictObject({
  seal: z
    .strictObject({
      width: z.int(),
      height: z.int(),
      bytes: z.int(),
      actor: z.string(),
      at: instantShape,
      png: z.base64().describe('written anew from the pixels alone'),
    })
    .nullable()
    .describe('null: a round one is drawn'),
});

/** The base64 of the largest file that is taken. */
const mostText = Math.ceil(mostBytes / 3) * 4 + 4;

type Reach = Pick<Context<unknown, unknown, unknown>, 'tx' | 'scope'>;

async function shown({ tx, scope }: Reach): Promise<z.input<typeof sealReply>> {
  const row = await readPictureOf(tx, scope ?? 'provider');
  if (row?.png == null) return { seal: null };
  const { width, height, actor, at, png } = row;
  return {
    seal: { width, height, bytes: png.length, actor, at: iso(at), png: png.toString('base64') },
  };
}

async function change(
  context: Context<undefined, undefined, unknown>,
  file: Buffer | null,
): Promise<z.input<typeof sealReply> | Refusal> {
  const { tx, now, who, scope, note } = context;
  const unproven = refuseUnproven(context);
  if (unproven !== null) return unproven;
  const before = await shown(context);
  const party = scope ?? 'provider';
  const made = await bringPicture(tx, now, party, file, who!.name);
  if (isRefusal(made)) return made;
  const after = await shown(context);
  const sizeOf = ({ seal }: z.input<typeof sealReply>) =>
    seal && { width: seal.width, height: seal.height, bytes: seal.bytes };
  note(party, scope, sizeOf(before), sizeOf(after));
  return after;
}

export const sealRoutes: readonly Route[] = [
  route({
    method: 'GET',
    url: '/seal',
    id: 'seals.read',
    summary: 'The picture of one’s own party’s seal; null: a round one is drawn',
    gate: 'signers:read',
    reply: sealReply,
    handle: shown,
  }),
  route({
    method: 'PUT',
    url: '/seal',
    id: 'seals.set',
    summary: `Brings a picture of the seal: PNG, at most ${mostBytes / 1024} kB and ${mostPixels} pixels each way`,
    gate: 'signers:edit',
    body: z.strictObject({ png: z.base64().max(mostText) }),
    reply: sealReply,
    handle: (context) => change(context, Buffer.from(context.body.png, 'base64')),
  }),
  route({
    method: 'DELETE',
    url: '/seal',
    id: 'seals.remove',
    summary: 'Takes the picture away: a round seal is drawn from now on',
    gate: 'signers:edit',
    reply: sealReply,
    handle: (context) => change(context, null),
  }),
];
