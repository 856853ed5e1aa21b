/**
 * The access log read as its page (docs/access-log.md) says, and no faster than that: a line at a time, as text,
 * by patterns. It shares nothing with the product's reader, which it is the measure of.
 */
export interface NaiveHost {
  measured: number;
  slowest: number;
  slow: number;
  requests: number;
  bytesIn: number;
  bytesOut: number;
  statuses: number[];
  long: number;
  buckets: number[];
}

export interface Naive {
  readonly lines: number;
  readonly malformed: number;
  /** By `MINUTE HOST`. */
  readonly hosts: Record<string, NaiveHost>;
}

/** Whether a mark on a request for this name that ended then is ours. */
type IsOurs = (host: string, endedMs: number) => boolean;

const longestLine = 65_536;
const longestMs = 24 * 86_400_000;

export function naive(bytes: Buffer, latestMs: number, isOurs: IsOurs): Naive {
  const texts = bytes.toString('latin1').split('\n');
  const torn = texts.pop()!;
  const hosts: Record<string, NaiveHost> = {};
  let malformed = torn === '' ? 0 : 1;
  const marks = new Set<string>();
  for (const text of texts) {
    const line = read(text, latestMs);
    if (line === null) {
      malformed += 1;
      continue;
    }
    add(hosts, line, marks, isOurs);
  }
  const sorted = Object.fromEntries(Object.entries(hosts).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { lines: texts.length + (torn === '' ? 0 : 1), malformed, hosts: sorted };
}

interface NaiveLine {
  readonly host: string;
  readonly ended: number;
  readonly began: number;
  readonly value: number;
  readonly status: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly mark: string;
  readonly isLong: boolean;
}

function read(text: string, latestMs: number): NaiveLine | null {
  const f = text.split('\t');
  if (text.length >= longestLine || f.length !== 17 || f.some(hasControl)) return null;
  const ended = /^\d{10}\.\d{3}$/.test(f[1]!) ? Number(f[1]!.replace('.', '')) : null;
  const duration = ms(f[2]!);
  const head = isNone(f[3]!) ? 'none' : ms(f[3]!);
  if (ended === null || ended > latestMs || duration === null || head === null) return null;
  const value = upstream(f[4]!, f[5]!) ?? null;
  if (value === null || !/^(\d{3}|0)$/.test(f[6]!)) return null;
  if (!/^\d{1,15}$/.test(f[7]!) || !/^\d{1,15}$/.test(f[8]!)) return null;
  const began = head === 'none' || head > duration ? ended : ended - duration + head;
  const own = head === 'none' ? duration : head;
  return {
    host: f[0]!.length > 255 || f[0] === '' ? '-' : f[0]!,
    ended,
    began,
    value: value === 'unasked' ? own : value,
    status: Number(f[6]),
    bytesIn: Number(f[7]),
    bytesOut: Number(f[8]),
    mark: isNone(f[10]!) ? '' : f[10]!,
    isLong: f[6] === '101' || f[11]!.toLowerCase().startsWith('text/event-stream'),
  };
}

function hasControl(field: string): boolean {
  for (let i = 0; i < field.length; i += 1) if (field.charCodeAt(i) < 0x20) return true;
  return false;
}

function isNone(field: string): boolean {
  return field === '' || field === '-';
}

function ms(field: string): number | null {
  if (!/^\d{1,8}\.\d{3}$/.test(field)) return null;
  const value = Number(field.replace('.', ''));
  return value <= longestMs ? value : null;
}

function within(value: number): number | null {
  return value <= longestMs ? value : null;
}

/** Clause 2-4.1 from lists as nginx writes them; null: they are none. */
function upstream(heads: string, tooks: string): number | 'unasked' | null {
  if (isNone(heads) && isNone(tooks)) return 'unasked';
  const separators = /, | : /;
  const entry = (text: string): number | 'none' | null => (isNone(text) ? 'none' : ms(text));
  const head = heads.split(separators).map(entry);
  const took = tooks.split(separators).map(entry);
  if (head.length !== took.length || head.includes(null) || took.includes(null)) return null;
  let waited = 0;
  for (const [i, one] of took.entries()) {
    const spent = one === 'none' ? 0 : one!;
    const last = head[i]!;
    if (i === took.length - 1) return within(waited + (last === 'none' ? spent : last!));
    waited += spent;
  }
  return null;
}

function add(hosts: Record<string, NaiveHost>, line: NaiveLine, marks: Set<string>, isOurs: IsOurs): void {
  const minute = line.began - (((line.began % 60_000) + 60_000) % 60_000);
  const key = `${minute} ${line.host}`;
  hosts[key] ??= {
    measured: 0,
    slowest: 0,
    slow: 0,
    requests: 0,
    bytesIn: 0,
    bytesOut: 0,
    long: 0,
    statuses: [0, 0, 0, 0, 0, 0],
    buckets: Array.from({ length: 32 }, () => 0),
  };
  const sums = hosts[key];
  if (line.isLong) sums.long += 1;
  else {
    sums.measured += 1;
    sums.slowest = Math.max(sums.slowest, line.value);
    if (line.value > 1500) sums.slow += 1;
    let bucket = 0;
    while (bucket < 31 && line.value > 2 ** (bucket / 2)) bucket += 1;
    sums.buckets[bucket]! += 1;
  }
  if (line.mark !== '' && isOurs(line.host, line.ended) && !marks.has(`${line.host} ${line.mark}`)) {
    marks.add(`${line.host} ${line.mark}`);
    return;
  }
  sums.requests += 1;
  sums.bytesIn += line.bytesIn;
  sums.bytesOut += line.bytesOut;
  const group = Math.floor(line.status / 100);
  sums.statuses[group >= 1 && group <= 5 ? group - 1 : 5]! += 1;
}
