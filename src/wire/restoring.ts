import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { syncFolder } from './position.ts';

/** Stands in a data folder while a backup is restored to it: such a folder is not whole. */
const shape = z.strictObject({
  format: z.literal('hostpledge/restoring@1'),
  /** The backup's folder, and the digest of its manifest. */
  backup: z.string(),
  digest: z.string(),
});
export type Restoring = z.output<typeof shape>;

const file = 'restoring.json';

/** What is being restored, or was when the restoring ended before its time; null: the folder is whole. */
export async function readRestoring(data: string): Promise<Restoring | null> {
  const text = await readFile(join(data, file), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  try {
    return shape.parse(JSON.parse(text));
  } catch {
    // Torn when it was written: nothing had been restored yet, but nobody can say of what.
    return { format: 'hostpledge/restoring@1', backup: '', digest: '' };
  }
}

/** Durable when it resolves. */
export async function markRestoring(data: string, backup: string, digest: string): Promise<void> {
  await mkdir(data, { recursive: true, mode: 0o700 });
  const handle = await open(join(data, file), 'w', 0o600);
  try {
    await handle.writeFile(JSON.stringify({ format: 'hostpledge/restoring@1', backup, digest }));
    await handle.datasync();
  } finally {
    await handle.close();
  }
  await syncFolder(data);
}

/** The folder is whole from now on. */
export async function markRestored(data: string): Promise<void> {
  await syncFolder(data);
  await rm(join(data, file));
  await syncFolder(data);
}
