import { z } from 'zod';
import { issueAnnex } from '../../agreement/document/annex.ts';
import { draftOf, issueDocument, previewDocument } from '../../agreement/document/draft.ts';
import { bringSigner, makeSigner } from '../../agreement/document/keeper.ts';
import { leftOf, signDocument } from '../../agreement/document/signing.ts';
import {
  type AgreementRow,
  type DocumentRow,
  readAnnexes,
  readCopies,
  readDocument,
  readSignatures,
  readSigner,
  type SignatureRow,
  type SignerRow,
} from '../../agreement/store.ts';
import { isRefusal, type Refusal, refuse } from '../../refusal.ts';
import { exampleLines } from '../../settlement/example.ts';
import { type Context, type Route, route } from '../route.ts';
import { fileReply, instantShape, iso, isoOrNull, langShape, pdfOf } from '../shape.ts';
import { ownAgreement } from './agreements.ts';

const partyShape = z.enum(['provider', 'customer']);
const actShape = z.enum(['signed', 'sealed']);
const digestShape = z.string().regex(/^[0-9a-f]{64}$/, 'SHA-256 in hex');

const signatureReply = z.strictObject({
  holder: partyShape.describe('whose original'),
  party: partyShape,
  act: actShape,
  at: instantShape,
  actor: z.string(),
  address: z.string(),
  agent: z.string(),
  before: digestShape.describe('of the file before it'),
  after: digestShape,
  subject: z.string(),
  fingerprint: digestShape.describe('of the certificate'),
  level: z.enum(['B-B', 'B-T']).describe('PAdES; B-T bears a time stamp'),
});

const documentReply = z.strictObject({
  number: z.string(),
  revision: z.int().nullable().describe('null: not printed yet'),
  lang: langShape.nullable(),
  digest: digestShape.nullable().describe('of the content; it stands on every page of both originals'),
  printedAt: instantShape.nullable(),
  current: z.boolean().describe('false: the agreement changed since it was printed; print it again'),
  copies: z.array(z.strictObject({ holder: partyShape, digest: digestShape, bytes: z.int() })),
  left: z.array(z.string()).describe('what is still to be done: provider-signed, customer-sealed …'),
  signatures: z.array(signatureReply),
});

const signerReply = z.strictObject({
  party: z.string(),
  origin: z.enum(['made', 'p12']),
  subject: z.string(),
  fingerprint: digestShape,
  createdAt: instantShape,
  expiresAt: instantShape,
});

type Reach = Pick<Context<unknown, unknown, unknown>, 'tx'>;

async function shown(
  { tx }: Reach,
  agreement: AgreementRow,
  annex: string | null = null,
): Promise<z.input<typeof documentReply>> {
  const number = annex === null ? agreement.number : `${agreement.number}/${annex}`;
  const document = await readDocument(tx, number);
  if (document === null) {
    const nothing = { revision: null, lang: null, digest: null, printedAt: null };
    return { number, ...nothing, current: false, copies: [], left: [], signatures: [] };
  }
  const { revision, lang, digest } = document;
  const past = (await readSignatures(tx, number)).filter((one) => one.revision === revision);
  const copies = await readCopies(tx, number, revision);
  const draft = past.length > 0 || annex !== null ? null : await draftOf(tx, agreement, lang, exampleLines);
  return {
    ...{ number, revision, lang, digest },
    printedAt: isoOrNull(document.madeAt),
    current: draft === null || (!isRefusal(draft) && draft.digest === digest),
    copies: copies.map((copy) => ({ holder: copy.holder, digest: copy.digest, bytes: copy.file.length })),
    left: [...leftOf(copies, past)],
    signatures: past.map(signatureOf),
  };
}

function signatureOf(row: SignatureRow): z.input<typeof signatureReply> {
  const { holder, party, act, actor, address, agent, before, after, subject, fingerprint, level } = row;
  const where = { actor, address, agent, before, after };
  return { holder, party, act, at: iso(row.at), ...where, subject, fingerprint, level };
}

function signerOf({ party, origin, subject, fingerprint, createdAt, expiresAt }: SignerRow) {
  return { party, origin, subject, fingerprint, createdAt: iso(createdAt), expiresAt: iso(expiresAt) };
}

