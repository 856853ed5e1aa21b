const hourMs = 3_600_000;

/** Sweeps now, as a plane that is started often would never come to it else, and then every hour. Returns what ends it. */
export function startSweep(
  sweep: (stop: AbortSignal) => Promise<void>,
  everyMs = hourMs,
): () => Promise<void> {
  const stop = new AbortController();
  let under: Promise<void> | null = null;
  const begin = () => {
    under ??= sweep(stop.signal).finally(() => {
      under = null;
    });
  };
  const timer = setInterval(begin, everyMs);
  timer.unref();
  begin();
  return async () => {
    clearInterval(timer);
    stop.abort();
    await under;
  };
}
