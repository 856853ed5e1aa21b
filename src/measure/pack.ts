import { bucketCount, type HostMinute, type PlaneMinute } from './minute.ts';

/**
 * Minutes and days as bytes: unsigned LEB128 numbers after a version byte, so that a quiet host-minute takes a
 * few bytes and a day of nothing takes none.
 */

const version = 1;

class Writer {
  #bytes = Buffer.allocUnsafe(256);
  #at = 0;

  number(value: number): void {
    if (this.#at + 10 > this.#bytes.length)
      this.#bytes = Buffer.concat([this.#bytes], this.#bytes.length * 2);
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#at++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#at++] = rest;
  }

  text(value: string): void {
    const bytes = Buffer.from(value);
    this.number(bytes.length);
    for (const byte of bytes) this.number(byte);
  }

  take(): Buffer {
    return Buffer.from(this.#bytes.subarray(0, this.#at));
  }
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    if (this.number() !== version) throw new Error('packed by another version of the product');
  }

  number(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined || scale > 2 ** 49) throw new Error('packed bytes are torn');
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  text(): string {
    const length = this.number();
    if (length > 1000) throw new Error('packed bytes are torn');
    return Buffer.from(Array.from({ length }, () => this.number())).toString();
  }

  end(): void {
    if (this.#at !== this.#bytes.length) throw new Error('packed bytes are torn');
  }
}

export function packMinute(minute: PlaneMinute): Buffer {
  const out = new Writer();
  out.number(version);
  out.number(Math.round(minute.loopDelayMs));
  out.number(minute.hosts.length);
  for (const host of minute.hosts) {
    out.text(host.host);
    const { measured, slowest, slow, requests, bytesIn, bytesOut, statuses, clients, busiest, long } = host;
    const rounded = Math.ceil(slowest);
    for (const n of [
      measured,
      rounded,
      slow,
      requests,
      bytesIn,
      bytesOut,
      ...statuses,
      clients,
      busiest,
      long,
    ]) {
      out.number(n);
    }
    const filled = [...host.buckets.entries()].filter(([, n]) => n > 0);
    out.number(filled.length);
    for (const [i, n] of filled) {
      out.number(i);
      out.number(n);
    }
  }
  return out.take();
}

/** Throws when the bytes are not what `packMinute` made. */
export function unpackMinute(plane: string, minute: number, part: number, packed: Buffer): PlaneMinute {
  const from = new Reader(packed);
  const loopDelayMs = from.number();
  const hosts = Array.from({ length: from.number() }, () => unpackHost(from));
  from.end();
  return { plane, minute, part, loopDelayMs, hosts };
}

function unpackHost(from: Reader): HostMinute {
  const n = (): number => from.number();
  const host = from.text();
  const head = { measured: n(), slowest: n(), slow: n(), requests: n(), bytesIn: n(), bytesOut: n() };
  const statuses = [n(), n(), n(), n(), n(), n()] as const;
  const tail = { clients: n(), busiest: n(), long: n() };
  const buckets = new Uint32Array(bucketCount);
  for (let left = n(); left > 0; left -= 1) {
    const i = n();
    if (i >= bucketCount) throw new Error('packed bytes are torn');
    buckets[i] = n();
  }
  return { host, ...head, statuses, ...tail, buckets };
}

/** One host's day: the response value of every minute (−1: no request) and the day's sums. */
export interface HostDay {
  readonly values: Int32Array;
  readonly sums: DaySums;
}

export interface DaySums {
  readonly requests: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly slow: number;
  readonly statuses: readonly [number, number, number, number, number, number];
  readonly long: number;
}

const noSums: DaySums = {
  requests: 0,
  bytesIn: 0,
  bytesOut: 0,
  slow: 0,
  statuses: [0, 0, 0, 0, 0, 0],
  long: 0,
};

export function emptyDay(minutes: number): HostDay {
  return { values: new Int32Array(minutes).fill(-1), sums: noSums };
}

/** Adds one minute's requests; a supplement of the same minute keeps the slower value. */
export function addMinute(day: HostDay, index: number, host: HostMinute, loopDelayMs: number): HostDay {
  if (host.measured > 0) {
    day.values[index] = Math.max(day.values[index]!, Math.ceil(host.slowest + loopDelayMs));
  }
  const { sums } = day;
  const statuses = sums.statuses.map((n, i) => n + host.statuses[i]!) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return {
    values: day.values,
    sums: {
      requests: sums.requests + host.requests,
      bytesIn: sums.bytesIn + host.bytesIn,
      bytesOut: sums.bytesOut + host.bytesOut,
      slow: sums.slow + host.slow,
      statuses,
      long: sums.long + host.long,
    },
  };
}

/** Runs of equal silence are one number; a host that answered ten requests takes about forty bytes. */
export function packDay(day: HostDay): Buffer {
  const out = new Writer();
  out.number(version);
  const { requests, bytesIn, bytesOut, slow, statuses, long } = day.sums;
  for (const n of [requests, bytesIn, bytesOut, slow, ...statuses, long, day.values.length]) out.number(n);
  let i = 0;
  while (i < day.values.length) {
    const silent = i;
    while (i < day.values.length && day.values[i] === -1) i += 1;
    out.number(i - silent);
    const from = i;
    while (i < day.values.length && day.values[i] !== -1) i += 1;
    out.number(i - from);
    for (let j = from; j < i; j += 1) out.number(day.values[j]!);
  }
  return out.take();
}

export function unpackDay(packed: Buffer): HostDay {
  const from = new Reader(packed);
  const n = (): number => from.number();
  const [requests, bytesIn, bytesOut, slow] = [n(), n(), n(), n()];
  const statuses = [n(), n(), n(), n(), n(), n()] as const;
  const long = n();
  const minutes = n();
  if (minutes > 1600) throw new Error('packed bytes are torn');
  const values = new Int32Array(minutes).fill(-1);
  for (let i = 0; i < minutes; ) {
    i += n();
    for (let left = n(); left > 0; left -= 1) values[i++] = n();
    if (i > minutes) throw new Error('packed bytes are torn');
  }
  from.end();
  return { values, sums: { requests, bytesIn, bytesOut, slow, statuses, long } };
}

/** Which minutes of a day were read: a bit each. */
export function markRead(read: Buffer, index: number): void {
  read[index >> 3] = read[index >> 3]! | (1 << (index & 7));
}

export function isRead(read: Buffer, index: number): boolean {
  return ((read[index >> 3] ?? 0) & (1 << (index & 7))) !== 0;
}
