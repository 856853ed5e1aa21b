import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accessLine } from '../src/hosting/access.ts';
import { AccessSummer } from '../src/measure/readers/access.ts';

/**
 * `node bench/reader.ts [LINES] [ROUNDS]`: sums a log of 1,000 hosts (Zipf), 150,000 visitors and four hours with
 * the product's reader and, beside it in the same run, with mawk (the same sums without quantiles or clients).
 */
const lines = Number(process.argv[2] ?? 1_000_000);
const rounds = Number(process.argv[3] ?? 3);
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

function compare(): void {
  const folder = mkdtempSync(join(tmpdir(), 'hostpledge-reader-'));
  try {
    const file = join(folder, 'access.log');
    write(file);
    const awk = join(folder, 'sums.awk');
    writeFileSync(awk, sums);
    const shell = join(folder, 'timed.sh');
    writeFileSync(shell, 'mawk -f "$1" "$2"; times\n');
    for (let round = 0; round < rounds; round += 1) {
      const ours = JSON.parse(
        spawnSync(process.execPath, [import.meta.filename, 'sum', file]).stdout.toString(),
      );
      const rate = Math.round(ours.lineCount / ours.wallS);
      const perMillion = (ours.cpuS / ours.lineCount) * 1e6;
      console.log(
        `reader: ${rate} lines/s, ${perMillion.toFixed(3)} CPU s per million, ${ours.peakMb.toFixed(0)} MB at most; ` +
          `${ours.minutes} host-minutes, ${ours.requests} requests, ${ours.slow} slow, ${ours.malformed} not understood`,
      );
      const mawk = spawnSync('sh', [shell, awk, file]).stdout.toString();
      console.log(`mawk:   ${mawk.trim().replaceAll('\n', ' | ')}`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const sums = `BEGIN { FS = "\\t" }
{ v = ($5 == "-") ? $4 : $5; m = int($2 - $3 + $4); m -= m % 60; k = $1 SUBSEP m
  n[k]++; out[k] += $9; inn[k] += $8; s[k, substr($7, 1, 1)]++; if (v > 1.5) slow[k]++; if (v > max[k]) max[k] = v }
END { for (k in n) { groups++; all += n[k]; sl += slow[k] } print groups, all, sl }
`;

function write(file: string): void {
  let seed = 1;
  const dice = (): number => {
    seed ^= seed << 13;
    seed ^= seed >>> 17;
    seed ^= seed << 5;
    return (seed >>> 0) / 4_294_967_296;
  };
  const gauss = (): number => Math.sqrt(-2 * Math.log(dice() + 1e-12)) * Math.cos(6.283185307 * dice());
  const shares: number[] = [];
  for (let i = 0; i < hosts; i += 1) shares.push((shares[i - 1] ?? 0) + 1 / (i + 1));
  const pick = (): number => {
    const at = dice() * shares.at(-1)!;
    return shares.findIndex((share) => share >= at);
  };
  const log = openSync(file, 'w');
  let text: string[] = [];
  for (let i = 0; i < lines; i += 1) {
    const tookMs = Math.round(Math.exp(3 + 1.3 * gauss()));
    const script = dice() < 0.65;
    const visitor = Math.floor(dice() * dice() * 150_000);
    text.push(
      accessLine({
        host: `www.site${pick()}.example.com`,
        endedMs: startMs + Math.floor((i / lines) * 14_400_000) + tookMs,
        durationMs: tookMs + 2,
        headMs: tookMs,
        upstreamHeadMs: script ? tookMs : null,
        upstreamDurationMs: script ? tookMs + 1 : null,
        status: dice() < 0.9 ? 200 : dice() < 0.8 ? 404 : 502,
        bytesIn: 300 + Math.floor(dice() * 400),
        bytesOut: Math.floor(Math.exp(8.5 + 1.6 * gauss())),
        client: `10.${visitor >> 16}.${(visitor >> 8) & 255}.${visitor & 255}`,
        probe: '',
        type: 'text/html; charset=UTF-8',
        scheme: 'https',
        method: 'GET',
        target: `/news/article/${Math.floor(dice() * 400)}.html?ref=home`,
        referer: dice() < 0.4 ? '' : 'https://www.example.com/search',
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

if (process.argv[2] === 'sum') sum(process.argv[3]!);
else compare();
