import { createHash } from 'node:crypto';
import type { Tx } from '../../db/connection.ts';
import { readCustomer } from '../../people/store.ts';
import { isRefusal, type Refusal, Refused, refuse } from '../../refusal.ts';
import type { Content } from '../content.ts';
import { recordAct } from '../flow.ts';
import {
  type AgreementRow,
  type CopyRow,
  changeCopy,
  type DocumentRow,
  insertSignature,
  lockAgreements,
  readChain,
  readCopies,
  readDocument,
  readPictureOf,
  readSignatures,
  type SignatureRow,
} from '../store.ts';
import { draftOf, type Worked } from './draft.ts';
import { type Chancery, type Opened, openSigner } from './keeper.ts';
import { sign } from './seal.ts';
import { verify } from './verify.ts';

export type PartyName = 'provider' | 'customer';
export type ActName = 'signed' | 'sealed';

export interface Signer {
  readonly number: string;
  /** `A1`: an annex; null: the agreement itself. */
  readonly annex?: string | null;
  readonly party: PartyName;
  /** Empty: all that are left to this party. */
  readonly acts: readonly ActName[];
  /** The content digest that they saw: what changed since is not signed unseen. */
  readonly digest: string;
  /** Of a customer's key. */
  readonly passphrase: string | null;
  readonly actor: string;
  readonly address: string;
  readonly agent: string;
}

/**
 * A party signs and seals both originals (clauses 4-1, 5-1): all of it, or nothing. The acts are recorded as
 * facts, from which alone the time in force is computed.
 */
export async function signDocument(
  tx: Tx,
  now: number,
  chancery: Chancery,
  asked: Signer,
  worked: Worked,
): Promise<readonly SignatureRow[] | Refusal> {
  const [agreement] = await lockAgreements(tx, [asked.number]);
  if (agreement === undefined) return refuse('agreement-unknown', 'number', `there is no ${asked.number}`);
  const key = keyOf(asked);
  const document = await readDocument(tx, key);
  if (document === null) return refuse('document-missing', 'number', 'the document is printed first');
  const earlier = await readSignatures(tx, key);
  const past = earlier.filter((one) => one.revision === document.revision);
  const stale = await refuseStale(tx, now, agreement, document, past, asked, worked);
  if (stale !== null) return stale;
  const acts = await actsOf(tx, agreement, past, asked);
  if (isRefusal(acts)) return acts;
  const id = asked.party === 'provider' ? 'provider' : agreement.customer;
  const opened = await openSigner(tx, now, chancery, id, asked.passphrase);
  if (isRefusal(opened)) return opened;
  const picture = (await readPictureOf(tx, id))?.png ?? null;
  const made: SignatureRow[] = [];
  for (const copy of await readCopies(tx, key, document.revision)) {
    const altered = await refuseAltered(copy, past);
    if (altered !== null) return altered;
    const rows = await signCopy(tx, now, chancery, {
      asked,
      document,
      agreement,
      opened,
      acts,
      copy,
      picture,
    });
    // What stands in the transaction by now is rolled back with it.
    if (isRefusal(rows)) throw new Refused(rows);
    made.push(...rows);
  }
  // An annex adds to what is in force; it is not what force is computed from.
  for (const act of isAnnex(asked) ? [] : acts) {
    const refused = await recordAct(tx, {
      agreement: asked.number,
      party: asked.party,
      act,
      at: now,
      actor: asked.actor,
    });
    if (refused !== null) throw new Refused(refused);
  }
  return made;
}

function isAnnex({ annex }: Signer): boolean {
  return annex !== undefined && annex !== null;
}

/** By what its document, copies and signatures are kept. */
function keyOf(asked: Signer): string {
  return isAnnex(asked) ? `${asked.number}/${asked.annex}` : asked.number;
}

/** An offer that is over, or that says something else by now than what was seen. */
async function refuseStale(
  tx: Tx,
  now: number,
  agreement: AgreementRow,
  document: DocumentRow,
  past: readonly SignatureRow[],
  asked: Signer,
  worked: Worked,
): Promise<Refusal | null> {
  const chain = await readChain(tx, agreement.host);
  if (agreement.ended !== null || chain.every((sale) => (sale.cut ?? sale.to) <= now)) {
    return refuse('offer-over', 'number', 'an offer whose sales agreement still runs');
  }
  if (asked.digest !== document.digest) {
    return refuse('offer-stale', 'digest', `the digest of what is offered now, ${document.digest}`);
  }
  // Once somebody has signed, it is no offer any more: what they signed stands.
  if (past.length > 0 || isAnnex(asked)) return null;
  const draft = await draftOf(tx, agreement, document.lang, worked);
  if (isRefusal(draft)) return draft;
  if (draft.digest === document.digest) return null;
  return refuse('offer-stale', 'number', 'the agreement changed since it was printed: print it again');
}

