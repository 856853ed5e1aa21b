import { bucketCount, bucketOf, type HostMinute, type PlaneMinute } from './minute.ts';
import { packSlots, unpackSlots } from './slots.ts';
import { ByteReader, ByteWriter, CorruptError } from './varint.ts';

/**
 * Minutes and days as bytes (varint.ts), made to be kept for a year: what is zero or follows from the rest is
 * left out. A host-minute with nothing but one of our own checks takes 6 bytes, a host's day with ten requests
 * about 90. Unpacking throws `CorruptError` for bytes that packing did not make.
 */
const version = 2;
/** Of a day: its values are deflated since 3. */
const dayVersion = 3;

/** What else is said of a host-minute. */
const has = { visitors: 1, slow: 2, long: 4, buckets: 8 } as const;

/** Hosts in the order of their ids, which share their beginnings; times are rounded up to whole ms. */
export function packMinute(minute: PlaneMinute): Buffer {
  const out = new ByteWriter();
  out.varint(version);
  out.varint(Math.ceil(minute.loopDelayMs));
  out.varint(minute.hosts.length);
  const rows = minute.hosts.map((host) => ({ host, name: Buffer.from(host.host) }));
  rows.sort((a, b) => Buffer.compare(a.name, b.name));
  let before = Buffer.alloc(0);
  for (const { host, name } of rows) {
    const shared = sharedLength(before, name);
    out.varint(shared);
    out.varint(name.length - shared);
    out.bytes(name.subarray(shared));
    packHost(out, host);
    before = name;
  }
  return out.done();
}

function sharedLength(a: Buffer, b: Buffer): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length += 1;
  return length;
}

function packHost(out: ByteWriter, host: HostMinute): void {
  const { requests, bytesIn, bytesOut, statuses, clients, busiest, slow, long } = host;
  const slowest = Math.ceil(host.slowest);
  const visitors = [requests, bytesIn, bytesOut, clients, busiest, ...statuses];
  const derived = derivedBuckets(host.measured, slowest);
  const flags =
    (visitors.some((n) => n > 0) ? has.visitors : 0) |
    (slow > 0 ? has.slow : 0) |
    (long > 0 ? has.long : 0) |
    (host.buckets.every((n, i) => n === derived[i]) ? 0 : has.buckets);
  out.varint(flags);
  out.varint(host.measured);
  out.varint(slowest);
  if (flags & has.visitors) for (const n of visitors) out.varint(n);
  if (flags & has.slow) out.varint(slow);
  if (flags & has.long) out.varint(long);
  if (flags & has.buckets) packBuckets(out, host.buckets);
}

/** A minute's only measured request stands in the bucket of the slowest. */
function derivedBuckets(measured: number, slowest: number): Uint32Array {
  const buckets = new Uint32Array(bucketCount);
  if (measured === 1) buckets[bucketOf(slowest)] = 1;
  return buckets;
}

function packBuckets(out: ByteWriter, buckets: Uint32Array): void {
  const filled = [...buckets.entries()].filter(([, n]) => n > 0);
  out.varint(filled.length);
  for (const [i, n] of filled) {
    out.varint(i);
    out.varint(n);
  }
}

function unpackBuckets(from: ByteReader): Uint32Array {
  const buckets = new Uint32Array(bucketCount);
  for (let left = from.count(2); left > 0; left -= 1) {
    const i = from.varint();
    if (i >= bucketCount) throw new CorruptError('a bucket that there is not');
    buckets[i] = from.varint();
  }
  return buckets;
}

/** The minute as it was packed, its hosts in the order of their ids; only those `wanted`, when they are named. */
export function unpackMinute(
  plane: string,
  minute: number,
  part: number,
  packed: Uint8Array,
  wanted: ReadonlySet<string> | null = null,
): PlaneMinute {
  const from = new ByteReader(packed);
  if (from.varint() !== version) throw new CorruptError('packed by another version of the product');
  const loopDelayMs = from.varint();
  const hosts: HostMinute[] = [];
  let before = Buffer.alloc(0);
  for (let left = from.count(5); left > 0; left -= 1) {
    const shared = from.varint();
    if (shared > before.length) throw new CorruptError('a name shares what is not there');
    const name = Buffer.concat([before.subarray(0, shared), from.bytes(from.varint())]);
    if (name.length > 1000) throw new CorruptError('a name is too long');
    const host = name.toString('utf8');
    if (wanted === null || wanted.has(host)) hosts.push(unpackHost(from, host));
    else skipHost(from);
    before = name;
  }
  from.end();
  return { plane, minute, part, loopDelayMs, hosts };
}

function unpackHost(from: ByteReader, host: string): HostMinute {
  const flags = from.varint();
  if (flags > 15) throw new CorruptError('something is said that there is not');
  const n = (): number => from.varint();
  const [measured, slowest] = [n(), n()];
  const said = (flag: number): number => (flags & flag ? n() : 0);
  const visit = (): number => said(has.visitors);
  const counts = {
    requests: visit(),
    bytesIn: visit(),
    bytesOut: visit(),
    clients: visit(),
    busiest: visit(),
  };
  const statuses = [visit(), visit(), visit(), visit(), visit(), visit()] as const;
  const slow = said(has.slow);
  const long = said(has.long);
  const buckets = flags & has.buckets ? unpackBuckets(from) : derivedBuckets(measured, slowest);
  return { host, measured, slowest, slow, ...counts, statuses, long, buckets };
}

