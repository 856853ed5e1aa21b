import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { isProbeMark } from '../hosting/mark.ts';
import { type HostMinute, mergeHosts } from '../measure/minute.ts';
import { quantileMs } from '../measure/quantile.ts';
import { AccessSummer } from '../measure/readers/access.ts';
import { isRefusal, type Refusal, refuse } from '../refusal.ts';

export const logUsage = `usage: hostpledge log FILE… [--by minute|host] [--json] [--probe-key FILE]

Sums access logs (docs/access-log.md) per host and minute of UTC, or by one of both; - is standard input.
clients is the most of any minute, p95 and max are of clause 2-4.1's time in ms. With the provider's probe key
our own checks are told apart from visitors. --json prints a line of JSON a row. Exit code 2: refused input.`;

type Say = (text: string) => void;

/** `hostpledge log`: what the reader makes of access logs. Resolves to the exit code. */
export async function logCommand(
  args: readonly string[],
  out: Say,
  err: Say,
  input: AsyncIterable<Uint8Array> = process.stdin,
): Promise<number> {
  const options = await readOptions(args);
  if (isRefusal(options)) return refused(err, options, `${logUsage}\n`);
  const rows = new Map<string, Row>();
  const faults: string[] = [];
  for (const file of options.files) {
    const read = await sumFile(file, options, input, rows);
    if (isRefusal(read)) return refused(err, read);
    if (read !== null) faults.push(read);
  }
  const sorted = [...rows.values()].sort(
    (a, b) => a.minute - b.minute || (a.sums.host < b.sums.host ? -1 : 1),
  );
  out(options.json ? sorted.map((row) => `${JSON.stringify(asJson(row))}\n`).join('') : table(sorted));
  for (const fault of faults) err(fault);
  return 0;
}

function refused(err: Say, refusal: Refusal, more = ''): number {
  err(`${refusal.path === '' ? '' : `${refusal.path}: `}${refusal.rule} (${refusal.code})\n${more}`);
  return 2;
}

interface Options {
  readonly files: readonly string[];
  readonly by: 'minute' | 'host' | null;
  readonly json: boolean;
  readonly key: Buffer | null;
}

async function readOptions(args: readonly string[]): Promise<Options | Refusal> {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        by: { type: 'string' },
        json: { type: 'boolean', default: false },
        'probe-key': { type: 'string' },
      },
    });
    const { by = null, json } = values;
    if (by !== null && by !== 'minute' && by !== 'host')
      return refuse('option-invalid', '--by', 'minute or host');
    if (positionals.length === 0) return refuse('argument-missing', 'FILE', 'at least one access log, or -');
    const path = values['probe-key'];
    const key = path === undefined ? null : await keyOf(path);
    return isRefusal(key) ? key : { files: positionals, by, json, key };
  } catch (error) {
    return refuse('option-invalid', '', (error as Error).message);
  }
}

async function keyOf(path: string): Promise<Buffer | Refusal> {
  const key = await readFile(path).catch(() => null);
  if (key === null) return refuse('file-unreadable', '--probe-key', `${path} cannot be read`);
  return key.length === 32 ? key : refuse('key-invalid', '--probe-key', 'a probe key is 32 bytes');
}

/** Sums of a host in a minute; when summed by one of both, `minute` is 0 or the host is `*`. */
interface Row {
  readonly minute: number;
  readonly sums: HostMinute;
}

/** Adds a file's sums to `rows`; the sentence about lines that were not understood, or null. */
async function sumFile(
  file: string,
  options: Options,
  input: AsyncIterable<Uint8Array>,
  rows: Map<string, Row>,
): Promise<string | null | Refusal> {
  const { key } = options;
  const summer = new AccessSummer({
    plane: '',
    names: null,
    isOurs: (host, at, mark) => key !== null && isProbeMark(key, host, at, mark),
    empty: false,
  });
  try {
    for await (const chunk of file === '-' ? input : createReadStream(file, { highWaterMark: 1 << 18 })) {
      const bytes: Uint8Array = chunk;
      summer.feed(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
      if (summer.ready > 0) collect(summer, options.by, rows);
    }
  } catch (error) {
    return refuse('file-unreadable', file, (error as Error).message);
  }
  summer.close();
  collect(summer, options.by, rows);
  const { malformed, lineCount, firstMalformed } = summer;
  if (firstMalformed === null) return null;
  const { line, text } = firstMalformed;
  return `${file}: ${malformed} of ${lineCount} lines were not understood; the first is line ${line}: ${plain(text)}\n`;
}

function collect(summer: AccessSummer, by: Options['by'], rows: Map<string, Row>): void {
  for (const told of summer.take(1)) {
    for (const host of told.hosts) {
      const minute = by === 'host' ? 0 : told.minute;
      const sums = by === 'minute' ? { ...host, host: '*' } : host;
      const key = `${minute} ${sums.host}`;
      const known = rows.get(key);
      rows.set(key, { minute, sums: known === undefined ? sums : mergeHosts(known.sums, sums) });
    }
  }
}

function asJson({ minute, sums }: Row): object {
  const { host, buckets, slowest, ...counts } = sums;
  return {
    ...(minute === 0 ? {} : { minute: isoMinute(minute) }),
    ...(host === '*' ? {} : { host }),
    maxMs: slowest,
    p95Ms: quantileMs(buckets, 0.95, slowest),
    ...counts,
  };
}

const heads = 'minute host measured slow p95 max requests in out 1xx 2xx 3xx 4xx 5xx none clients long'.split(
  ' ',
);

/** Names to the left, numbers to the right, two spaces between; a column that is the same for all is left out. */
function table(rows: readonly Row[]): string {
  const cells = rows.map(({ minute, sums }) =>
    [
      minute === 0 ? '' : isoMinute(minute),
      sums.host === '*' ? '' : plain(sums.host),
      ...[sums.measured, sums.slow, quantileMs(sums.buckets, 0.95, sums.slowest) ?? '-', sums.slowest],
      ...[sums.requests, sums.bytesIn, sums.bytesOut, ...sums.statuses, sums.clients, sums.long],
    ].map(String),
  );
  const used = heads.map((_, i) => i > 1 || cells.some((row) => row[i] !== ''));
  const widths = heads.map((head, i) => Math.max(head.length, ...cells.map((row) => row[i]!.length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => (i < 2 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .filter((_, i) => used[i])
      .join('  ')
      .trimEnd();
  return `${[heads, ...cells].map(line).join('\n')}\n`;
}

function isoMinute(minute: number): string {
  return `${new Date(minute).toISOString().slice(0, 16)}Z`;
}

/** What a log says must not steer the terminal. */
function plain(text: string): string {
  return text.replace(
    /[^ -~]/g,
    (char) => `\\x${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}
