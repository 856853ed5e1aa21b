import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { parseArgs } from 'node:util';
import type { FtpTarget, WebTarget } from '../measure/probe.ts';
import { probes } from '../measure/probes/register.ts';
import { realWorld } from '../measure/probes/world.ts';
import type { Reading } from '../measure/reading.ts';
import { isRefusal, type Refusal, refuse } from '../refusal.ts';
import { paceOf, paceText } from './pace.ts';

export const probeUsage = `usage: hostpledge probe web URL
       hostpledge probe ftp HOST[:PORT] --user U (--password-file F | --password-env NAME) [--tls]
       hostpledge probe web|ftp --targets FILE [--concurrency 50] [--for 10s] …

One check as it is judged: one attempt, one deadline. With --targets (one URL or HOST[:PORT] a line) it
measures itself. --json prints JSON; --deadline 10s; --authority FILE.pem is accepted besides the system's.
Exit code 0: passed, 1: failed, 2: refused input.`;

type Look = () => Promise<Reading>;
type Say = (text: string) => void;

/** `hostpledge probe`: makes the judged observation by hand, or measures what many of them cost. */
export async function probeCommand(args: readonly string[], out: Say, err: Say): Promise<number> {
  const plan = await readPlan(args);
  if (isRefusal(plan)) {
    err(`${plan.path === '' ? '' : `${plan.path}: `}${plan.rule} (${plan.code})\n${probeUsage}\n`);
    return 2;
  }
  if (plan.pace !== null) {
    const pace = await paceOf(plan.looks, plan.pace.concurrency, plan.pace.forMs);
    out(plan.json ? `${JSON.stringify(pace)}\n` : paceText(pace));
    return pace.passed === pace.probes ? 0 : 1;
  }
  const reading = await plan.looks[0]!();
  out(plan.json ? `${JSON.stringify(reading)}\n` : readingText(reading));
  return reading.result === 'pass' ? 0 : 1;
}

interface Plan {
  readonly looks: readonly Look[];
  readonly json: boolean;
  /** Null: one look. */
  readonly pace: { readonly concurrency: number; readonly forMs: number } | null;
}

const options = {
  json: { type: 'boolean' },
  tls: { type: 'boolean' },
  user: { type: 'string' },
  'password-file': { type: 'string' },
  'password-env': { type: 'string' },
  deadline: { type: 'string' },
  authority: { type: 'string' },
  targets: { type: 'string' },
  concurrency: { type: 'string' },
  for: { type: 'string' },
} as const;

function readArgs(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    return refuse('option-unknown', '', (error as Error).message);
  }
}

type Values = Exclude<ReturnType<typeof readArgs>, Refusal>['values'];

async function readPlan(args: readonly string[]): Promise<Plan | Refusal> {
  const read = readArgs(args);
  if (isRefusal(read)) return read;
  const { values, positionals } = read;
  const [kind, ...aims] = positionals;
  const misplaced =
    kind === 'web' &&
    (['user', 'password-file', 'password-env', 'tls'] as const).find((name) => name in values);
  if (misplaced) return refuse('option-unknown', `--${misplaced}`, 'belongs to probe ftp');
  const aimer = kind === 'web' ? await webAimer(values) : kind === 'ftp' ? await ftpAimer(values) : null;
  if (aimer === null) return refuse('kind-unknown', 'kind', `one of ${Object.keys(probes).join(', ')}`);
  if (isRefusal(aimer)) return aimer;
  const pace = readPace(values);
  if (isRefusal(pace)) return pace;
  if (pace === null && aims.length !== 1) return refuse('target-missing', 'target', 'exactly one target');
  if (pace !== null && aims.length > 0)
    return refuse('target-twice', 'target', 'either a target or --targets');
  const lines = values.targets === undefined ? aims : await readText(values.targets, '--targets');
  if (isRefusal(lines)) return lines;
  const looks = readLooks(lines, aimer);
  return isRefusal(looks) ? looks : { looks, json: values.json ?? false, pace };
}

/** The targets as arguments, or the text of a file: blank lines and `#` comments are passed over. */
function readLooks(
  lines: readonly string[] | string,
  aimer: (aim: string) => Look | Refusal,
): Look[] | Refusal {
  const looks: Look[] = [];
  const rows = typeof lines === 'string' ? lines.split('\n') : lines;
  for (const [index, row] of rows.entries()) {
    const aim = row.trim();
    if (aim === '' || aim.startsWith('#')) continue;
    const look = aimer(aim);
    if (isRefusal(look)) return typeof lines === 'string' ? { ...look, path: `targets.${index + 1}` } : look;
    looks.push(look);
  }
  return looks.length > 0 ? looks : refuse('target-missing', 'targets', 'at least one target');
}

function readPace(values: Values): Plan['pace'] | Refusal {
  const concurrency = Number(values.concurrency ?? '50');
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > 10_000) {
    return refuse('number-invalid', '--concurrency', 'a whole number from 1 to 10000');
  }
  const forMs = readDuration(values.for ?? '10s', '--for');
  if (isRefusal(forMs)) return forMs;
  if (values.targets !== undefined) return { concurrency, forMs };
  const lone = values.concurrency !== undefined ? '--concurrency' : values.for !== undefined ? '--for' : null;
  return lone === null ? null : refuse('option-unknown', lone, 'belongs to --targets');
}

