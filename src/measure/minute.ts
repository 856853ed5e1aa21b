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
  /** Requests of the busiest client. */
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
