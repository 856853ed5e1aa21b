import { createPrivateKey, createPublicKey, randomBytes, webcrypto, X509Certificate } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

/**
 * The installation's own certificate authority: it vouches for the keys that are made here, so that a signature
 * can be told from one of any other installation. Parties with certificates of their own do not need it.
 */
export interface Authority {
  readonly certificate: X509Certificate;
  readonly key: webcrypto.CryptoKey;
}

/** RSA with SHA-256: what every reader of signed PDF files can check. */
const algorithm = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: 3072,
} as const;
const usages = ['sign', 'verify'] as const;
const yearMs = 365 * 86_400_000;

/** A new authority as one PEM text: certificate, then key. Valid for 20 years. */
export async function makeAuthority(now: number): Promise<string> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, [...usages]);
  const serialNumber = serial();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber,
    name: nameOf(`Hostpledge signing authority ${serialNumber.slice(-8)}`),
    notBefore: new Date(now - 60_000),
    notAfter: new Date(now + 20 * yearMs),
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  return `${certificate.toString('pem')}\n${key.export({ type: 'pkcs8', format: 'pem' })}`;
}

/** Reads the file of the installation's authority, or makes it: readable by its owner alone. */
export async function openAuthority(path: string, now: number): Promise<Authority> {
  let text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) {
    text = await makeAuthority(now);
    await writeFile(path, text, { mode: 0o600, flag: 'wx', flush: true });
  }
  const certificate = new X509Certificate(text);
  const pkcs8 = createPrivateKey(text).export({ type: 'pkcs8', format: 'der' });
  const key = await webcrypto.subtle.importKey('pkcs8', new Uint8Array(pkcs8), algorithm, false, ['sign']);
  return { certificate, key };
}

/** Whom a certificate names: the party, and the number by which this installation knows it. */
export interface Subject {
  readonly name: string;
  /** `c000001`, or `provider`. */
  readonly id: string;
}

export interface Issued {
  readonly pkcs8: Buffer;
  readonly certificate: Buffer;
  readonly chain: readonly Buffer[];
}

/** A new key with a certificate of this authority, valid for five years. */
export async function issueKey(authority: Authority, subject: Subject, now: number): Promise<Issued> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, [...usages]);
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: nameOf(subject.name.slice(0, 64), subject.id),
    issuer: nameOf(commonName(authority.certificate)),
    notBefore: new Date(now - 60_000),
    notAfter: new Date(now + 5 * yearMs),
    publicKey: keys.publicKey,
    signingKey: authority.key,
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.nonRepudiation, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return {
    pkcs8: Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)),
    certificate: Buffer.from(certificate.rawData),
    chain: [Buffer.from(authority.certificate.raw)],
  };
}

/** The name in a certificate's subject. */
export function commonName(certificate: X509Certificate): string {
  const name: unknown = certificate.toLegacyObject().subject.CN;
  return typeof name === 'string' ? name : certificate.subject;
}

/** Structured, so that no character of a party's name means anything in it. */
function nameOf(common: string, id?: string): Name {
  const number = id === undefined ? [] : [{ '2.5.4.5': [{ printableString: id }] }];
  return new Name([{ CN: [{ utf8String: common }] }, ...number]);
}

/** Positive and never twice: 16 random bytes, the first bit clear (RFC 5280, 4.1.2.2). */
function serial(): string {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0]! & 0x7f) | 0x40;
  return bytes.toString('hex');
}

/** Whether the key belongs to the certificate. */
export function isPair(pkcs8: Buffer, certificate: X509Certificate): boolean {
  const key = createPublicKey(createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }));
  return key.equals(certificate.publicKey);
}
