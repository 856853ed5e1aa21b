import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { isRefusal, type Refusal, refuse } from '../refusal.ts';
import type { Shell } from './command.ts';
import { refused } from './evaluate.ts';
import { type Asking, askingOf, namesOf, type Operation, operationsOf } from './operation.ts';

const usage = `usage: hostpledge api [OPERATION [NAME=VALUE …]] [--all] [--json] [--url URL] [--key-file FILE]

Asks the API with a key: everything that the console can do. Without an operation it lists them; \`hosts\` lists those
of a group, \`hosts.list --help\` what one takes. Fields within objects are written with dots, lists as JSON.

  --url       where the console is (HOSTPLEDGE_URL, else http://localhost:8080)
  --key-file  the file with the key, \`hp_…\` (HOSTPLEDGE_KEY_FILE); a key never stands on the command line
  --all       every page of a list
  --json      what was answered, as it is`;

const timeoutMs = 30_000;

/** `hostpledge api`: the operations are those of the server's own document, so that none is ever missing here. */
export async function apiCommand(args: readonly string[], shell: Shell): Promise<number> {
  const options = optionsOf(args, shell);
  if (isRefusal(options)) return refused(shell, options, usage);
  const { values, operation: wanted, given } = options;
  const key = await keyOf(
    values['key-file'] ?? shell.env['HOSTPLEDGE_KEY_FILE'],
    wanted !== null && !values.help,
  );
  if (isRefusal(key)) return refused(shell, key, usage);
  const line: Line = { url: values.url ?? shell.env['HOSTPLEDGE_URL'] ?? 'http://localhost:8080', key };
  const document = await send(line, { method: 'GET', url: '/openapi.json', body: undefined });
  if (isRefusal(document)) return refused(shell, document);
  const operations = operationsOf(document.body);
  const operation = operations.find(({ id }) => id === wanted);
  if (operation === undefined) return list(shell, operations, wanted);
  if (values.help === true) return help(shell, operation);
  const asking = askingOf(operation, given);
  if (isRefusal(asking)) return refused(shell, asking, `${usage}\n\n${takes(operation)}`);
  const answer = await ask(line, asking, values.all === true);
  if (isRefusal(answer)) return refused(shell, answer);
  shell.out(values.json === true ? `${JSON.stringify(answer, null, 2)}\n` : printed(answer));
  return 0;
}

function optionsOf(args: readonly string[], shell: Shell) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { url: text, 'key-file': text, all: flag, json: flag, help: flag },
    });
    const [operation = null, ...given] = positionals;
    const url = values.url ?? shell.env['HOSTPLEDGE_URL'];
    if (url !== undefined && !/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
      return refuse('option-invalid', '--url', 'an address such as https://console.example.cn');
    return { values, operation, given };
  } catch (error) {
    return refuse('option-invalid', '', (error as Error).message);
  }
}

async function keyOf(file: string | undefined, needed: boolean): Promise<string | null | Refusal> {
  if (file === undefined)
    return needed ? refuse('key-missing', '--key-file', 'a file with an API key (console, Account)') : null;
  const text = await readFile(file, 'utf8').catch((error: Error) => error);
  if (typeof text !== 'string') return refuse('key-missing', file, text.message);
  const key = text.trim();
  return /^hp_[\w-]{43}$/.test(key) ? key : refuse('key-invalid', file, 'one line: `hp_` and 43 characters');
}

interface Line {
  readonly url: string;
  readonly key: string | null;
}

interface Answer {
  readonly body: unknown;
  readonly etag: string | null;
}

/** One request; with `all`, a list's further pages too. An edit that wants an ETag gets the one that reading gives. */
async function ask(line: Line, asking: Asking, all: boolean): Promise<unknown> {
  let answer = await send(line, asking);
  if (isRefusal(answer) && answer.code === 'if-match-missing') {
    const read = await send(line, { method: 'GET', url: asking.url, body: undefined });
    if (isRefusal(read)) return read;
    answer = await send(line, asking, read.etag);
  }
  if (isRefusal(answer) || !all) return isRefusal(answer) ? answer : answer.body;
  const items: unknown[] = [];
  for (;;) {
    const page = answer.body as { items?: unknown[]; next?: string | null };
    if (!Array.isArray(page.items)) return answer.body;
    items.push(...page.items);
    if (typeof page.next !== 'string') return { items, next: null };
    const url = new URL(asking.url, 'http://any');
    url.searchParams.set('cursor', page.next);
    const next = await send(line, { ...asking, url: `${url.pathname}${url.search}` });
    if (isRefusal(next)) return next;
    answer = next;
  }
}

