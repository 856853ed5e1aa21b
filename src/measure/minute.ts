/**
 * What one host's requests of one minute sum to. The minute is that in which the response began; `slowest`
 * and the buckets are of clause 2-4.1's time (whole request received → first byte sent), whole ms.
 */
export interface HostMinute {
  readonly host: string;
  /** Requests that count for response, our own checks' included; long polls, WebSocket and SSE not. */
  readonly measured: number;
  readonly slowest: number;
  /** How many were above `slowMs`. */
  readonly slow: number;
  /** Requests of visitors (our own checks' are in none of the following). */
  readonly requests: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** By class: 1xx, 2xx, 3xx, 4xx, 5xx and none (000). */
  readonly statuses: readonly [number, number, number, number, number, number];
  /** Distinct client addresses, estimated within 10 %. */
  readonly clients: number;
  /** Requests of the busiest client: exact up to 8 clients, beyond that at least this many and at most `requests` / 8 more. */
  readonly busiest: number;
  /** Long polls, WebSocket, SSE: left out of `measured` by rule, counted here so that it can be seen. */
  readonly long: number;
  /** 32 logarithmic buckets of the measured times; bucket i holds times ≤ bucketUpMs(i). */
  readonly buckets: Uint32Array;
}

/** All hosts of a plane in one minute; a minute that was read and had no request is a row without hosts. */
export interface PlaneMinute {
  readonly plane: string;
  /** Epoch ms of the minute's start. */
  readonly minute: number;
  /**
   * 0: the minute itself, told once it was over. Above: a supplement, from requests that began in it and ended
   * after it was told; (plane, minute, part) is told once, or again with the same content.
   */
  readonly part: number;
  /** The longest that the plane's event loop was held in this minute; added to every host's slowest. */
  readonly loopDelayMs: number;
  readonly hosts: readonly HostMinute[];
}

export const bucketCount = 32;
/** Clause 2-4.2's limit: what `slow` counts above. */
export const slowMs = 1500;

/** Upper bound of bucket `i` in ms: √2 apart from 1 ms; the last one has none. */
export function bucketUpMs(i: number): number {
  return i >= bucketCount - 1 ? Number.POSITIVE_INFINITY : 2 ** (i / 2);
}

const bucketOfMs = new Uint8Array(32_769);
for (let i = bucketCount - 2; i >= 0; i -= 1) bucketOfMs.fill(i, 0, Math.floor(bucketUpMs(i)) + 1);

/** The bucket of a time in whole ms. */
export function bucketOf(ms: number): number {
  return ms <= 32_768 ? bucketOfMs[ms]! : bucketCount - 1;
}

/**
 * A minute and its supplements as one. Counts add up, times take the maximum. A client may be in both: of
 * distinct and busiest clients the maximum stands, which is at least right for either.
 */
export function mergeMinutes(a: PlaneMinute, b: PlaneMinute): PlaneMinute {
  const hosts = new Map(a.hosts.map((host) => [host.host, host]));
  for (const host of b.hosts) {
    const known = hosts.get(host.host);
    hosts.set(host.host, known === undefined ? host : mergeHosts(known, host));
  }
  return {
    plane: a.plane,
    minute: a.minute,
    part: Math.min(a.part, b.part),
    loopDelayMs: Math.max(a.loopDelayMs, b.loopDelayMs),
    hosts: [...hosts.values()],
  };
}

/** The same for one host; also sums a host's minutes to a longer stretch. */
export function mergeHosts(a: HostMinute, b: HostMinute): HostMinute {
  const status = (i: 0 | 1 | 2 | 3 | 4 | 5): number => a.statuses[i] + b.statuses[i];
  return {
    host: a.host,
    measured: a.measured + b.measured,
    slowest: Math.max(a.slowest, b.slowest),
    slow: a.slow + b.slow,
    requests: a.requests + b.requests,
    bytesIn: a.bytesIn + b.bytesIn,
    bytesOut: a.bytesOut + b.bytesOut,
    statuses: [status(0), status(1), status(2), status(3), status(4), status(5)],
    clients: Math.max(a.clients, b.clients),
    busiest: Math.max(a.busiest, b.busiest),
    long: a.long + b.long,
    buckets: a.buckets.map((count, i) => count + b.buckets[i]!),
  };
}
