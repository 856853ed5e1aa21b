import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { chmod, link, mkdtemp, readFile, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** Where the owner of a data folder answers the other processes on the machine. */
export interface Control {
  /** What a server listens on and `createLink` connects to: a socket's path, or a pipe's name on Windows. */
  readonly path: string;
  /** Removes what is left of it; call it after the server has closed. */
  close(): Promise<void>;
}

/** `sun_path` holds 108 bytes on Linux and 104 on macOS, with a zero at the end. */
export const pathLimit = 100;

/**
 * A place for the control socket of the folder, whose owner we must be (wire/lock.ts): `<folder>/control.sock`,
 * or for a path too long for a socket one in a private folder of its own. What a killed owner left is removed.
 */
export async function prepareControl(folder: string, platform = process.platform): Promise<Control> {
  if (platform === 'win32') {
    return { path: `\\\\.\\pipe\\hostpledge-${randomBytes(16).toString('hex')}`, close: async () => {} };
  }
  const near = resolve(folder, 'control.sock');
  if (Buffer.byteLength(near) <= pathLimit) {
    await rm(near, { force: true });
    return { path: near, close: () => rm(near, { force: true }) };
  }
  // mkdtemp makes it 0700 and new, so nobody else can have put a socket there.
  const far = await mkdtemp(join(tmpdir(), 'hostpledge-'));
  return { path: join(far, 'control.sock'), close: () => rm(far, { recursive: true, force: true }) };
}

/** The token in the file, made (32 random bytes, base64url, for the owner only) when there is none. */
export async function makeToken(path: string): Promise<string> {
  const fresh = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(fresh, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  try {
    // Linked whole or not at all: two who start at once end with the same token.
    await link(fresh, path);
    await chmod(path, 0o600);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) {
      throw new Error(`the token cannot be written to ${dirname(path)}`, { cause: error });
    }
  } finally {
    await unlink(fresh);
  }
  return readToken(path);
}

/** Throws when the file is missing, is open to others, or holds no token. */
export async function readToken(path: string): Promise<string> {
  if (process.platform !== 'win32') {
    const { mode } = await stat(path);
    if ((mode & 0o077) !== 0)
      throw new Error(`${path}: a token that others may read is none; set its mode to 600`);
  }
  const token = (await readFile(path, 'utf8')).trim();
  if (!/^[\w-]{32,256}$/.test(token))
    throw new Error(`${path}: a token is 32 to 256 letters, digits, - and _`);
  return token;
}

/** Whether the `Authorization` header carries the token, compared in constant time. */
export function isBearer(header: string | undefined, token: string): boolean {
  const [scheme, given, more] = (header ?? '').split(' ');
  if (scheme?.toLowerCase() !== 'bearer' || given === undefined || more !== undefined) return false;
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}