async function send(
  { url, key }: Line,
  asking: Asking,
  etag: string | null = null,
): Promise<Answer | Refusal> {
  const headers: Record<string, string> = {
    ...(key === null ? {} : { authorization: `Bearer ${key}` }),
    ...(asking.body === undefined ? {} : { 'content-type': 'application/json' }),
    // Sent again by whatever stands in between, it is made once.
    ...(asking.method === 'POST' ? { 'idempotency-key': randomUUID() } : {}),
    ...(etag === null ? {} : { 'if-match': etag }),
  };
  let response: Response;
  try {
    response = await fetch(new URL(`/api${asking.url}`, url), {
      method: asking.method,
      headers,
      ...(asking.body === undefined ? {} : { body: JSON.stringify(asking.body) }),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : (error as Error);
    return refuse('server-silent', url, cause.message);
  }
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  if (response.ok && isJson) return { body: JSON.parse(text), etag: response.headers.get('etag') };
  const problem = isJson
    ? (JSON.parse(text) as { code?: string; path?: string; rule?: string; title?: string })
    : {};
  const rule = problem.rule ?? problem.title ?? `it answered ${response.status}`;
  return refuse(problem.code ?? 'server-failed', problem.path ?? '', rule);
}

/** All operations, or those of a group; exit code 2 when there is none. */
function list(shell: Shell, operations: readonly Operation[], wanted: string | null): number {
  const some = operations.filter(({ id }) => wanted === null || id.startsWith(`${wanted}.`));
  if (some.length === 0) {
    return refused(
      shell,
      refuse('operation-unknown', wanted ?? '', 'one that `hostpledge api` lists'),
      usage,
    );
  }
  const width = Math.max(...some.map(({ id }) => id.length));
  shell.out(some.map(({ id, summary }) => `${id.padEnd(width + 2)}${summary}\n`).join(''));
  return 0;
}

function help(shell: Shell, operation: Operation): number {
  shell.out(`${operation.summary}\n${operation.method} /api${operation.path}\n${takes(operation)}\n`);
  return 0;
}

function takes(operation: Operation): string {
  const names = namesOf(operation);
  return `${operation.id} takes ${names.length === 0 ? 'nothing' : names.join(', ')}${names.length === 0 ? '' : ' (* needed)'}`;
}

/** For people: a list as a table of its plain fields, one thing as lines. Control characters never reach the terminal. */
export function printed(answer: unknown): string {
  const rows = (answer as { items?: unknown } | null)?.items;
  if (!Array.isArray(rows)) return `${lines('', answer).join('\n')}\n`;
  if (rows.length === 0) return '(none)\n';
  const names = Object.keys(rows[0] as object).filter((name) =>
    rows.some((row) => isPlain(Reflect.get(row, name))),
  );
  const cells = [names, ...rows.map((row) => names.map((name) => shown(Reflect.get(row as object, name))))];
  const widths = names.map((_, i) => Math.max(...cells.map((row) => widthOf(row[i]!))));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => cell + ' '.repeat(widths[i]! - widthOf(cell)))
      .join('  ')
      .trimEnd();
  const more = (answer as { next?: unknown }).next;
  return `${cells.map(line).join('\n')}\n${typeof more === 'string' ? '… more with --all\n' : ''}`;
}

function isPlain(value: unknown): boolean {
  return value === null || typeof value !== 'object' || isMoney(value);
}

function isMoney(value: unknown): value is { minor: number; currency: string } {
  return typeof value === 'object' && value !== null && 'minor' in value && 'currency' in value;
}

function shown(value: unknown): string {
  if (isMoney(value)) return `${(value.minor / 100).toFixed(2)} ${value.currency}`;
  if (value === null || value === undefined) return '-';
  return (typeof value === 'object' ? JSON.stringify(value) : String(value)).replace(/\p{Cc}/gu, '\ufffd');
}

function lines(name: string, value: unknown): string[] {
  if (isPlain(value) || Array.isArray(value)) return [`${name === '' ? '' : `${name}: `}${shown(value)}`];
  const inner = Object.entries(value as object);
  return inner.flatMap(([key, one]) => lines(name === '' ? key : `${name}.${key}`, one));
}

/** Chinese characters take two columns of a terminal. */
function widthOf(text: string): number {
  return [...text].reduce((sum, sign) => sum + (/[\u1100-\u115f\u2e80-\uffef]/.test(sign) ? 2 : 1), 0);
}
