import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { issueDocument } from '../agreement/document/draft.ts';
import { bringSigner, type Chancery, makeSigner } from '../agreement/document/keeper.ts';
import { findRecord } from '../agreement/document/record.ts';
import { signDocument } from '../agreement/document/signing.ts';
import { readAgreement, readCopies, readDocument } from '../agreement/store.ts';
import type { Clock } from '../clock.ts';
import type { Database, Tx } from '../db/connection.ts';
import { record } from '../entrance/flow.ts';
import { isRefusal, type Refusal, Refused, refuse, refuseShape } from '../refusal.ts';
import { exampleLines } from '../settlement/example.ts';
import { answer } from './server.ts';

/** What the command line asks about documents, over the control socket of whoever owns the data folder. */
export interface Paper {
  readonly database: Database;
  readonly clock: Clock;
  readonly chancery: () => Promise<Chancery>;
}

const number = z.string().min(1).max(60);
const party = z.enum(['provider', 'customer']);
const printShape = z.strictObject({ number, lang: z.enum(['zh', 'en']).nullable() });
const signShape = z.strictObject({
  number,
  party,
  passphrase: z.string().max(200).nullable(),
  /** The party's own P12 in base64; null: the key that stands, or a new one. */
  p12: z.base64().max(200_000).nullable(),
});
const hex = z.string().regex(/^[0-9a-f]{64}$/);
const recordShape = z.strictObject({
  number: number.nullable(),
  contentDigest: hex.nullable(),
  fileDigest: hex,
  signatures: z
    .array(z.strictObject({ field: z.string().max(100), fingerprint: z.string().max(64) }))
    .max(100),
});

export function paperRoutes(server: FastifyInstance, paper: Paper): void {
  const { database } = paper;

  server.post('/control/document', async (request, reply) => {
    const asked = checked(printShape, request.body);
    return answer(reply, await whole(database, (tx) => printed(tx, paper, asked)));
  });

  server.post('/control/sign', async (request, reply) => {
    const asked = checked(signShape, request.body);
    const chancery = await paper.chancery();
    return answer(reply, await whole(database, (tx) => signed(tx, paper, chancery, asked)));
  });

  server.post('/control/record', async (request, reply) => {
    const asked = checked(recordShape, request.body);
    return answer(reply, { record: await database.transaction((tx) => findRecord(tx, asked)) });
  });
}

/** A refusal leaves nothing behind. */
async function whole<T>(database: Database, work: (tx: Tx) => Promise<T | Refusal>): Promise<T> {
  return database.transaction(async (tx) => {
    const made = await work(tx);
    if (isRefusal(made)) throw new Refused(made);
    return made;
  });
}

/** Both originals as they stand; printed first when there are none, or when a language is asked for. */
async function printed(tx: Tx, { clock }: Paper, asked: z.output<typeof printShape>) {
  const standing = await readDocument(tx, asked.number);
  const document =
    standing !== null && (asked.lang === null || asked.lang === standing.lang)
      ? standing
      : await issueDocument(tx, clock.now(), asked.number, asked.lang ?? 'zh', 'command line', exampleLines);
  if (isRefusal(document)) return document;
  const copies = await readCopies(tx, asked.number, document.revision);
  const { revision, lang, digest } = document;
  const files = copies.map(({ holder, file }) => ({ holder, base64: file.toString('base64') }));
  return { number: asked.number, revision, lang, digest, copies: files };
}

async function signed(
  tx: Tx,
  { clock }: Paper,
  chancery: Chancery,
  { number, party, passphrase, p12 }: z.output<typeof signShape>,
) {
  const now = clock.now();
  const agreement = await readAgreement(tx, number);
  if (agreement === null) return refuse('agreement-unknown', 'AGREEMENT', `there is no agreement ${number}`);
  const document = await readDocument(tx, number);
  if (document === null) return refuse('document-missing', 'AGREEMENT', 'the document is printed first');
  const id = party === 'provider' ? 'provider' : agreement.customer;
  const given = passphrase ?? '';
  const held =
    p12 === null ? null : await bringSigner(tx, now, chancery, id, Buffer.from(p12, 'base64'), given);
  if (isRefusal(held)) return held;
  const asked = { number, party, acts: [], digest: document.digest, actor: 'command line' } as const;
  const from = { address: 'control socket', agent: 'hostpledge sign' };
  const secret = party === 'provider' ? null : passphrase;
  const ask = { ...asked, ...from, passphrase: secret };
  let made = await signDocument(tx, now, chancery, ask, exampleLines);
  if (isRefusal(made) && made.code === 'signer-missing') {
    const fresh = await makeSigner(tx, now, chancery, id, given);
    if (isRefusal(fresh)) return fresh;
    made = await signDocument(tx, now, chancery, ask, exampleLines);
  }
  if (isRefusal(made)) return made;
  const acts = made.map(({ holder, act, subject, level, after }) => ({ holder, act, subject, level, after }));
  await record(tx, {
    at: now,
    actor: { kind: 'system', id: '', name: 'command line' },
    action: 'documents.sign',
    resource: 'documents',
    subject: number,
    customer: agreement.customer,
    before: null,
    after: acts,
    address: from.address,
    agent: from.agent,
    request: '',
  });
  return { number, party, acts };
}

function checked<Shape extends z.ZodType>(shape: Shape, value: unknown): z.output<Shape> {
  const result = shape.safeParse(value);
  if (result.success) return result.data;
  throw new Refused(refuseShape('request-invalid', result.error));
}
