import {
  createCipheriv,
  createDecipheriv,
  randomBytes,
  scrypt,
  verify as verifySignature,
  webcrypto,
  X509Certificate,
} from 'node:crypto';
import { promisify } from 'node:util';
import { CryptoKeySigner, P12Signer, type Signer, SignerError } from '@libpdf/core';
import { z } from 'zod';
import { isRefusal, type Refusal, refuse } from '../../refusal.ts';
import type { Issued } from './authority.ts';
import { chainOf } from './cms.ts';

/**
 * A party's key for signing. It is kept encrypted under the party's passphrase (scrypt, AES-256-GCM) and exists
 * in the clear only while it signs.
 */

/** What is kept encrypted: a key made here, or the party's own P12 file. */
const keptShape = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('made'), pkcs8: z.base64() }),
  z.strictObject({ kind: z.literal('p12'), file: z.base64(), passphrase: z.string() }),
]);
type Kept = z.output<typeof keptShape>;

export interface Loaded {
  readonly signer: Signer;
  readonly certificate: X509Certificate;
  readonly chain: readonly Buffer[];
}

/** A key with its certificate, and the encrypted form that may be kept. */
export interface Held {
  readonly certificate: Buffer;
  readonly chain: readonly Buffer[];
  readonly locked: Buffer;
}

/** Reads a P12 file; refuses a wrong passphrase, what is no P12, and a certificate that is not valid at `now`. */
export async function loadP12(file: Buffer, passphrase: string, now: number): Promise<Loaded | Refusal> {
  let p12: P12Signer;
  try {
    p12 = await P12Signer.create(new Uint8Array(file), passphrase);
  } catch (error) {
    if (!(error instanceof SignerError)) throw new Error('a P12 file could not be read', { cause: error });
    const isWrong = /password|decrypt|integrity|MAC|OperationError|cipher/i.test(error.message);
    return isWrong
      ? refuse('p12-passphrase', 'passphrase', 'the passphrase of this P12 file')
      : refuse('p12-invalid', 'p12', `a P12 file with a key and its certificate: ${error.message}`);
  }
  const all = [p12.certificate, ...p12.certificateChain].map((der) => Buffer.from(der));
  const proof = Buffer.from('whose certificate is it?');
  const made = await p12.sign(new Uint8Array(proof), 'SHA-256');
  // The file may list its certificates in any order: the key's own is the one that its signature fits.
  const own = all.find((der) => {
    const { publicKey } = new X509Certificate(der);
    return verifySignature('sha256', proof, publicKey, Buffer.from(made));
  });
  if (own === undefined) return refuse('p12-invalid', 'p12', 'a P12 file whose certificate fits its key');
  const certificate = new X509Certificate(own);
  // Only certificates that vouch for each other up to the last go into a signature: others prove nothing.
  const others = all.filter((der) => der !== own).map((der) => new X509Certificate(der));
  const chain = (chainOf(certificate, others) ?? []).map((one) => Buffer.from(one.raw));
  const { keyType, signatureAlgorithm } = p12;
  const signer: Signer = {
    certificate: new Uint8Array(own),
    certificateChain: chain.map((der) => new Uint8Array(der)),
    keyType,
    signatureAlgorithm,
    sign: (data, digest) => p12.sign(data, digest),
  };
  return refuseStale(certificate, now) ?? { signer, certificate, chain };
}

/** A certificate that is not valid yet, or not any more. */
function refuseStale(certificate: X509Certificate, now: number): Refusal | null {
  const { validFromDate: from, validToDate: to } = certificate;
  if (now >= from.getTime() && now < to.getTime()) return null;
  const valid = `${from.toISOString().slice(0, 10)} to ${to.toISOString().slice(0, 10)}`;
  return refuse('certificate-expired', 'certificate', `a certificate that is valid now, not from ${valid}`);
}

export async function holdMade(issued: Issued, passphrase: string): Promise<Held> {
  const { certificate, chain, pkcs8 } = issued;
  const locked = await lock({ kind: 'made', pkcs8: pkcs8.toString('base64') }, passphrase);
  return { certificate, chain, locked };
}

/** The party's own P12, kept under a secret: the passphrase that opened it, or the installation's. */
export async function holdP12(
  file: Buffer,
  passphrase: string,
  secret: string,
  now: number,
): Promise<Held | Refusal> {
  const loaded = await loadP12(file, passphrase, now);
  if (isRefusal(loaded)) return loaded;
  const locked = await lock({ kind: 'p12', file: file.toString('base64'), passphrase }, secret);
  return { certificate: Buffer.from(loaded.certificate.raw), chain: loaded.chain, locked };
}

/** Opens what is held; refuses a wrong passphrase and a certificate that is not valid at `now`. */
export async function openHeld(held: Held, passphrase: string, now: number): Promise<Loaded | Refusal> {
  const kept = await unlock(held.locked, passphrase);
  if (isRefusal(kept)) return kept;
  if (kept.kind === 'p12') return loadP12(Buffer.from(kept.file, 'base64'), kept.passphrase, now);
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const bytes = new Uint8Array(Buffer.from(kept.pkcs8, 'base64'));
  const key = await webcrypto.subtle.importKey('pkcs8', bytes, algorithm, false, ['sign']);
  const certificate = new X509Certificate(held.certificate);
  const chain = held.chain.map((der) => new Uint8Array(der));
  const own = new Uint8Array(held.certificate);
  const signer = new CryptoKeySigner(key, own, 'RSA', 'RSASSA-PKCS1-v1_5', chain);
  return refuseStale(certificate, now) ?? { signer, certificate, chain: held.chain };
}

const derive = promisify<string, Buffer, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(
  scrypt,
);
/** 64 MB and a quarter of a second for each guess (OWASP, Password Storage). */
const cost = { N: 65_536, r: 8, p: 1, maxmem: 96 * 1024 * 1024 };
const [saltBytes, nonceBytes, tagBytes] = [16, 12, 16];

/** Salt, nonce, tag, ciphertext. */
async function lock(kept: Kept, passphrase: string): Promise<Buffer> {
  const salt = randomBytes(saltBytes);
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', await derive(passphrase, salt, 32, cost), nonce);
  const body = Buffer.concat([cipher.update(JSON.stringify(kept), 'utf8'), cipher.final()]);
  return Buffer.concat([salt, nonce, cipher.getAuthTag(), body]);
}

async function unlock(locked: Buffer, passphrase: string): Promise<Kept | Refusal> {
  const [nonceAt, tagAt] = [saltBytes, saltBytes + nonceBytes];
  const bodyAt = tagAt + tagBytes;
  const key = await derive(passphrase, locked.subarray(0, nonceAt), 32, cost);
  const cipher = createDecipheriv('aes-256-gcm', key, locked.subarray(nonceAt, tagAt));
  cipher.setAuthTag(locked.subarray(tagAt, bodyAt));
  try {
    const text = Buffer.concat([cipher.update(locked.subarray(bodyAt)), cipher.final()]).toString('utf8');
    return keptShape.parse(JSON.parse(text));
  } catch (error) {
    if (error instanceof z.ZodError) throw error;
    return refuse('passphrase-wrong', 'passphrase', 'the passphrase that this key was kept under');
  }
}
