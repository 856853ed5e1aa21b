import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** Written each second: up to `at`, the plane was serving. */
export interface AliveMark {
  /** Epoch ms. */
  readonly at: number;
  /** The machine's own boot, so that a dead machine can be told from a dead process; '' where it cannot be known. */
  readonly boot: string;
  /** The machine's monotonic clock, ms since its boot: it goes on where the other is set back. */
  readonly tickMs?: number | undefined;
}

/** `[from, to)`: nobody was served. Epoch ms. */
export interface DeadTime {
  readonly from: number;
  readonly to: number;
}

export interface Alive {
  /** The mark of the life before this one; null: there was none. `[previous.at, serving again)` was dead time. */
  readonly previous: AliveMark | null;
  readonly boot: string;
  /**
   * Begins to write marks: from now on we serve. The dead time before goes to `tell` first, each second until that
   * does not throw: killed or without disk in between, the next life finds the old mark and tells it again.
   */
  begin(tell?: (dead: DeadTime) => Promise<void>): Promise<void>;
  /** A last mark, and no more. */
  close(): Promise<void>;
}

const everyMs = 1000;
const shape = z.strictObject({
  at: z.number().int().nonnegative(),
  boot: z.string(),
  tickMs: z.number().nonnegative().optional(),
});
/** What two clocks may differ by without one of them having been set. */
const driftMs = 1000;

/** Reads the mark that `folder` holds (`alive.json`). `now` is epoch ms. */
export async function openAlive(folder: string, now: () => number): Promise<Alive> {
  const path = join(folder, 'alive.json');
  const previous = await readMark(path);
  const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')).trim();
  let writing: Promise<void> | null = null;
  let timer: NodeJS.Timeout | null = null;

  let untold: (() => Promise<void>) | null = null;

  async function write(): Promise<void> {
    await untold?.();
    untold = null;
    await writeFile(`${path}.new`, JSON.stringify({ at: now(), boot, tickMs: tickMs() }), { mode: 0o640 });
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
    begin: async (tell) => {
      const dead = deadTime(previous, { at: now(), boot, tickMs: tickMs() });
      if (tell !== undefined && dead !== null) untold = () => tell(dead);
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

function tickMs(): number {
  return Math.round(Number(process.hrtime.bigint() / 1000n) / 1000);
}

/**
 * From the last mark to now. When the clock was set back meanwhile (less time has passed on it than by the machine's
 * own ticks), the dead time is as long as it really was and ends now. Null: there was no life before, or no time
 * between.
 */
export function deadTime(last: AliveMark | null, now: AliveMark): DeadTime | null {
  if (last === null) return null;
  const isSameBoot = last.boot !== '' && last.boot === now.boot;
  const ticked =
    isSameBoot && now.tickMs !== undefined ? now.tickMs - (last.tickMs ?? Number.NaN) : Number.NaN;
  const wasSet = ticked - (now.at - last.at) > driftMs;
  const from = wasSet ? now.at - ticked : last.at;
  return from < now.at ? { from, to: now.at } : null;
}

async function readMark(path: string): Promise<AliveMark | null> {
  try {
    return shape.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return null;
  }
}
