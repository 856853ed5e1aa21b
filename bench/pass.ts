import { closeSync, openSync, readSync } from 'node:fs';
import { AccessSummer } from '../src/measure/readers/access.ts';

/** `node bench/pass.ts FILE`: the part of reader.ts in a process of its own, one pass over a log; its figures as JSON. */
function sum(file: string): void {
  const summer = new AccessSummer({ plane: 'bench', names: null, isOurs: () => false });
  const chunk = Buffer.alloc(1 << 18);
  const log = openSync(file, 'r');
  const totals = { minutes: 0, requests: 0, slow: 0, bytesOut: 0, clients: 0 };
  const from = performance.now();
  const begun = process.cpuUsage();
  const drain = (): void => {
    for (const minute of summer.take(1)) {
      for (const host of minute.hosts) {
        totals.minutes += 1;
        totals.requests += host.requests;
        totals.slow += host.slow;
        totals.bytesOut += host.bytesOut;
        totals.clients += host.clients;
      }
    }
  };
  for (let n = readSync(log, chunk); n > 0; n = readSync(log, chunk)) {
    summer.feed(chunk.subarray(0, n));
    if (summer.ready > 0) drain();
  }
  summer.close();
  drain();
  closeSync(log);
  const { user, system } = process.cpuUsage(begun);
  const { lineCount, malformed } = summer;
  const wallS = (performance.now() - from) / 1000;
  const peakMb = process.resourceUsage().maxRSS / 1024;
  console.log(
    JSON.stringify({ lineCount, malformed, ...totals, wallS, cpuS: (user + system) / 1e6, peakMb }),
  );
}

if (import.meta.main) sum(process.argv[2]!);