/** A person in a session with a second factor: a program cannot sign for anybody. */
export function refuseUnproven({ who }: Pick<Context<unknown, unknown, unknown>, 'who'>): Refusal | null {
  if (who?.kind !== 'user') return refuse('session-needed', 'authorization', 'a person’s session');
  return who.proven
    ? null
    : refuse('second-factor-needed', 'session', 'signing needs a session with a second factor');
}

const named = z.strictObject({ number: z.string().max(60) });
const annexName = z.string().regex(/^A\d{1,4}$/, 'an annex such as A1');
const inAnnex = z.strictObject({
  annex: annexName.optional().describe('A1: an annex; without: the agreement'),
});
const inLang = z.strictObject({ lang: langShape.default('zh') });

const paperRoutes: readonly Route[] = [
  route({
    method: 'GET',
    url: '/agreements/:number/document',
    id: 'documents.read',
    summary: 'The document of an agreement: its digest, both originals, who signed what, when and from where',
    gate: 'agreements:read',
    params: named,
    query: inAnnex,
    reply: documentReply,
    handle: async (context) => {
      const row = await ownAgreement(context, context.params.number);
      return isRefusal(row) ? row : shown(context, row, context.query.annex ?? null);
    },
  }),
  route({
    method: 'GET',
    url: '/agreements/:number/draft',
    id: 'documents.preview',
    summary: 'The agreement as it would be printed now, marked as a draft',
    gate: 'agreements:read',
    params: named,
    query: inLang,
    reply: fileReply,
    handle: async (context) => {
      const row = await ownAgreement(context, context.params.number);
      if (isRefusal(row)) return row;
      const file = await previewDocument(context.tx, row, context.query.lang, exampleLines);
      return isRefusal(file) ? file : pdfOf(`${row.number}-draft.pdf`, file);
    },
  }),
  route({
    method: 'POST',
    url: '/agreements/:number/document',
    id: 'documents.print',
    summary: 'Prints the two originals; an unchanged agreement gives the document that stands',
    gate: 'agreements:edit',
    params: named,
    body: inLang,
    reply: documentReply,
    status: 201,
    handle: async (context) => {
      const { tx, now, who, params, body, note } = context;
      const row = await ownAgreement(context, params.number);
      if (isRefusal(row)) return row;
      const made = await issueDocument(tx, now, row.number, body.lang, who!.name, exampleLines);
      if (isRefusal(made)) return made;
      const { revision, digest, lang } = made;
      note(row.number, row.customer, null, { revision, digest, lang });
      return shown(context, row);
    },
  }),
  route({
    method: 'GET',
    url: '/agreements/:number/copies/:holder',
    id: 'documents.copy',
    summary: 'One of the two originals as it stands, a signed PDF',
    gate: 'agreements:read',
    params: named.extend({ holder: partyShape }),
    query: inAnnex,
    reply: fileReply,
    handle: async (context) => {
      const { number, holder } = context.params;
      const row = await ownAgreement(context, number);
      if (isRefusal(row)) return row;
      const { annex } = context.query;
      const key = annex === undefined ? number : `${number}/${annex}`;
      const document = await readDocument(context.tx, key);
      const copies = document === null ? [] : await readCopies(context.tx, key, document.revision);
      const copy = copies.find((one) => one.holder === holder);
      if (copy === undefined) return refuse('document-missing', 'number', 'the document is printed first');
      return pdfOf(`${key.replace('/', '-')}-${holder}.pdf`, copy.file);
    },
  }),
];

const signRoute = route({
  method: 'POST',
  url: '/agreements/:number/signatures',
  id: 'documents.sign',
  summary: 'Signs and seals both originals for one’s own party, in a session with a second factor',
  gate: 'agreements:sign',
  params: named,
  body: z.strictObject({
    digest: digestShape.describe('the content digest of what was read'),
    acts: z.array(actShape).max(2).default([]).describe('empty: all that are left'),
    annex: annexName.optional().describe('A1: an annex; without: the agreement'),
    passphrase: z.string().max(200).optional().describe('of the customer’s key'),
  }),
  reply: documentReply,
  status: 201,
  handle: async (context) => {
    const { tx, now, who, scope, params, body, from, note, house } = context;
    const unproven = refuseUnproven(context);
    if (unproven !== null) return unproven;
    const row = await ownAgreement(context, params.number);
    if (isRefusal(row)) return row;
    const party = scope === null ? 'provider' : 'customer';
    const { address, agent } = from;
    const { digest, acts, passphrase = null, annex = null } = body;
    const signer = { number: row.number, annex, party, acts, digest, passphrase, actor: who!.name } as const;
    const chancery = await house.chancery();
    const made = await signDocument(tx, now, chancery, { ...signer, address, agent }, exampleLines);
    if (isRefusal(made)) return made;
    note(made[0]!.agreement, row.customer, null, made.map(signatureOf));
    return shown(context, row, annex);
  },
});

