import { closeSync, openSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { accessLine } from '../src/hosting/access.ts';
import { AccessSummer } from '../src/measure/readers/access.ts';
import { timed } from './process.ts';
import type { Bench, Report } from './report.ts';
import { alternate, cost, dice, median, quotient, type Sample } from './rounds.ts';

/**
 * Sums a log of 1,000 hosts (Zipf), 150,000 visitors and four hours with the product's reader and, beside it in
 * the same run, with mawk (the same sums without quantiles or clients).
 */
export const bench: Bench = {
  name: 'reader',
  about:
    'reads an access log into minutes per host, beside mawk (which makes no quantiles and counts no clients)',
  peers: { mawk: 'apt: mawk' },
  run: compare,
};

const hosts = 1000;
const startMs = 1_793_500_020_000;

/** The child's part: one pass in a fresh process, its figures as JSON. */
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

async function compare(report: Report): Promise<void> {
  const lines = report.quick ? 20_000 : 1_000_000;
  const file = join(report.folder, 'access.log');
  write(file, lines);
  const awk = join(report.folder, 'sums.awk');
  writeFileSync(awk, sums);
  const ours = () => timed(process.execPath, [import.meta.filename, 'sum', file]);
  const mawk = () => timed('mawk', ['-f', awk, file]);
  const hasMawk = report.has('mawk');
  const all = await alternate(report.rounds, hasMawk ? { ours, mawk } : { ours, mawk: ours });
  const perMillion = (sample: Sample) => (sample.cpuS / lines) * 1e6;
  const mine = all.ours.map(perMillion);
  const theirs = all.mawk.map(perMillion);
  report.line({
    what: 'a line into its host and minute',
    unit: 'CPU s/million lines',
    ours: median(mine),
    ...cost(all.ours),
    peer: { name: 'mawk', figure: hasMawk ? median(theirs) : null },
    ratio: hasMawk ? quotient(mine, theirs) : undefined,
    goal: { of: 'ratio', atMost: 0.3 },
  });
}

const sums = `BEGIN { FS = "\\t" }
{ v = ($5 == "-") ? $4 : $5; m = int($2 - $3 + $4); m -= m % 60; k = $1 SUBSEP m
  n[k]++; out[k] += $9; inn[k] += $8; s[k, substr($7, 1, 1)]++; if (v > 1.5) slow[k]++; if (v > max[k]) max[k] = v }
END { for (k in n) { groups++; all += n[k]; sl += slow[k] } print groups, all, sl }
`;

function write(file: string, lines: number): void {
  const roll = dice(1);
  const gauss = (): number => Math.sqrt(-2 * Math.log(roll() + 1e-12)) * Math.cos(6.283185307 * roll());
  const shares: number[] = [];
  for (let i = 0; i < hosts; i += 1) shares.push((shares[i - 1] ?? 0) + 1 / (i + 1));
  const pick = (): number => {
    const at = roll() * shares.at(-1)!;
    return shares.findIndex((share) => share >= at);
  };
  const log = openSync(file, 'w');
  let text: string[] = [];
  for (let i = 0; i < lines; i += 1) {
    const tookMs = Math.round(Math.exp(3 + 1.3 * gauss()));
    const script = roll() < 0.65;
    const visitor = Math.floor(roll() * roll() * 150_000);
    text.push(
      accessLine({
        host: `www.site${pick()}.example.com`,
        endedMs: startMs + Math.floor((i / lines) * 14_400_000) + tookMs,
        durationMs: tookMs + 2,
        headMs: tookMs,
        upstreamHeadMs: script ? tookMs : null,
        upstreamDurationMs: script ? tookMs + 1 : null,
        status: roll() < 0.9 ? 200 : roll() < 0.8 ? 404 : 502,
        bytesIn: 300 + Math.floor(roll() * 400),
        bytesOut: Math.floor(Math.exp(8.5 + 1.6 * gauss())),
        client: `10.${visitor >> 16}.${(visitor >> 8) & 255}.${visitor & 255}`,
        probe: '',
        type: 'text/html; charset=UTF-8',
        scheme: 'https',
        method: 'GET',
        target: `/news/article/${Math.floor(roll() * 400)}.html?ref=home`,
        referer: roll() < 0.4 ? '' : 'https://www.example.com/search',
        agent:
          'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36',
      }),
    );
    if (text.length === 20_000 || i === lines - 1) {
      writeSync(log, text.join(''));
      text = [];
    }
  }
  closeSync(log);
}

if (import.meta.main && process.argv[2] === 'sum') sum(process.argv[3]!);
