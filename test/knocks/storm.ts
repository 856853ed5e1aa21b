import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { sql } from 'drizzle-orm';
import { openDatabase, query } from '../../src/db/connection.ts';
import { bucketUpMs, type HostMinute, mergeHosts } from '../../src/measure/minute.ts';
import { unpackMinute } from '../../src/measure/pack.ts';
import { install, newFolder, until } from '../system/installation.ts';
import { rolesOf } from './killer.ts';

/**
 * `npm run storm -- [--for 30]`: wrk (2 threads, 64 connections) against the demo host of a real installation while it
 * is checked every two seconds. Exit status 1 when a check failed, a minute is not true or memory grew.
 */

const run = promisify(execFile);
const minuteMs = 60_000;
/** What half a minute of this may leave behind. */
const growthMb = 64;
/** Answers under way when wrk ends, at most, in both runs: it counts only whole ones. */
const underWay = 2 * 64;

async function memoryMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024);
}

/** wrk's own figures: requests, its errors, and its latencies by share, ms. */
function readWrk(text: string) {
  const unit = { us: 0.001, ms: 1, s: 1000 };
  const ms = (label: string): number => {
    const parts = new RegExp(`${label}\\s+([\\d.]+)(us|ms|s)`).exec(text);
    return parts === null ? Number.NaN : Number(parts[1]) * unit[parts[2] as keyof typeof unit];
  };
  const max = /Latency\s+\S+\s+\S+\s+([\d.]+)(us|ms|s)/.exec(text)!;
  return {
    requests: Number(/(\d+) requests in/.exec(text)?.[1]),
    perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(text)?.[1]),
    errors: Number(/Socket errors: .*timeout (\d+)/.exec(text)?.[1] ?? 0),
    odd: Number(/Non-2xx or 3xx responses: (\d+)/.exec(text)?.[1] ?? 0),
    p50: ms('50%'),
    p99: ms('99%'),
    max: Number(max[1]) * unit[max[2] as keyof typeof unit],
  };
}

/** The upper edge of the bucket in which the share of requests lies, ms. */
function quantile(buckets: Uint32Array, share: number): number {
  const all = buckets.reduce((sum, count) => sum + count, 0);
  let sum = 0;
  const i = buckets.findIndex((count) => {
    sum += count;
    return sum >= all * share;
  });
  return bucketUpMs(i);
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { for: { type: 'string', default: '30' } } });
  const seconds = Number(values.for);
  const ending: (() => unknown)[] = [];
  const t = { after: (work: () => unknown) => void ending.push(work) };
  const folder = await mkdtemp(join(tmpdir(), 'hostpledge-storm-'));
  try {
    const data = await newFolder(t);
    const one = await install(t, data);
    const plane = (await rolesOf(one.ready.pid)).get('plane')!;
    const args = ['-t2', '-c64', '--latency', '-H', 'Host: demo.localhost', one.ready.hosts.http];
    const began = Date.now();
    const warm = readWrk((await run('wrk', [...args, '-d3s'])).stdout);
    const before = await memoryMb(plane);
    const { stdout } = await run('wrk', [...args, `-d${seconds}s`]);
    const ended = Date.now();
    const after = await memoryMb(plane);
    const wrk = readWrk(stdout);
    // The last minute of the storm is over, and its grace too.
    await until(
      90_000,
      'the last minute',
      async () => Date.now() > (Math.floor(ended / minuteMs) + 1) * minuteMs + 9000,
    );
    await one.end();
    const seen = await look(data, began, ended);
    const answered = warm.requests + wrk.requests;
    const faults = [
      ...(seen.failed > 0 ? [`${seen.failed} checks failed`] : []),
      ...(seen.requests < answered || seen.requests > answered + underWay
        ? [`wrk had ${answered} answers, the minutes have ${seen.requests}`]
        : []),
      ...(seen.slowest > wrk.max + seen.loopDelayMs + 2 ? ['a minute is slower than any answer was'] : []),
      ...(after - before > growthMb ? [`the plane grew by ${after - before} MB`] : []),
      ...(wrk.odd + wrk.errors > 0 ? [`${wrk.odd} odd answers, ${wrk.errors} errors`] : []),
    ];
    const { buckets, ...figures } = seen;
    const shares = { 'minutes p50 ≤': quantile(buckets, 0.5), 'minutes p99 ≤': quantile(buckets, 0.99) };
    console.table({
      ...Object.fromEntries(Object.entries(wrk).map(([key, value]) => [`wrk ${key}`, value])),
      'wrk requests with warming': answered,
      ...figures,
      ...shares,
      'plane before, MB': before,
      'plane after, MB': after,
    });
    for (const fault of faults) console.error(fault);
    return faults.length === 0 ? 0 : 1;
  } finally {
    for (const end of ending.reverse()) await end();
    await rm(folder, { recursive: true });
  }
}

/** What the store has of the storm's minutes, and failed checks. */
async function look(data: string, began: number, ended: number) {
  const database = await openDatabase(null, data);
  try {
    const rows = await query<{ minute: string; part: number; packed: Uint8Array }>(
      database.db,
      sql`select minute, part, packed from minutes where plane = 'p1'
          and minute >= ${began - (began % minuteMs)} and minute <= ${ended}`,
    );
    const minutes = rows.map(({ minute, part, packed }) => unpackMinute('p1', Number(minute), part, packed));
    const hosts = minutes.flatMap((one) => one.hosts.filter(({ host }) => host === 'h000001'));
    const sum = hosts.reduce<HostMinute | null>(
      (all, one) => (all === null ? one : mergeHosts(all, one)),
      null,
    )!;
    const [turns] = await query<{ failed: string }>(
      database.db,
      sql`select count(*) as failed from turns where vantage = 'inside' and result = 'fail' and at >= ${began}`,
    );
    const loopDelayMs = Math.max(...minutes.map((one) => one.loopDelayMs));
    const { requests, measured, slowest, buckets } = sum;
    return { requests, measured, slowest, loopDelayMs, failed: Number(turns?.failed), buckets };
  } finally {
    await database.close();
  }
}

process.exitCode = await main();
