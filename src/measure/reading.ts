/** One observation in full: what was tried, what came back, how long each part took. */
export interface Reading {
  readonly check: string;
  readonly target: string;
  /** Epoch ms at which the attempt began. */
  readonly at: number;
  readonly result: 'pass' | 'fail';
  /** Permanent code of what was seen: `ok`, `http-status`, `refused`, `timeout` … (see each probe's list). */
  readonly code: string;
  /** What was seen, for a person and as evidence; never a secret, at most 500 characters. */
  readonly detail: string;
  /** Address and port that was spoken to; null when there was none (the name did not resolve). */
  readonly peer: string | null;
  /** Milliseconds of each phase that was reached, in order (`resolve`, `connect`, `tls`, `head` …). */
  readonly phases: Readonly<Record<string, number>>;
  readonly tookMs: number;
  /** The last answer of a web check; null elsewhere. */
  readonly status: number | null;
  readonly certificate: CertificateFacts | null;
  /** Redirects followed, in order: the addresses asked after the first. */
  readonly redirects: readonly string[];
}

export interface CertificateFacts {
  readonly subject: string;
  readonly issuer: string;
  readonly from: number;
  readonly to: number;
  /** SHA-256 of the certificate, hex. */
  readonly digest: string;
  readonly trusted: boolean;
}
