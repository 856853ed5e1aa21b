import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';

/** How far a spool's receiver has acknowledged, and under which name it knows the sender. */
export interface Position {
  readonly sender: string;
  readonly acked: number;
}

/** Null when there is none or it is damaged: the spool's files then say who, and are all sent again. */
export async function readPosition(folder: string): Promise<Position | null> {
  const text = await readFile(join(folder, 'position.json'), 'utf8').catch(() => '');
  const parts = /^\{"sender":"([0-9a-f]{16})","acked":(\d{1,15})\}\n$/.exec(text);
  return parts === null ? null : { sender: parts[1]!, acked: Number(parts[2]) };
}

/** Durable when it resolves, and whole at every moment. */
export async function writePosition(folder: string, { sender, acked }: Position): Promise<void> {
  const fresh = join(folder, 'position.fresh');
  const handle = await open(fresh, 'w', 0o600);
  try {
    await handle.writeFile(`${JSON.stringify({ sender, acked })}\n`);
    await handle.datasync();
  } finally {
    await handle.close();
  }
  await rename(fresh, join(folder, 'position.json'));
  await syncFolder(folder);
}

/** Makes the names in the folder durable. Windows has no such call and needs none. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}
