import { useEffect, useSyncExternalStore } from 'react';
import { queries } from './client.ts';

/** Which reads a beat of `/api/live` makes old, by the first part of their paths; a kind that is not here: all. */
const touched: Readonly<Record<string, readonly string[]>> = {
  verdict: ['hosts', 'agreements', 'causes', 'probers', 'outages'],
  host: ['hosts', 'sales'],
  minute: ['hosts'],
  statement: ['statements', 'agreements'],
  plan: ['plans'],
  customer: ['customers', 'users', 'invitations'],
  agreement: ['agreements', 'signer'],
  drill: ['hosts', 'drills'],
};

const longestMs = 60_000;
let line: 'open' | 'broken' = 'open';
const listeners = new Set<() => void>();

function turn(now: typeof line): void {
  if (now === line) return;
  line = now;
  for (const listener of listeners) listener();
}

/** Whether the line to the server stands; broken: what is shown may be old. */
export function useLine(): 'open' | 'broken' {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => line,
  );
}

/** While a frame is open, what moves at the centre is read anew here. Comes back by itself, ever more patiently. */
export function useLive(when: boolean): void {
  useEffect(() => {
    if (!when) return undefined;
    let source: EventSource | null = null;
    let timer: number | undefined;
    let waitMs = 1000;
    let gone = false;
    const open = (): void => {
      source = new EventSource('/api/live');
      source.onopen = () => {
        // What moved while the line was broken was not kept.
        if (line === 'broken') void queries.invalidateQueries();
        waitMs = 1000;
        turn('open');
      };
      source.onmessage = ({ data }: MessageEvent<string>) => hear(data);
      source.onerror = () => {
        source?.close();
        if (gone) return;
        turn('broken');
        // A spread, so that not everybody comes back in the same moment.
        timer = window.setTimeout(open, waitMs * (0.5 + Math.random()));
        waitMs = Math.min(longestMs, waitMs * 2);
      };
    };
    open();
    return () => {
      gone = true;
      window.clearTimeout(timer);
      source?.close();
      turn('open');
    };
  }, [when]);
}

function hear(data: string): void {
  const { kind }: { kind?: unknown } = JSON.parse(data);
  const roots = touched[String(kind)];
  void queries.invalidateQueries({
    predicate: ({ queryKey: [path] }) =>
      roots === undefined || roots.includes(String(path).split('/')[1] ?? ''),
  });
}