async function webAimer(values: Values): Promise<((aim: string) => Look | Refusal) | Refusal> {
  const bounds = await readBounds(values, '10s');
  if (isRefusal(bounds)) return bounds;
  const world = realWorld();
  return (aim) => {
    const url = URL.parse(aim);
    const scheme = url?.protocol === 'https:' ? 'https' : url?.protocol === 'http:' ? 'http' : null;
    if (url === null || scheme === null || url.username !== '' || url.password !== '') {
      return refuse('url-invalid', 'target', 'an http or https address without user and password');
    }
    const target: WebTarget = {
      id: aim,
      name: url.hostname,
      names: [url.hostname],
      scheme,
      port: url.port === '' ? (scheme === 'https' ? 443 : 80) : Number(url.port),
      path: url.pathname + url.search,
      addresses: [],
      key: null,
      ...bounds,
    };
    return () => probes.web(target, world);
  };
}

async function ftpAimer(values: Values): Promise<((aim: string) => Look | Refusal) | Refusal> {
  const bounds = await readBounds(values, '20s');
  if (isRefusal(bounds)) return bounds;
  const account = values.user ?? '';
  if (!isWord(account)) return refuse('user-invalid', '--user', 'the account to log in with, one line');
  const password = await readPassword(values);
  if (isRefusal(password)) return password;
  const world = realWorld();
  return (aim) => {
    const place = readPlace(aim);
    if (isRefusal(place)) return place;
    const tls = values.tls ? 'explicit' : 'none';
    const target: FtpTarget = { id: aim, ...place, tls, account, password, ...bounds };
    return () => probes.ftp(target, world);
  };
}

/** `host`, `host:2121`, `[::1]:2121`. */
function readPlace(text: string): { name: string; port: number } | Refusal {
  const found = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+))(?::(\d{1,5}))?$/.exec(text);
  const name = found?.[1] ?? found?.[2];
  const port = Number(found?.[3] ?? '21');
  if (name === undefined || (found?.[1] !== undefined && isIP(name) !== 6) || port < 1 || port > 65_535) {
    return refuse('address-invalid', 'target', 'HOST or HOST:PORT');
  }
  return { name, port };
}

/** A password is never an argument: every user of the machine could read it. */
async function readPassword(values: Values): Promise<string | Refusal> {
  const { 'password-file': file, 'password-env': name } = values;
  if ((file === undefined) === (name === undefined)) {
    return refuse('password-missing', '--password-file', 'exactly one of --password-file and --password-env');
  }
  if (name !== undefined) {
    const value = process.env[name];
    return value !== undefined && isWord(value)
      ? value
      : refuse('password-missing', '--password-env', `the environment has no ${name} of one line`);
  }
  const text = await readText(file!, '--password-file');
  if (isRefusal(text)) return text;
  const password = text.replace(/\r?\n$/, '');
  return isWord(password) ? password : refuse('password-missing', '--password-file', 'a file of one line');
}

async function readBounds(values: Values, deadline: string) {
  const deadlineMs = readDuration(values.deadline ?? deadline, '--deadline');
  if (isRefusal(deadlineMs)) return deadlineMs;
  if (values.authority === undefined) return { deadlineMs, authorities: [] };
  const pem = await readText(values.authority, '--authority');
  if (isRefusal(pem)) return pem;
  const authorities = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
  return authorities === null
    ? refuse('authority-invalid', '--authority', 'a file of certificates in PEM')
    : { deadlineMs, authorities };
}

/** `500ms`, `10s`, `2m`: from 1 ms to an hour. */
function readDuration(text: string, path: string): number | Refusal {
  const found = /^(\d{1,7})(ms|s|m)$/.exec(text);
  const ms =
    found === null ? 0 : Number(found[1]) * { ms: 1, s: 1_000, m: 60_000 }[found[2] as 'ms' | 's' | 'm'];
  return ms >= 1 && ms <= 3_600_000
    ? ms
    : refuse('duration-invalid', path, 'such as 500ms, 10s or 2m, at most an hour');
}

async function readText(file: string, path: string): Promise<string | Refusal> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    return refuse('file-unreadable', path, (error as Error).message);
  }
}

function isWord(text: string): boolean {
  return text !== '' && !/[\r\n\0]/.test(text);
}

function readingText(reading: Reading): string {
  const phases = Object.entries(reading.phases).map(([phase, ms]) => `${phase} ${ms} ms`);
  const rows = [
    `${reading.result}  ${reading.code}: ${reading.detail}`,
    `  asked        ${[reading.target, ...reading.redirects].join(' → ')}${reading.peer === null ? '' : ` at ${reading.peer}`}`,
    `  took         ${reading.tookMs} ms: ${phases.join(', ')}`,
  ];
  const { certificate } = reading;
  if (certificate !== null) {
    const day = (at: number) => new Date(at).toISOString().slice(0, 10);
    const trust = certificate.trusted ? 'trusted' : 'not trusted';
    rows.push(
      `  certificate  ${certificate.subject}, issued by ${certificate.issuer}, ${day(certificate.from)} to ${day(certificate.to)}, ${trust}`,
    );
  }
  return `${rows.join('\n')}\n`;
}
