import assert from 'node:assert/strict';
import { accessLine } from '../../src/hosting/access.ts';
import { mergeMinutes, type PlaneMinute } from '../../src/measure/minute.ts';
import { AccessSummer } from '../../src/measure/readers/access.ts';
import { type NaiveHost, naive } from './naive.ts';
import type { Random } from './random.ts';
import { type FuzzTarget, tryInputs, withoutSome } from './target.ts';

/** A log as pieces (lines, and what is none), and where it is cut into chunks and saved. */
interface Log {
  readonly pieces: readonly Buffer[];
  readonly cuts: readonly number[];
  /** After so many chunks another summer goes on from what the first one saved; −1: never. */
  readonly handOver: number;
}

const start = 1_793_500_020_000;

/** The reader of the access log against a second one that takes a line at a time, field by field, as text. */
export const log: FuzzTarget = {
  name: 'log',
  about:
    'the access log’s sums are those of a naive reader, wherever it is cut, whatever stands between its lines',
  run: (random, count) =>
    tryInputs<Log>(random, count, {
      make,
      check,
      *smaller(input) {
        for (const pieces of withoutSome(input.pieces)) yield { ...input, pieces };
        if (input.cuts.length > 0) yield { ...input, cuts: [], handOver: -1 };
      },
      show: ({ pieces }) => Buffer.concat(pieces),
    }),
};

function make(random: Random): Log {
  const pieces = Array.from({ length: 1 + random.size(12) }, (_, i) => piece(random, i));
  const length = pieces.reduce((sum, one) => sum + one.length, 0);
  const cuts = Array.from({ length: random.size(30) }, () => random.below(length + 1)).sort((a, b) => a - b);
  return { pieces, cuts, handOver: random.chance(0.15) ? random.below(cuts.length + 1) : -1 };
}

function piece(random: Random, i: number): Buffer {
  const line = Buffer.from(good(random, i), 'latin1');
  if (random.chance(0.6)) return line;
  const kind = random.below(8);
  if (kind === 0) return random.bytes(random.size(400));
  if (kind === 1) return line.subarray(0, random.below(line.length));
  if (kind === 2) return Buffer.from('\n'.repeat(random.size(5)));
  if (kind === 3 && random.chance(0.02)) return Buffer.alloc(random.between(65_000, 140_000), 'x');
  // As long as a line may be, and one byte longer or shorter.
  if (kind === 3 && random.chance(0.02)) {
    const more = 65_536 + random.between(-2, 2) - line.length;
    return Buffer.concat([line.subarray(0, -1), Buffer.alloc(more, 'x'), Buffer.from('\n')]);
  }
  if (kind === 4) {
    const fields = line.toString('latin1').split('\t');
    fields[random.below(fields.length)] = random.pick(forged);
    return Buffer.from(fields.join('\t'), 'latin1');
  }
  const bytes = Buffer.from(line);
  for (let left = 1 + random.size(4); left > 0; left -= 1) {
    bytes[random.below(bytes.length)] = random.chance(0.5)
      ? random.below(256)
      : random.pick([9, 10, 0, 45, 46, 48, 58, 47]);
  }
  return bytes;
}

const forged = [
  '',
  '-',
  '--',
  '0',
  '-1.000',
  '1.0',
  '1.0000',
  '.000',
  '00000000.000',
  '000000001.000',
  '2073600.000',
  '2073600.001',
  '2000000.000, 1000000.000',
  '99999999999.999',
  '1793500020.0a0',
  '1793500020,000',
  '0.001, 0.002',
  '-, 0.002 : 0.003',
  '0.001,0.002',
  '000',
  '0200',
  '999',
  '2x0',
  '999999999999999',
  '9999999999999999',
  'x'.repeat(300),
  'text/event-stream',
  'TEXT/EVENT-STREAM; charset=utf-8',
  'text/event-strea',
  'a\rb',
  '\u007f\u00ff',
] as const;

