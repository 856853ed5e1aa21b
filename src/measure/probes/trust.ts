import { hash, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import {
  createSecureContext,
  DEFAULT_CIPHERS,
  getCACertificates,
  type SecureContext,
  type TLSSocket,
} from 'node:tls';
import type { CertificateFacts } from '../reading.ts';

export const tlsCodes = [
  'tls-handshake', // no secure connection came about
  'tls-name', // the certificate is not for this name
  'tls-expired', // its time is over
  'tls-early', // its time has not come
  'tls-untrusted', // no authority that is accepted vouches for it
] as const;
export type TlsCode = (typeof tlsCodes)[number];

/** What the peer's certificate is, and whether it may stand for the name. `fault` null: it may. */
export interface Examined {
  readonly certificate: CertificateFacts | null;
  readonly fault: { readonly code: TlsCode; readonly detail: string } | null;
}

/** A secure context costs 0.2 ms, with authorities of our own 10 ms: one for each list of them. */
const contexts = new Map<string, SecureContext>();
const contextsMax = 64;

/** Node's own list with the cheapest suite of TLS 1.3 first: its hash runs a dozen times in a handshake. */
const cheapest = 'TLS_AES_128_GCM_SHA256';
const ciphers = [cheapest, ...DEFAULT_CIPHERS.split(':').filter((suite) => suite !== cheapest)].join(':');

/** The first is the one whose share the hello carries; a server that takes only another asks for a second hello. */
const groups = { usual: 'X25519:P-256:P-384', nist: 'P-256:X25519:P-384' } as const;

/** Targets whose server took P-256 when X25519 was offered: the next hello offers what it will take. */
const nistTargets = new Set<string>();
const nistTargetsMax = 20_000;

/** Tells what a handshake that began with the usual groups came to, so that the target's next one is spared a round. */
export function learnGroup(socket: TLSSocket, target: string): void {
  if (nistTargets.has(target)) return;
  const key = socket.getEphemeralKeyInfo();
  if (key === null || !('name' in key) || key.name !== 'prime256v1') return;
  if (nistTargets.size >= nistTargetsMax) nistTargets.clear();
  nistTargets.add(target);
}

/**
 * The context that trusts the usual roots and `authorities` (PEM), for connections to `target`. Classical
 * curves only: the hybrid ML-KEM share of Node's default makes a hello of 1.5 kB and a fifth of a probe's cost.
 */
export function contextFor(authorities: readonly string[], target = ''): SecureContext {
  const ecdhCurve = nistTargets.has(target) ? groups.nist : groups.usual;
  const key = [ecdhCurve, ...authorities].join('\n');
  const known = contexts.get(key);
  if (known !== undefined) return known;
  const ca = authorities.length > 0 ? { ca: [...getCACertificates('default'), ...authorities] } : {};
  const context = createSecureContext({
    ...ca,
    ciphers,
    ecdhCurve,
    minVersion: 'TLSv1.2',
  });
  forgetOldest(contexts, contextsMax);
  contexts.set(key, context);
  return context;
}

/** Reading a certificate costs 0.1 ms, comparing it 0.02: it is read anew only when it changed. */
interface Known {
  readonly digest: string;
  readonly trusted: CertificateFacts;
  readonly untrusted: CertificateFacts;
  readonly fits: boolean;
  readonly names: string;
}
const certificates = new Map<string, Known>();
const certificatesMax = 20_000;

/**
 * Judges the certificate of a connection that was made with `rejectUnauthorized: false`: the chain as
 * OpenSSL verified it, then the name as a browser would (subjectAltName only, RFC 6125). A session that was
 * resumed has no certificate of its own; what it resumes was judged before.
 */
export function examine(socket: TLSSocket, target: string, name: string): Examined {
  const raw = socket.getPeerX509Certificate()?.raw;
  if (raw === undefined) {
    return {
      certificate: null,
      fault: { code: 'tls-untrusted', detail: `${name}: the server shows no certificate` },
    };
  }
  const known = read(raw, `${target} ${name}`, name);
  const certificate = socket.authorized ? known.trusted : known.untrusted;
  if (!socket.authorized) {
    const why = String(socket.authorizationError);
    return { certificate, fault: { code: codeOf(why), detail: `${why}: ${wording(certificate)}` } };
  }
  if (known.fits) return { certificate, fault: null };
  return {
    certificate,
    fault: { code: 'tls-name', detail: `the certificate is for ${known.names}, not for ${name}` },
  };
}

/**
 * Keeps `tls.connect` from building the legacy object of the whole chain (0.2 ms a handshake) for a check
 * of the name that `examine` makes itself; give it together with `checkServerIdentity: anyName`.
 */
export function unadorned(socket: TLSSocket): TLSSocket {
  Object.defineProperty(socket, 'getPeerCertificate', { value: () => ({}) });
  return socket;
}

export function anyName(): undefined {
  return undefined;
}

function read(raw: Buffer, key: string, name: string): Known {
  const digest = hash('sha256', raw, 'hex');
  const last = certificates.get(key);
  if (last?.digest === digest) return last;
  const certificate = new X509Certificate(raw);
  const facts = {
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    from: certificate.validFromDate.getTime(),
    to: certificate.validToDate.getTime(),
    digest,
  };
  const fits =
    isIP(name) > 0
      ? certificate.checkIP(name)
      : certificate.checkHost(name, { subject: 'never', wildcards: true });
  const known: Known = {
    digest,
    trusted: { ...facts, trusted: true },
    untrusted: { ...facts, trusted: false },
    fits: fits !== undefined,
    names: certificate.subjectAltName ?? facts.subject,
  };
  forgetOldest(certificates, certificatesMax);
  certificates.set(key, known);
  return known;
}

/** OpenSSL's verification codes that have a name of their own; every other one is a chain nobody vouches for. */
function codeOf(why: string): TlsCode {
  if (why === 'CERT_HAS_EXPIRED') return 'tls-expired';
  if (why === 'CERT_NOT_YET_VALID') return 'tls-early';
  return 'tls-untrusted';
}

function wording(facts: CertificateFacts): string {
  const day = (at: number) => new Date(at).toISOString().slice(0, 10);
  return `${facts.subject}, issued by ${facts.issuer}, ${day(facts.from)} to ${day(facts.to)}`;
}

function oneLine(text: string | undefined): string {
  return (text ?? '').split('\n').join(', ').slice(0, 1_000);
}

function forgetOldest(map: Map<string, unknown>, max: number): void {
  if (map.size < max) return;
  for (const key of map.keys()) {
    map.delete(key);
    return;
  }
}
