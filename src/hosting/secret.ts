import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/**
 * How an FTP password rests: `scrypt$N$r$p$salt$hash`, salt and hash in base64url without padding. The
 * parameters travel with the hash, so raising them later leaves the old ones checkable.
 */
const cost = 16_384;
const blockSize = 8;
const parallel = 1;
const saltBytes = 16;
const hashBytes = 32;

/** Asked of a stored secret before any work is spent on it: a spec from elsewhere must not buy gigabytes. */
const maxCost = 2 ** 17;
const maxBlockSize = 16;
const maxParallel = 4;
const maxHashBytes = 128;

export async function hashSecret(password: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  const hash = await derive(password, salt, hashBytes, cost, blockSize, parallel);
  const fields = [
    'scrypt',
    cost,
    blockSize,
    parallel,
    salt.toString('base64url'),
    hash.toString('base64url'),
  ];
  return fields.join('$');
}

/** True when `password` is the one that `stored` was made of. A malformed `stored` is nobody's: false. */
export async function checkSecret(stored: string, password: string): Promise<boolean> {
  const shape = /^scrypt\$(\d{1,7})\$(\d{1,3})\$(\d{1,2})\$([\w-]{1,256})\$([\w-]{22,256})$/;
  const parts = shape.exec(stored);
  if (parts === null) return false;
  const [n, r, p] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  const powerOfTwo = n > 1 && (n & (n - 1)) === 0;
  if (!powerOfTwo || n > maxCost || r < 1 || r > maxBlockSize || p < 1 || p > maxParallel) return false;
  const salt = Buffer.from(parts[4]!, 'base64url');
  const hash = Buffer.from(parts[5]!, 'base64url');
  if (hash.length > maxHashBytes) return false;
  return timingSafeEqual(await derive(password, salt, hash.length, n, r, p), hash);
}

/** RFC 7914; the memory allowed is what the parameters need (128·N·r bytes) and half again. */
function derive(password: string, salt: Buffer, bytes: number, n: number, r: number, p: number) {
  const maxmem = 192 * n * r + 1_048_576 * p;
  return new Promise<Buffer>((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, bytes, { N: n, r, p, maxmem }, (error, key) => {
      if (error === null) resolve(key);
      else reject(new Error('scrypt failed', { cause: error }));
    });
  });
}
