import { isIP } from 'node:net';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { isRefusal, type Refusal, refuse } from './refusal.ts';

/** What a start of the product is told. Ports: 0 picks a free one. */
export interface Config {
  /** Folder of everything that is kept. */
  readonly data: string;
  /** Address that the centre, the hosts' web and their FTP listen on. */
  readonly host: string;
  readonly port: number;
  readonly hostsPort: number;
  readonly hostsTlsPort: number;
  readonly ftpPort: number;
  /** `postgres://…`; null: the embedded database in the data folder. */
  readonly database: string | null;
  /** Seconds between two checks of a host. */
  readonly interval: number;
  /** Where people reach the console (`https://console.example.cn`); null: the address that the centre listens on. */
  readonly origin: string | null;
  /** Time stamp service (RFC 3161) for signatures; null: none, and they bear no time but their own. */
  readonly timestamp: string | null;
  /** File that is written once everything answers; null: none. */
  readonly readyFile: string | null;
}

const path = z
  .string()
  .min(1)
  .max(4096)
  .refine((text) => !text.includes('\0'));
const address = z.string().refine((text) => text === 'localhost' || isIP(text) !== 0);
const port = whole(0, 65_535);
const postgres = z.string().refine((text) => /^postgres(ql)?:$/.test(URL.parse(text)?.protocol ?? ''));

/** An origin as a browser writes it: no path, no capital letters, no port that goes without saying. */
const origin = z
  .string()
  .refine((text) => /^https?:$/.test(URL.parse(text)?.protocol ?? '') && new URL(text).origin === text);

const service = z.string().refine((text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ''));

const shape = z.strictObject({
  data: path.default('./data'),
  host: address.default('127.0.0.1'),
  port: port.default(8080),
  hostsPort: port.default(8081),
  hostsTlsPort: port.default(8443),
  ftpPort: port.default(2121),
  database: postgres.nullable().default(null),
  interval: whole(1, 60).default(60),
  origin: origin.nullable().default(null),
  timestamp: service.nullable().default(null),
  readyFile: path.nullable().default(null),
});

type Name = keyof Config;

const portRule = 'a port: a whole number from 0 to 65535, 0 for a free one';

/** Each setting's flag, its twin in the environment (the flag wins), and what is accepted, in words. */
const settings: Readonly<Record<Name, readonly [flag: string, variable: string, rule: string]>> = {
  data: ['data', 'HOSTPLEDGE_DATA', 'a path'],
  host: ['host', 'HOSTPLEDGE_HOST', 'an IP address, or localhost'],
  port: ['port', 'HOSTPLEDGE_PORT', portRule],
  hostsPort: ['hosts-port', 'HOSTPLEDGE_HOSTS_PORT', portRule],
  hostsTlsPort: ['hosts-tls-port', 'HOSTPLEDGE_HOSTS_TLS_PORT', portRule],
  ftpPort: ['ftp-port', 'HOSTPLEDGE_FTP_PORT', portRule],
  database: ['database', 'HOSTPLEDGE_DATABASE', 'postgres://USER@ADDRESS/NAME'],
  interval: ['interval', 'HOSTPLEDGE_INTERVAL', 'whole seconds from 1 to 60'],
  origin: ['origin', 'HOSTPLEDGE_ORIGIN', 'where browsers find the console, as `https://console.example.cn`'],
  timestamp: ['timestamp', 'HOSTPLEDGE_TIMESTAMP', 'a time stamp service, as `http://tsa.example.cn/tsr`'],
  readyFile: ['ready-file', 'HOSTPLEDGE_READY_FILE', 'a path'],
};

const names = Object.keys(settings) as Name[];

/**
 * The configuration from the flags (`--port 80` or `--port=80`, nothing else) and the environment; an empty
 * variable counts as none. Refuses with the flag or variable as path and what it accepts as rule.
 */
export function parseConfig(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Config | Refusal {
  const given = readFlags(args);
  if (isRefusal(given)) return given;
  const sources = names.map((name) => sourceOf(name, given, env));
  const parsed = shape.safeParse(Object.fromEntries(sources.map(({ name, value }) => [name, value])));
  if (parsed.success) return refuseSharedPort(parsed.data, sources) ?? parsed.data;
  const wrong = sources.find(({ name }) => name === parsed.error.issues[0]?.path[0])!;
  return refuse('config-value', wrong.spoken, settings[wrong.name][2]);
}

interface Source {
  readonly name: Name;
  readonly value: string | undefined;
  /** The flag or variable, as whoever gave it wrote it. */
  readonly spoken: string;
}

type Flags = Readonly<Record<string, string>>;

function sourceOf(name: Name, flags: Flags, env: Readonly<Record<string, string | undefined>>): Source {
  const [flag, variable] = settings[name];
  const value = flags[flag];
  if (value !== undefined) return { name, value, spoken: `--${flag}` };
  const twin = env[variable];
  if (twin !== undefined && twin !== '') return { name, value: twin, spoken: variable };
  return { name, value: undefined, spoken: `--${flag}` };
}

/** Every flag takes a value, stands once, and is one of ours; what is not a flag is refused. */
function readFlags(args: readonly string[]): Flags | Refusal {
  const options = Object.fromEntries(names.map((name) => [settings[name][0], { type: 'string' as const }]));
  const { tokens } = parseArgs({
    args: [...args],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const flags: Record<string, string> = {};
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional')
      return refuse('config-argument', token.value, 'flags only, each with its value');
    const { name, rawName, value } = token;
    if (!rawName.startsWith('--') || !Object.hasOwn(options, name)) {
      return refuse(
        'config-flag',
        rawName,
        `one of ${names.map((one) => `--${settings[one][0]}`).join(', ')}`,
      );
    }
    if (value === undefined || (!token.inlineValue && value.startsWith('--'))) {
      return refuse('config-value', rawName, 'a value after the flag');
    }
    if (Object.hasOwn(flags, name)) return refuse('config-flag', rawName, 'each flag at most once');
    flags[name] = value;
  }
  return flags;
}

/** Two of our own servers cannot listen on one port; said here rather than by the second one's failure. */
function refuseSharedPort(config: Config, sources: readonly Source[]): Refusal | null {
  const ports = ['port', 'hostsPort', 'hostsTlsPort', 'ftpPort'] as const;
  for (const [i, name] of ports.entries()) {
    const other = ports.slice(0, i).find((one) => config[one] === config[name] && config[name] !== 0);
    if (other === undefined) continue;
    const spoken = (one: Name) => sources.find((source) => source.name === one)!.spoken;
    return refuse(
      'config-value',
      spoken(name),
      `another port than ${spoken(other)}, which is ${config[other]} too`,
    );
  }
  return null;
}

function whole(least: number, most: number) {
  return z
    .string()
    .regex(/^\d{1,5}$/)
    .transform(Number)
    .refine((value) => value >= least && value <= most);
}
