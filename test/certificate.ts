import { generate } from 'selfsigned';

export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
}

interface Wanted {
  /** DNS names; an address (`127.0.0.1`) becomes an address entry. */
  readonly names: readonly string[];
  readonly fromMs?: number;
  readonly toMs?: number;
  /** Signs it; left out: it signs itself. */
  readonly authority?: TestCertificate;
  /** It may sign others. */
  readonly signs?: boolean;
}

const dayMs = 86_400_000;

/** A certificate for a test's server, valid from yesterday to tomorrow unless said. */
export async function testCertificate(wanted: Wanted): Promise<TestCertificate> {
  const now = Date.now();
  const made = await generate([{ name: 'commonName', value: wanted.names[0] ?? 'test' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(wanted.fromMs ?? now - dayMs),
    notAfterDate: new Date(wanted.toMs ?? now + dayMs),
    extensions: [
      { name: 'basicConstraints', cA: wanted.signs ?? false, critical: true },
      {
        name: 'subjectAltName',
        altNames: wanted.names.map((name) =>
          /^[\d.]+$/.test(name) ? { type: 7 as const, ip: name } : { type: 2 as const, value: name },
        ),
      },
    ],
    ...(wanted.authority === undefined ? {} : { ca: wanted.authority }),
  });
  return { cert: made.cert, key: made.private };
}
