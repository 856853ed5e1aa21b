import { createInterface } from 'node:readline';
import type { FtpTarget, WebTarget } from '../src/measure/probe.ts';
import { probeFtp } from '../src/measure/probes/ftp.ts';
import { startScheduler } from '../src/measure/probes/scheduler.ts';
import { probeWeb } from '../src/measure/probes/web.ts';
import { realWorld } from '../src/measure/probes/world.ts';
import type { Reading } from '../src/measure/reading.ts';

/** What `bench/probe.ts` asks of the prober that stands here in a process of its own, warm like the real one. */
export type Order =
  | {
      readonly do: 'look';
      readonly looks: readonly Look[];
      readonly concurrency: number;
      readonly count: number;
    }
  | { readonly do: 'round'; readonly looks: readonly Look[]; readonly intervalMs: number };

export type Look =
  | { readonly kind: 'web'; readonly target: Omit<WebTarget, 'key'> }
  | { readonly kind: 'ftp'; readonly target: FtpTarget };

export interface Looked {
  readonly passed: number;
  readonly fails: Readonly<Record<string, number>>;
  readonly missed: number;
  readonly cpuS: number;
  readonly wallS: number;
  readonly peakMb: number;
}

const world = realWorld();
const key = Buffer.alloc(32, 7);

function look(one: Look): Promise<Reading> {
  return one.kind === 'web' ? probeWeb({ ...one.target, key }, world) : probeFtp(one.target, world);
}

/** The results as the scheduler keeps them: the last one of each target, and how often it was so. */
class Kept {
  readonly runs = new Map<string, { result: string; count: number }>();
  readonly fails: Record<string, number> = {};
  passed = 0;

  take(reading: Reading): void {
    const run = this.runs.get(reading.target);
    if (run?.result === reading.result) run.count += 1;
    else this.runs.set(reading.target, { result: reading.result, count: 1 });
    if (reading.result === 'pass') this.passed += 1;
    else this.fails[reading.code] = (this.fails[reading.code] ?? 0) + 1;
  }
}

async function lookAt({ looks, concurrency, count }: Order & { do: 'look' }, record: Kept): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) record.take(await look(looks[next++ % looks.length]!));
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
}

/** One whole round of the scheduler, beginning now: how many slots were missed. */
function roundOf({ looks, intervalMs }: Order & { do: 'round' }, record: Kept): Promise<number> {
  const targets = looks.map((one, i) => ({
    id: `t${i}`,
    check: one.kind,
    phase: Math.floor((i / looks.length) * 65_536),
    one,
  }));
  const shiftMs = intervalMs - (Date.now() % intervalMs);
  return new Promise((resolve) => {
    const scheduler = startScheduler<(typeof targets)[number]>({
      intervalMs,
      concurrency: 50,
      now: () => Date.now() + shiftMs,
      probe: async (target) => {
        const reading = await look(target.one);
        record.take(reading);
        return reading;
      },
      onMishap: (error, id) => console.error(`${id}: ${String(error)}`),
      onRound: (round) => {
        resolve(round.missed.length);
        // The next round has begun by now, and ends here.
        scheduler.stop();
      },
    });
    scheduler.setTargets(targets, 1);
  });
}

async function obey(order: Order): Promise<Looked> {
  const record = new Kept();
  const cpu = process.cpuUsage();
  const began = performance.now();
  let missed = 0;
  if (order.do === 'look') await lookAt(order, record);
  else missed = await roundOf(order, record);
  const { user, system } = process.cpuUsage(cpu);
  return {
    passed: record.passed,
    fails: record.fails,
    missed,
    cpuS: (user + system) / 1e6,
    wallS: (performance.now() - began) / 1000,
    peakMb: process.resourceUsage().maxRSS / 1024,
  };
}

if (import.meta.main) {
  for await (const line of createInterface({ input: process.stdin })) {
    console.log(JSON.stringify(await obey(JSON.parse(line) as Order)));
  }
}