/** What this party is to do now; refused when it was done. A natural person has no seal. */
async function actsOf(
  tx: Tx,
  agreement: AgreementRow,
  past: readonly SignatureRow[],
  { party, acts }: Signer,
): Promise<readonly ActName[] | Refusal> {
  const customer = await readCustomer(tx, agreement.customer);
  const own: readonly ActName[] =
    party === 'customer' && customer?.kind === 'person' ? ['signed'] : ['signed', 'sealed'];
  const foreign = acts.find((act) => !own.includes(act));
  if (foreign !== undefined) return refuse('seal-foreign', 'acts', 'a natural person signs and has no seal');
  const done = new Set(past.filter((one) => one.party === party).map((one) => one.act));
  const wanted = acts.length === 0 ? own.filter((act) => !done.has(act)) : [...new Set(acts)];
  const twice = wanted.length === 0 ? own[0] : wanted.find((act) => done.has(act));
  if (twice === undefined) return wanted;
  const when = past.find((one) => one.party === party && one.act === twice);
  const day = new Date(when?.at ?? agreement.offeredAt).toISOString();
  return refuse('already-signed', 'acts', `the ${party} ${twice} it at ${day}`);
}

/** A file that is not what was left after the last signature is signed by nobody. */
async function refuseAltered(copy: CopyRow, past: readonly SignatureRow[]): Promise<Refusal | null> {
  const digest = createHash('sha256').update(copy.file).digest('hex');
  const last = past.filter((one) => one.holder === copy.holder).at(-1);
  const known = digest === copy.digest && (last === undefined || last.after === digest);
  const verdict = known && last !== undefined ? await verify(copy.file) : null;
  if (known && verdict?.whole !== false) return null;
  const why = verdict?.faults[0] ?? 'its digest is another one';
  return refuse('copy-altered', `copies.${copy.holder}`, `the copy as it was left: ${why}`);
}

interface Work {
  readonly asked: Signer;
  readonly document: DocumentRow;
  readonly agreement: AgreementRow;
  readonly opened: Opened;
  readonly acts: readonly ActName[];
  readonly copy: CopyRow;
  /** The party's own seal; null: one is drawn. */
  readonly picture: Buffer | null;
}

async function signCopy(
  tx: Tx,
  now: number,
  { timestamp }: Chancery,
  { asked, document, agreement, opened, acts, copy, picture }: Work,
): Promise<readonly SignatureRow[] | Refusal> {
  const { party, actor, address, agent } = asked;
  const name = nameIn(document, party);
  const { lang } = document;
  const { fingerprint, signer } = opened;
  const made: SignatureRow[] = [];
  let { file, digest } = copy;
  for (const act of acts) {
    const field = copy.fields.find((one) => one.name === `${party}-${act}`);
    if (field === undefined) throw new Error(`${copy.agreement} has no field ${party}-${act}`);
    const how = { lang, zone: agreement.zone, at: now, timestamp, picture };
    const told = { field, act, signer, name, fingerprint, ...how };
    const signed = await sign(file, told);
    if (isRefusal(signed)) return signed;
    file = signed.pdf;
    const after = createHash('sha256').update(file).digest('hex');
    const { revision, holder } = copy;
    const row = { agreement: copy.agreement, revision, holder, party, act, at: now, actor, address, agent };
    const proof = { before: digest, after, size: file.length, subject: name, fingerprint };
    made.push({ ...row, ...proof, level: signed.level });
    digest = after;
  }
  for (const row of made) await insertSignature(tx, row);
  await changeCopy(tx, { ...copy, file, digest, changedAt: now });
  return made;
}

function nameIn({ content }: DocumentRow, party: PartyName): string {
  const { parties } = JSON.parse(content) as Content;
  return parties.find((one) => one.party === party)!.name;
}

/** What is still to be done on each original, in the order of the page. */
export function leftOf(copies: readonly CopyRow[], past: readonly SignatureRow[]): readonly string[] {
  const done = new Set(past.map((one) => `${one.party}-${one.act}`));
  const fields = copies[0]?.fields.map((field) => field.name) ?? [];
  return fields.filter((name) => !done.has(name));
}