/** Goes past a host, as far as it can be told from one that was packed. */
function skipHost(from: ByteReader): void {
  const flags = from.varint();
  const visits = flags & has.visitors ? 11 : 0;
  const others = (flags & has.slow ? 1 : 0) + (flags & has.long ? 1 : 0);
  for (let left = 2 + visits + others; left > 0; left -= 1) from.varint();
  if (flags & has.buckets) for (let left = 2 * from.count(2); left > 0; left -= 1) from.varint();
}

/** One host's day: the response value of every minute (−1: no request) and the day's sums. Grows in place: a day is 1,440 minutes of each host. */
export interface HostDay {
  readonly values: Int32Array;
  readonly sums: DaySums;
}

export interface DaySums {
  measured: number;
  slow: number;
  requests: number;
  bytesIn: number;
  bytesOut: number;
  /** By class as in `HostMinute`. */
  readonly statuses: [number, number, number, number, number, number];
  long: number;
  /** The most of any minute. */
  clients: number;
  busiest: number;
  /** Of the whole day: for quantiles. */
  readonly buckets: Uint32Array;
}

export function emptyDay(minutes: number): HostDay {
  const buckets = new Uint32Array(bucketCount);
  const counts = {
    measured: 0,
    slow: 0,
    requests: 0,
    bytesIn: 0,
    bytesOut: 0,
    long: 0,
    clients: 0,
    busiest: 0,
  };
  return {
    values: new Int32Array(minutes).fill(-1),
    sums: { ...counts, statuses: [0, 0, 0, 0, 0, 0], buckets },
  };
}

/** Adds one minute's requests to the day and returns it; a supplement of the same minute keeps the slower value. */
export function addMinute(day: HostDay, index: number, host: HostMinute, loopDelayMs: number): HostDay {
  const { values, sums } = day;
  if (host.measured > 0) values[index] = Math.max(values[index]!, Math.ceil(host.slowest + loopDelayMs));
  sums.measured += host.measured;
  sums.slow += host.slow;
  sums.requests += host.requests;
  sums.bytesIn += host.bytesIn;
  sums.bytesOut += host.bytesOut;
  sums.long += host.long;
  sums.clients = Math.max(sums.clients, host.clients);
  sums.busiest = Math.max(sums.busiest, host.busiest);
  for (let i = 0; i < sums.statuses.length; i += 1) sums.statuses[i]! += host.statuses[i]!;
  for (let i = 0; i < bucketCount; i += 1) sums.buckets[i]! += host.buckets[i]!;
  return day;
}

/** Minutes of the longest day: clocks are set back by an hour, here and there by more. */
const longestDay = 1600;

export function packDay({ values, sums }: HostDay): Buffer {
  const out = new ByteWriter();
  out.varint(dayVersion);
  out.varint(values.length);
  out.varint(sums.measured);
  for (const n of [sums.slow, sums.requests, sums.bytesIn, sums.bytesOut]) out.varint(n);
  for (const n of [...sums.statuses, sums.long, sums.clients, sums.busiest]) out.varint(n);
  packBuckets(out, sums.buckets);
  out.bytes(packSlots(values));
  return out.done();
}

export function unpackDay(packed: Uint8Array): HostDay {
  const from = new ByteReader(packed);
  const n = (): number => from.varint();
  const minutes = dayLength(from);
  const counts = { measured: n(), slow: n(), requests: n(), bytesIn: n(), bytesOut: n() };
  const statuses: DaySums['statuses'] = [n(), n(), n(), n(), n(), n()];
  const more = { long: n(), clients: n(), busiest: n() };
  const buckets = unpackBuckets(from);
  const values = unpackSlots(from.bytes(from.left), minutes);
  return { values, sums: { ...counts, statuses, ...more, buckets } };
}

/** A day's values alone, which are valid until the next call: of a month of many hosts there are very many. */
export function unpackValues(packed: Uint8Array): Int32Array {
  const from = new ByteReader(packed);
  const minutes = dayLength(from);
  for (let left = sumsOfDay; left > 0; left -= 1) from.varint();
  for (let left = 2 * from.count(2); left > 0; left -= 1) from.varint();
  return unpackSlots(from.bytes(from.left), minutes, scratch).subarray(0, minutes);
}

/** Numbers between a day's length and its buckets. */
const sumsOfDay = 14;
const scratch = new Int32Array(longestDay);

function dayLength(from: ByteReader): number {
  if (from.varint() !== dayVersion) throw new CorruptError('packed by another version of the product');
  const minutes = from.varint();
  if (minutes > longestDay) throw new CorruptError('a day is too long');
  return minutes;
}

/** Which minutes of a day were read: a bit each. */
export function markRead(read: Buffer, index: number): void {
  read[index >> 3] = read[index >> 3]! | (1 << (index & 7));
}

export function isRead(read: Buffer, index: number): boolean {
  return ((read[index >> 3] ?? 0) & (1 << (index & 7))) !== 0;
}
