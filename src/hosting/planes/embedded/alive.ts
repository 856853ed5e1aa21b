import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** Written each second: up to `at`, the plane was serving. */
export interface AliveMark {
  /** Epoch ms. */
  readonly at: number;
  /** The machine's own boot, so that a dead machine can be told from a dead process; '' where it cannot be known. */
  readonly boot: string;
}

export interface Alive {
  /** The mark of the life before this one; null: there was none. `[previous.at, serving again)` was dead time. */
  readonly previous: AliveMark | null;
  readonly boot: string;
  /** Begins to write marks: from now on we serve. */
  begin(): Promise<void>;
  /** A last mark, and no more. */
  close(): Promise<void>;
}

const everyMs = 1000;
const shape = z.strictObject({ at: z.number().int().nonnegative(), boot: z.string() });

/** Reads the mark that `folder` holds (`alive.json`). `now` is epoch ms. */
export async function openAlive(folder: string, now: () => number): Promise<Alive> {
  const path = join(folder, 'alive.json');
  const previous = await readMark(path);
  const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')).trim();
  let writing: Promise<void> | null = null;
  let timer: NodeJS.Timeout | null = null;

  async function write(): Promise<void> {
    await writeFile(`${path}.new`, JSON.stringify({ at: now(), boot }), { mode: 0o640 });
    await rename(`${path}.new`, path);
  }

  /** A mark that cannot be written is not written: the time until the next one then counts as dead, which is the cautious side. */
  function mark(): Promise<void> {
    writing ??= write()
      .catch(() => undefined)
      .finally(() => {
        writing = null;
      });
    return writing;
  }

  return {
    previous,
    boot,
    begin: async () => {
      await mark();
      timer ??= setInterval(mark, everyMs);
    },
    close: async () => {
      if (timer === null) return;
      clearInterval(timer);
      timer = null;
      await writing;
      await mark();
    },
  };
}

async function readMark(path: string): Promise<AliveMark | null> {
  try {
    return shape.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return null;
  }
}
