/** A reader that goes on by itself until it is stopped. */
export interface Reader {
  /** Resolves when the step under way is done and its place is saved. */
  stop(): Promise<void>;
}

/**
 * Runs `step` again and again: at once while it resolves to true ("there is more"), else after `everyMs`. A step
 * that throws is told to `mishap` and tried again. `last` runs once at the end.
 */
export function poll(
  step: () => Promise<boolean>,
  last: () => Promise<void>,
  everyMs: number,
  mishap: (text: string) => void,
): Reader {
  let stopped = false;
  let wake: () => void = () => undefined;
  const rest = (): Promise<void> =>
    new Promise((done) => {
      const timer = setTimeout(done, everyMs);
      wake = () => {
        clearTimeout(timer);
        done();
      };
    });
  const told = async (work: () => Promise<boolean>): Promise<boolean> => {
    try {
      return await work();
    } catch (error) {
      mishap(error instanceof Error ? (error.stack ?? error.message) : String(error));
      return false;
    }
  };
  const run = async (): Promise<void> => {
    while (!stopped) {
      const more = await told(step);
      if (!more && !stopped) await rest();
    }
    await told(async () => {
      await last();
      return false;
    });
  };
  const done = run();
  return {
    stop: async () => {
      stopped = true;
      wake();
      await done;
    },
  };
}
