import assert from 'node:assert';
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { accessLine } from '../src/hosting/access.ts';
import { timed } from './process.ts';
import type { Bench, Report } from './report.ts';
import { alternate, cost, dice, median, quotient, type Sample } from './rounds.ts';

/**
 * Sums a log of 1,000 hosts (Zipf), 150,000 visitors and four hours with the product's reader and, beside it in
 * the same run, with mawk (the same sums without quantiles or clients) and with C that trusts every byte
 * (limit.c).
 */
export const bench: Bench = {
  name: 'reader',
  about:
    'reads an access log into minutes per host, beside mawk (no quantiles, no clients) and beside C (nothing checked)',
  peers: { mawk: 'apt: mawk', cc: 'apt: gcc' },
  run: compare,
};

const hosts = 1000;
const startMs = 1_793_500_020_000;

async function compare(report: Report): Promise<void> {
  const lines = report.quick ? 20_000 : 5_000_000;
  const file = join(report.folder, 'access.log');
  write(file, lines);
  const awk = join(report.folder, 'sums.awk');
  writeFileSync(awk, sums);
  const c = await compiled(report);
  const ours = () => timed(process.execPath, [join(import.meta.dirname, 'pass.ts'), file]);
  const mawk = report.has('mawk') ? () => timed('mawk', ['-f', awk, file]) : null;
  const limit = c === null ? null : () => timed(c, [file]);
  const all = await alternate(report.rounds, { ours, mawk: mawk ?? ours, limit: limit ?? ours });
  const found = all.ours.map(({ stdout }) => JSON.parse(stdout));
  assert(found.every(({ lineCount, malformed }) => lineCount === lines && malformed === 0));
  if (limit !== null) {
    const { minutes, requests, slow, bytesOut } = found[0];
    assert.equal(all.limit[0]!.stdout.trim(), [minutes, requests, slow, bytesOut].join(' '));
  }
  const perMillion = (sample: Sample) => (sample.cpuS / lines) * 1e6;
  const mine = all.ours.map(perMillion);
  const beside = (name: string, samples: readonly Sample[] | null, atMost: number): void => {
    const theirs = samples?.map(perMillion) ?? null;
    report.line({
      what: 'a line into its host and minute, the whole process',
      unit: 'CPU s/million lines',
      ours: median(mine),
      ...cost(all.ours),
      peer: { name, figure: theirs === null ? null : median(theirs) },
      ratio: theirs === null ? undefined : quotient(mine, theirs),
      goal: { of: 'ratio', atMost },
    });
  };
  beside('mawk', mawk === null ? null : all.mawk, 0.3);
  beside('C that checks nothing', limit === null ? null : all.limit, 3.5);
  report.line({
    what: 'the same, without the start of the process',
    unit: 'CPU s/million lines',
    ours: median(found.map(({ cpuS }) => (cpuS / lines) * 1e6)),
    goal: { of: 'ours', atMost: 0.25 },
  });
}

/** limit.c as a program; null without a compiler. */
async function compiled(report: Report): Promise<string | null> {
  if (!report.has('cc')) return null;
  const program = join(report.folder, 'limit');
  const source = join(import.meta.dirname, 'limit.c');
  const { code, stderr } = await timed('cc', ['-O3', '-march=native', source, '-o', program, '-lm']);
  assert.equal(code, 0, stderr);
  return program;
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
