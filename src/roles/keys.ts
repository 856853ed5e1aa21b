import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where a data folder keeps its keys; the folder is readable by its owner alone. */
export function keyFiles(data: string) {
  const folder = join(data, 'keys');
  return {
    folder,
    /** 32 bytes shared by planes and probers (hosting/mark.ts). */
    probeKey: join(folder, 'probe.key'),
    /** Ed25519 private key of the prober that runs beside the centre, PEM. */
    proberKey: join(folder, 'prober.pem'),
    /** 32 bytes: signs the cookies of sign-in, encrypts the secrets of second factors. */
    entranceKey: join(folder, 'entrance.key'),
    /** Certificate and key of the installation's signing authority, PEM. */
    authority: join(folder, 'authority.pem'),
    /** 32 bytes: the provider's own key for signing is kept under it. */
    signingKey: join(folder, 'signing.key'),
    /** The one-time token of the set-up, while there is none yet. */
    setupToken: join(folder, 'setup.token'),
    /** The embedded plane's own certificate, which its checks accept. */
    planeCertificate: join(data, 'plane', 'certificate.pem'),
  } as const;
}

export interface Keys {
  /** The prober's public key, SPKI PEM. */
  readonly proberPublic: string;
  /** The entrance's secret, hex. */
  readonly entrance: string;
  /** What the provider's key for signing is kept under, hex. */
  readonly signing: string;
}

/** Makes what is missing; what is there stays. */
export function makeKeys(data: string): Keys {
  const files = keyFiles(data);
  mkdirSync(files.folder, { recursive: true, mode: 0o700 });
  makeOnce(files.probeKey, () => randomBytes(32));
  makeOnce(files.entranceKey, () => randomBytes(32).toString('hex'));
  makeOnce(files.signingKey, () => randomBytes(32).toString('hex'));
  makeOnce(files.proberKey, () =>
    generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }),
  );
  const key = createPublicKey(readFileSync(files.proberKey));
  return {
    proberPublic: key.export({ type: 'spki', format: 'pem' }).toString(),
    entrance: readFileSync(files.entranceKey, 'utf8'),
    signing: readFileSync(files.signingKey, 'utf8'),
  };
}

function makeOnce(path: string, make: () => string | Buffer): void {
  try {
    writeFileSync(path, make(), { mode: 0o600, flag: 'wx', flush: true });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}
