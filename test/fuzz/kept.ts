import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { accessLine } from '../../src/hosting/access.ts';
import { bucketCount } from '../../src/measure/minute.ts';
import { packMinute, unpackMinute } from '../../src/measure/pack.ts';
import { AccessSummer } from '../../src/measure/readers/access.ts';
import { CorruptError } from '../../src/measure/varint.ts';
import { decodeRecord, encodePayload, frame, scan } from '../../src/wire/segment.ts';
import type { Random } from './random.ts';
import { type FuzzTarget, tryInputs, withoutBytes } from './target.ts';

/** Bytes that we once wrote and that a disk, or somebody, changed. */
interface Damaged {
  readonly kind: (typeof kinds)[number];
  readonly bytes: Buffer;
}

const kinds = ['minute', 'places', 'spool'] as const;
const start = 1_793_500_020_000;

/** Spool files, packed minutes and readers' saved places with damaged bytes. */
export const kept: FuzzTarget = {
  name: 'kept',
  about:
    'of damaged spools, packed minutes and saved places nothing is read that was not written, and nothing else breaks',
  run: (random, count) =>
    tryInputs<Damaged>(random, count, {
      make: (own) => {
        const kind = own.pick(kinds);
        return { kind, bytes: damaged(own, whole[kind]) };
      },
      check: ({ kind, bytes }) => checks[kind](bytes),
      *smaller({ kind, bytes }) {
        for (const fewer of withoutBytes(bytes)) yield { kind, bytes: fewer };
      },
      show: ({ bytes }) => bytes,
    }),
};

const records = Array.from({ length: 6 }, (_, i) => ({
  kind: 'minutes',
  body: { i, text: 'x'.repeat(i * 7) },
}));
const host = {
  measured: 30,
  slowest: 900,
  slow: 0,
  requests: 29,
  bytesIn: 12_345,
  bytesOut: 6_543_210,
  statuses: [0, 20, 5, 3, 1, 0] as const,
  clients: 12,
  busiest: 6,
  long: 2,
  buckets: Uint32Array.from({ length: bucketCount }, (_, i) => (i % 5 === 0 ? i : 0)),
};

const whole: Readonly<Record<Damaged['kind'], Buffer>> = {
  minute: packMinute({
    plane: 'p',
    minute: start,
    part: 0,
    loopDelayMs: 3,
    hosts: ['a', 'h000001', 'h000002', 'h0000020'].map((name) => ({ ...host, host: name })),
  }),
  places: savedPlaces(),
  spool: Buffer.concat(records.map(({ kind, body }, i) => frame(i + 7, encodePayload(kind, body)))),
};

function savedPlaces(): Buffer {
  const summer = new AccessSummer({ plane: 'p', names: null, isOurs: () => true });
  for (let i = 0; i < 40; i += 1) summer.feed(Buffer.from(line(i)));
  return summer.save();
}

function line(i: number): string {
  return accessLine({
    host: `h${i % 3}`,
    endedMs: start + i * 100,
    durationMs: 5,
    headMs: 4,
    upstreamHeadMs: null,
    upstreamDurationMs: null,
    status: 200,
    bytesIn: i,
    bytesOut: i,
    client: `c${i}`,
    probe: i === 3 ? 'mark' : '',
    type: '',
    scheme: 'http',
    method: 'GET',
    target: '/',
    referer: '',
    agent: '',
  });
}

function damaged(random: Random, bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  const at = random.below(copy.length);
  const kind = random.below(6);
  if (kind === 0) return copy.subarray(0, at);
  if (kind === 1)
    return Buffer.concat([copy.subarray(0, at), random.bytes(random.size(40)), copy.subarray(at)]);
  if (kind === 2)
    return Buffer.concat([copy.subarray(0, at), copy.subarray(Math.min(copy.length, at + random.size(60)))]);
  if (kind === 3) return copy.fill(0, at);
  for (let left = 1 + random.size(5); left > 0; left -= 1) {
    copy[random.below(copy.length)] = random.pick([0, 1, 0x7f, 0x80, 0xff, random.below(256)]);
  }
  return copy;
}

const checks: Readonly<Record<Damaged['kind'], (bytes: Buffer) => void>> = {
  minute(bytes) {
    const read = unlessCorrupt(() => unpackMinute('p', start, 0, bytes));
    if (read === null) return;
    // It is a minute, if another one: the same goes in and comes out.
    const again = unpackMinute('p', start, 0, packMinute(read));
    assert.deepEqual(again.hosts.length, read.hosts.length);
  },
  places(bytes) {
    const summer = new AccessSummer({ plane: 'p', names: null, isOurs: () => true, empty: false });
    if (unlessCorrupt(() => summer.load(bytes)) === null) return;
    for (let i = 0; i < 5; i += 1) summer.feed(Buffer.from(line(i)));
    summer.close();
    summer.take(1);
    summer.save();
  },
  spool(bytes) {
    const { count, end } = scan(bytes, 7);
    assert.ok(count <= records.length && end <= bytes.length);
    let at = 0;
    for (let i = 0; i < count; i += 1) {
      const read = decodeRecord(bytes, at, i + 7);
      assert(read !== null);
      const { kind, body } = read.record;
      assert.ok(isDeepStrictEqual({ kind, body }, records[i]), `record ${i} is another one`);
      at = read.end;
    }
  },
};

/** Null for bytes that are told to be corrupt; anything else that is thrown is a fault of ours. */
function unlessCorrupt<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof CorruptError) return null;
    throw error;
  }
}
