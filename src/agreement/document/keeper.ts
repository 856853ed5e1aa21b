import { createHash, X509Certificate } from 'node:crypto';
import type { TimestampAuthority } from '@libpdf/core';
import type { Tx } from '../../db/connection.ts';
import { readCustomer, readProvider } from '../../people/store.ts';
import { isRefusal, type Refusal, refuse } from '../../refusal.ts';
import { type Picture, readPicture } from '../picture.ts';
import { insertPicture, readPictureOf, readSigner, replaceSigner, type SignerRow } from '../store.ts';
import { type Authority, commonName, issueKey } from './authority.ts';
import { tryPicture } from './seal.ts';
import { type Held, holdMade, holdP12, type Loaded, openHeld } from './signer.ts';

/** What an installation signs with, besides the parties' keys. */
export interface Chancery {
  readonly authority: Authority;
  /** Under which the provider's own key is kept: it signs without a passphrase, for staff who may. */
  readonly secret: string;
  /** RFC 3161; null: no service is configured. */
  readonly timestamp: TimestampAuthority | null;
}

/** A customer's id, or `provider`. */
export type PartyId = string;

const leastPassphrase = 10;

/** A passphrase that cannot be had back protects a signature; a short one protects nothing. */
export function refuseShort(passphrase: string): Refusal | null {
  return [...passphrase].length >= leastPassphrase
    ? null
    : refuse('passphrase-short', 'passphrase', `at least ${leastPassphrase} characters`);
}

/** Makes a key for a party, certified by the installation's authority; the one before is retired. */
export async function makeSigner(
  tx: Tx,
  now: number,
  { authority, secret }: Chancery,
  party: PartyId,
  passphrase: string,
): Promise<SignerRow | Refusal> {
  const name = await nameOf(tx, party);
  if (isRefusal(name)) return name;
  const short = party === 'provider' ? null : refuseShort(passphrase);
  if (short !== null) return short;
  const issued = await issueKey(authority, { name, id: party }, now);
  const held = await holdMade(issued, party === 'provider' ? secret : passphrase);
  return keep(tx, now, party, 'made', held);
}

/** Takes a party's own P12. The provider's is kept under the installation's secret, a customer's under its passphrase. */
export async function bringSigner(
  tx: Tx,
  now: number,
  { secret }: Chancery,
  party: PartyId,
  file: Buffer,
  passphrase: string,
): Promise<SignerRow | Refusal> {
  const name = await nameOf(tx, party);
  if (isRefusal(name)) return name;
  const held = await holdP12(file, passphrase, party === 'provider' ? secret : passphrase, now);
  return isRefusal(held) ? held : keep(tx, now, party, 'p12', held);
}

async function nameOf(tx: Tx, party: PartyId): Promise<string | Refusal> {
  if (party !== 'provider') {
    const customer = await readCustomer(tx, party);
    return (
      customer?.particulars.name ?? refuse('customer-unknown', 'customer', `there is no customer ${party}`)
    );
  }
  const provider = await readProvider(tx);
  return (
    provider?.profile.particulars.name ??
    refuse('provider-missing', 'provider', 'the provider’s profile comes first')
  );
}

async function keep(
  tx: Tx,
  now: number,
  party: PartyId,
  origin: SignerRow['origin'],
  held: Held,
): Promise<SignerRow> {
  const certificate = new X509Certificate(held.certificate);
  const row: SignerRow = {
    fingerprint: fingerprintOf(held.certificate),
    party,
    origin,
    subject: commonName(certificate),
    certificate: held.certificate,
    chain: held.chain.map((der) => der.toString('base64')),
    locked: held.locked,
    expiresAt: certificate.validToDate.getTime(),
    createdAt: now,
    retiredAt: null,
  };
  await replaceSigner(tx, row);
  return row;
}

/**
 * Takes a party's seal as a picture, or takes it away (null). It is written anew and tried on a page first, so that
 * no signing ever meets one that cannot be printed. A natural person has no seal.
 */
export async function bringPicture(
  tx: Tx,
  now: number,
  party: PartyId,
  file: Buffer | null,
  actor: string,
): Promise<Picture | null | Refusal> {
  const name = await nameOf(tx, party);
  if (isRefusal(name)) return name;
  if (party !== 'provider' && (await readCustomer(tx, party))?.kind === 'person')
    return refuse('seal-foreign', 'png', 'a natural person signs and has no seal');
  if (file === null) {
    if ((await readPictureOf(tx, party)) === null)
      return refuse('picture-missing', 'png', 'there is no picture of the seal');
    await insertPicture(tx, { party, png: null, width: 0, height: 0, actor, at: now });
    return null;
  }
  const picture = readPicture(file);
  if (isRefusal(picture)) return picture;
  const tried = tryPicture(picture.png, now);
  if (tried !== null) return tried;
  await insertPicture(tx, { party, ...picture, actor, at: now });
  return picture;
}

export interface Opened extends Loaded {
  readonly fingerprint: string;
}

/** Opens the key of a party; the provider's is made when there is none. */
export async function openSigner(
  tx: Tx,
  now: number,
  chancery: Chancery,
  party: PartyId,
  passphrase: string | null,
): Promise<Opened | Refusal> {
  const standing = await readSigner(tx, party);
  const row = standing ?? (party === 'provider' ? await makeSigner(tx, now, chancery, party, '') : null);
  if (row === null)
    return refuse('signer-missing', 'passphrase', 'a key to sign with: make one, or bring a P12');
  if (isRefusal(row)) return row;
  const secret = party === 'provider' ? chancery.secret : passphrase;
  if (secret === null) return refuse('passphrase-missing', 'passphrase', 'the passphrase of the key');
  const chain = row.chain.map((one) => Buffer.from(one, 'base64'));
  const loaded = await openHeld({ certificate: row.certificate, chain, locked: row.locked }, secret, now);
  return isRefusal(loaded) ? loaded : { ...loaded, fingerprint: row.fingerprint };
}

export function fingerprintOf(certificate: Buffer): string {
  return createHash('sha256').update(certificate).digest('hex');
}
