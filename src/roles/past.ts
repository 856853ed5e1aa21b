import type { NewCause } from '../attribution/cause.ts';
import { bucketCount, bucketUpMs, type HostMinute, type PlaneMinute, slowMs } from '../measure/minute.ts';
import { packMinute } from '../measure/pack.ts';
import type { Reading } from '../measure/reading.ts';

/** What happened in the sample's two months: a plan of incidents relative to their end, the same every time. */

const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 86_400_000;

export interface Incident {
  /** `failure`: checks failed; `silence`: the prober was away; `death`: the plane was dead; `slow`: minutes above the limit. */
  readonly kind: 'failure' | 'silence' | 'death' | 'slow';
  readonly from: number;
  readonly to: number;
  readonly checks: readonly string[];
  readonly code: string;
  readonly cause: NewCause | null;
}

/** Days before the end, hours into that day, length; checks and what was seen. Newest last. */
const script = [
  { day: 55, hour: 3, length: 9 * minuteMs, kind: 'failure', checks: ['web'], code: 'http-status' },
  {
    day: 48,
    hour: 2,
    length: 9 * hourMs + 40 * minuteMs,
    kind: 'failure',
    checks: ['web', 'ftp'],
    code: 'refused',
  },
  {
    day: 41,
    hour: 14,
    length: 65 * minuteMs,
    kind: 'failure',
    checks: ['web'],
    code: 'not-ours',
    cause: 'customer-dns',
  },
  { day: 36, hour: 10, length: 40 * minuteMs, kind: 'silence', checks: [], code: '' },
  { day: 30, hour: 20, length: 3 * minuteMs, kind: 'slow', checks: [], code: '' },
  { day: 17, hour: 4, length: 26 * minuteMs, kind: 'failure', checks: ['ftp'], code: 'login' },
  { day: 12, hour: 15, length: 4 * minuteMs, kind: 'slow', checks: [], code: '' },
  { day: 9, hour: 1, length: 72 * minuteMs, kind: 'failure', checks: ['web'], code: 'timeout' },
  {
    day: 5,
    hour: 11,
    length: 35 * minuteMs,
    kind: 'failure',
    checks: ['web'],
    code: 'not-ours',
    cause: 'customer-dns',
  },
  { day: 2, hour: 5, length: 6 * minuteMs, kind: 'failure', checks: ['web', 'ftp'], code: 'refused' },
] as const;

/** The incidents between `start` and `now` (epoch ms, whole minutes), in the order of time. */
export function incidents(start: number, now: number): readonly Incident[] {
  const days = Math.floor((now - start) / dayMs);
  return script
    .map((row): Incident => {
      const from = start + (days - row.day) * dayMs + row.hour * hourMs;
      const to = from + row.length;
      const cause = 'cause' in row ? dnsCause(from, to) : null;
      return { kind: row.kind, from, to, checks: row.checks, code: row.code, cause };
    })
    .filter((incident) => incident.from > start + hourMs && incident.to < now - hourMs);
}

/** The customer's domain pointed elsewhere; documentation addresses (RFC 5737). */
function dnsCause(from: number, to: number): NewCause {
  const elsewhere = ['203.0.113.80'];
  return {
    id: `sample-dns-${from}`,
    host: 'h000001',
    cause: 'customer-dns',
    checks: ['web'],
    from,
    to,
    proof: {
      resolvers: [
        { address: '192.0.2.53', answer: elsewhere },
        { address: '198.51.100.53', answer: elsewhere },
      ],
      ours: ['127.0.0.1'],
      nameServers: ['ns1.registrar.example'],
      byAddress: 'pass',
    },
    actor: 'sample',
  };
}

export function readingOf(check: string, at: number, result: 'pass' | 'fail', code: string): Reading {
  const passed = result === 'pass';
  const web = check === 'web';
  return {
    check,
    target: `${check}:h000001`,
    at,
    result,
    code,
    detail: 'sample data',
    peer: web ? '127.0.0.1:8081' : '127.0.0.1:2121',
    phases: passed ? { resolve: 0, connect: 1, head: 3 } : { resolve: 0 },
    tookMs: passed ? 4 : 1,
    status: web ? (passed ? 200 : code === 'http-status' ? 503 : null) : null,
    certificate: null,
    redirects: [],
  };
}

/** A day's minutes of the log, packed as a plane sends them: our own checks each minute, visitors by day. */
export function minutesOfDay(
  plane: string,
  host: string,
  from: number,
  to: number,
  past: readonly Incident[],
): { minute: number; part: number; packed: string }[] {
  const out: { minute: number; part: number; packed: string }[] = [];
  for (let minute = from; minute < to; minute += minuteMs) {
    const inside = past.filter((one) => one.from <= minute && minute < one.to);
    const down = inside.some((one) => one.kind === 'failure' && one.checks.includes('web'));
    const slow = inside.some((one) => one.kind === 'slow');
    const one: PlaneMinute = {
      plane,
      minute,
      part: 0,
      loopDelayMs: 0,
      hosts: down ? [] : [traffic(host, minute, slow)],
    };
    out.push({ minute, part: 0, packed: packMinute(one).toString('base64') });
  }
  return out;
}

/** One check a minute, and visitors who come more by day: a fixed pattern, no dice. */
function traffic(host: string, minute: number, slow: boolean): HostMinute {
  const hour = Math.floor(minute / hourMs + 8) % 24;
  const visitors = hour < 7 ? 0 : (Math.floor(minute / minuteMs) * 7919) % 5;
  const slowest = slow ? 2300 : 4 + ((Math.floor(minute / minuteMs) * 104_729) % 90);
  const buckets = new Uint32Array(bucketCount);
  let i = 0;
  while (bucketUpMs(i) < slowest) i += 1;
  buckets[i] = visitors + 1;
  return {
    host,
    measured: visitors + 1,
    slowest,
    slow: slowest > slowMs ? 1 : 0,
    requests: visitors,
    bytesIn: visitors * 420,
    bytesOut: visitors * 18_400,
    statuses: [0, visitors, 0, 0, 0, 0],
    clients: Math.min(visitors, 3),
    busiest: Math.min(visitors, 2),
    long: 0,
    buckets,
  };
}