function good(random: Random, i: number): string {
  const durationMs = random.chance(0.1) ? random.below(200_000) : random.below(2000);
  const asked = random.chance(0.6);
  return accessLine({
    host: random.pick(['a.example', 'www.bb.example', 'c', '', 'longer-than-others.example.org']),
    endedMs: start + i * random.below(40_000) + random.below(1000),
    durationMs,
    headMs: random.chance(0.1) ? null : random.below(durationMs + 3),
    upstreamHeadMs: asked && random.chance(0.9) ? random.below(durationMs + 1) : null,
    upstreamDurationMs: asked ? durationMs : null,
    status: random.pick([0, 101, 200, 304, 404, 502]),
    bytesIn: random.size(2 ** 30),
    bytesOut: random.size(2 ** 40),
    client: `10.0.0.${random.below(6)}`,
    probe: random.pick(['', '', '', 'mark']),
    type: random.pick(['', 'text/html', 'text/event-stream']),
    scheme: 'http',
    method: 'GET',
    target: '/',
    referer: '',
    agent: '',
  });
}

/** As `isProbeMark`: a mark of ours holds for ten minutes around the moment at which it was made. */
const isOurs = (host: string, endedMs: number): boolean =>
  host === 'c' && Math.abs(endedMs - start - 200_000) <= 600_000;
const options = { plane: 'p', names: null, isOurs, empty: false };

function check({ pieces, cuts, handOver }: Log): void {
  const bytes = Buffer.concat(pieces);
  const now = start + 400_000;
  const expected = naive(bytes, now + 60_000, isOurs);
  const told: PlaneMinute[] = [];
  let summer = new AccessSummer(options);
  let [lines, malformed] = [0, 0];
  const edges = [0, ...cuts.filter((cut) => cut <= bytes.length), bytes.length];
  for (let i = 0; i + 1 < edges.length; i += 1) {
    // Into memory of its own, of just that size: nothing may be read beyond it.
    summer.feed(Buffer.from(Uint8Array.prototype.slice.call(bytes, edges[i], edges[i + 1])), now);
    const fed = bytes.subarray(0, edges[i + 1]);
    assert.equal(summer.pending, fed.length - (fed.lastIndexOf(10) + 1), 'where a reader goes on');
    if (i !== handOver) continue;
    told.push(...summer.take(i + 1));
    const saved = summer.save();
    const torn = fed.subarray(fed.lastIndexOf(10) + 1);
    [lines, malformed] = [lines + summer.lineCount, malformed + summer.malformed];
    summer = new AccessSummer(options);
    summer.load(saved);
    summer.feed(Buffer.from(torn), now);
  }
  summer.close();
  told.push(...summer.take(edges.length + 1));
  assert.equal(lines + summer.lineCount, expected.lines);
  assert.equal(malformed + summer.malformed, expected.malformed);
  const found = sums(told);
  // Told apart as text first: walking through both costs more than reading the log.
  if (JSON.stringify(found) !== JSON.stringify(expected.hosts)) assert.deepEqual(found, expected.hosts);
}

/** By minute and host, parts together. */
function sums(told: readonly PlaneMinute[]): Record<string, NaiveHost> {
  const minutes = new Map<number, PlaneMinute>();
  for (const one of told) {
    const known = minutes.get(one.minute);
    minutes.set(one.minute, known === undefined ? one : mergeMinutes(known, one));
  }
  const hosts: Record<string, NaiveHost> = {};
  for (const { minute, hosts: list } of minutes.values()) {
    for (const { host, clients: _, busiest: __, buckets, statuses, ...rest } of list) {
      hosts[`${minute} ${host}`] = { ...rest, statuses: [...statuses], buckets: [...buckets] };
    }
  }
  return Object.fromEntries(Object.entries(hosts).sort(([a], [b]) => (a < b ? -1 : 1)));
}
