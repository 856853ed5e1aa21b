import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createSecureContext, type SecureContext } from 'node:tls';
import { generate } from 'selfsigned';

/** Key and certificate in PEM. */
export interface KeyPair {
  readonly key: string;
  readonly cert: string;
}

const dayMs = 86_400_000;
const validMs = 3650 * dayMs;

/**
 * The plane's own self-signed pair, which answers for names without a certificate of their own: made once per
 * data folder (`tls.pem`, readable by us alone), made again when it has less than a day left.
 */
export async function ownPair(folder: string, nowMs: number): Promise<KeyPair> {
  const path = join(folder, 'tls.pem');
  const kept = await readFile(path, 'utf8').catch(() => null);
  const pair = kept === null ? null : split(kept);
  if (pair !== null && usable(pair, nowMs)) return pair;
  const made = await make(nowMs);
  await writeFile(`${path}.new`, made.key + made.cert, { mode: 0o600 });
  await rename(`${path}.new`, path);
  return made;
}

export function contextOf({ key, cert }: KeyPair): SecureContext {
  return createSecureContext({ key, cert, minVersion: 'TLSv1.2' });
}

/** Null: key and certificate belong together and are readable; else what is wrong, for a person. */
export function pairFault(pair: KeyPair): string | null {
  try {
    contextOf(pair);
    const fits = new X509Certificate(pair.cert).checkPrivateKey(createPrivateKey(pair.key));
    return fits ? null : 'the certificate belongs to another key';
  } catch (error) {
    return `the certificate cannot be used: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function make(nowMs: number): Promise<KeyPair> {
  const made = await generate([{ name: 'commonName', value: 'hostpledge' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(nowMs - dayMs),
    notAfterDate: new Date(nowMs + validMs),
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 2, value: '*.localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  return { key: ended(made.private), cert: ended(made.cert) };
}

function split(text: string): KeyPair | null {
  const key = /-----BEGIN (?:EC )?PRIVATE KEY-----[^-]+-----END (?:EC )?PRIVATE KEY-----/.exec(text);
  const cert = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(text);
  return key === null || cert === null ? null : { key: ended(key[0]), cert: ended(cert[0]) };
}

function usable(pair: KeyPair, nowMs: number): boolean {
  if (pairFault(pair) !== null) return false;
  const { validFromDate, validToDate } = new X509Certificate(pair.cert);
  return validFromDate.getTime() <= nowMs && nowMs + dayMs < validToDate.getTime();
}

function ended(text: string): string {
  return `${text.trim()}\n`;
}