const annexReply = z.strictObject({
  annex: z.string(),
  title: z.string(),
  digest: digestShape,
  printedAt: instantShape,
});

function annexOf({ agreement, content, digest, madeAt }: DocumentRow): z.input<typeof annexReply> {
  const { title } = JSON.parse(content) as { readonly title: string };
  return { annex: agreement.split('/').at(-1)!, title, digest, printedAt: iso(madeAt) };
}

/** Supplementary terms (clauses 5-2, 5-3). */
const annexRoutes: readonly Route[] = [
  route({
    method: 'GET',
    url: '/agreements/:number/annexes',
    id: 'annexes.list',
    summary: 'What the parties agreed in addition, in order',
    gate: 'agreements:read',
    params: named,
    reply: z.strictObject({ items: z.array(annexReply), next: z.null() }),
    handle: async (context) => {
      const row = await ownAgreement(context, context.params.number);
      if (isRefusal(row)) return row;
      return { items: (await readAnnexes(context.tx, row.number)).map(annexOf), next: null };
    },
  }),
  route({
    method: 'POST',
    url: '/agreements/:number/annexes',
    id: 'annexes.print',
    summary: 'Prints the next annex in two originals, for both parties to sign',
    gate: 'agreements:edit',
    params: named,
    body: z.strictObject({
      title: z.string().trim().min(1).max(100),
      text: z.string().trim().min(1).max(20_000).describe('an empty line between paragraphs'),
    }),
    reply: annexReply,
    status: 201,
    handle: async (context) => {
      const { tx, now, who, params, body, note } = context;
      const row = await ownAgreement(context, params.number);
      if (isRefusal(row)) return row;
      const made = await issueAnnex(tx, now, row.number, body, who!.name);
      if (isRefusal(made)) return made;
      note(made.agreement, row.customer, null, { title: body.title, text: body.text });
      return annexOf(made);
    },
  }),
];

/** One’s own party’s key: a customer’s user the customer’s, staff the provider’s. */
const signerRoutes: readonly Route[] = [
  route({
    method: 'GET',
    url: '/signer',
    id: 'signers.read',
    summary: 'The key that one’s own party signs with; null: none yet',
    gate: 'signers:read',
    reply: z.strictObject({ signer: signerReply.nullable() }),
    handle: async ({ tx, scope }) => {
      const row = await readSigner(tx, scope ?? 'provider');
      return { signer: row === null ? null : signerOf(row) };
    },
  }),
  route({
    method: 'POST',
    url: '/signer',
    id: 'signers.set',
    summary: 'Makes a key for one’s own party, or takes its P12; kept encrypted under the passphrase',
    gate: 'signers:edit',
    body: z.strictObject({
      passphrase: z.string().max(200).default(''),
      p12: z.base64().max(200_000).optional().describe('the party’s own key with its certificate'),
    }),
    reply: signerReply,
    status: 201,
    handle: async (context) => {
      const { tx, now, scope, body, note, house } = context;
      const unproven = refuseUnproven(context);
      if (unproven !== null) return unproven;
      const party = scope ?? 'provider';
      const { passphrase, p12 } = body;
      const made =
        p12 === undefined
          ? await makeSigner(tx, now, await house.chancery(), party, passphrase)
          : await bringSigner(tx, now, await house.chancery(), party, Buffer.from(p12, 'base64'), passphrase);
      if (isRefusal(made)) return made;
      note(party, scope, null, signerOf(made));
      return signerOf(made);
    },
  }),
];

export const documentRoutes: readonly Route[] = [...paperRoutes, ...annexRoutes, signRoute, ...signerRoutes];
