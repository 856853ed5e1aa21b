import { randomBytes } from 'node:crypto';
import { Resolver } from 'node:dns/promises';
import { readFileSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { type Clock, realClock } from '../../clock.ts';
import type { ProbeWorld } from '../probe.ts';

export interface WorldOptions {
  readonly clock?: Clock;
  /** Resolvers to ask (`192.0.2.53`, `192.0.2.53:5353`); default: the system's. */
  readonly servers?: readonly string[];
  /** The machine's own table of names, asked before the resolvers; null: none. Default: the system's. */
  readonly namesFile?: string | null;
}

const systemNames =
  process.platform === 'win32' ? 'C:\\Windows\\System32\\drivers\\etc\\hosts' : '/etc/hosts';
/** One question and its repetition end within a probe's deadline: 3 s, then 6 s. */
const questionMs = 3_000;
const questions = 2;
const namesEveryMs = 5_000;
/** Answers that say that there is nothing; any other fault is thrown, so that the reading can name it. */
const nothing: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA']);

/**
 * The world as it is. Names are asked of the resolvers directly and not through the C library, whose few
 * threads a handful of dead zones would hold and so make other customers' hosts fail.
 */
export function realWorld(options: WorldOptions = {}): ProbeWorld {
  const clock = options.clock ?? realClock;
  const resolver = new Resolver({ timeout: questionMs, tries: questions });
  if (options.servers !== undefined && options.servers.length > 0) resolver.setServers(options.servers);
  const tableOf = tableReader(options.namesFile === undefined ? systemNames : options.namesFile);
  return {
    now: () => clock.now(),
    tick: () => performance.now(),
    nonce,
    resolve: async (name) => {
      const known = literal(name);
      if (known !== null) return [known];
      const asked = name.toLowerCase().replace(/\.$/, '');
      // RFC 6761 §6.3: loopback without asking; Debian's resolver does not know it.
      if (asked === 'localhost' || asked.endsWith('.localhost')) return ['127.0.0.1'];
      return tableOf().get(asked) ?? askBoth(resolver, asked);
    },
  };
}

/** Dice are thrown for 512 nonces at once: asking for 8 bytes each time would be a tenth of a probe's cost. */
let dice = Buffer.alloc(0);
let thrown = 0;
function nonce(): string {
  if (thrown === dice.length) {
    dice = randomBytes(4_096);
    thrown = 0;
  }
  thrown += 8;
  return dice.toString('hex', thrown - 8, thrown);
}

/** The addresses of IPv4, or when there is none those of IPv6: as most visitors reach a host. */
async function askBoth(resolver: Resolver, name: string): Promise<readonly string[]> {
  const four = await resolver.resolve4(name).catch(orNothing);
  return four.length > 0 ? four : resolver.resolve6(name).catch(orNothing);
}

function orNothing(error: NodeJS.ErrnoException): string[] {
  if (nothing.has(error.code ?? '')) return [];
  throw error;
}

function literal(name: string): string | null {
  const inner = name.startsWith('[') && name.endsWith(']') ? name.slice(1, -1) : name;
  return isIP(inner) > 0 ? inner : null;
}

/** Lines of `address name…`, `#` begins a comment; a name may stand in several lines. IPv4 first. */
export function parseNames(text: string): Map<string, string[]> {
  const table = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [address, ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (address === undefined || isIP(address) === 0) continue;
    for (const name of names) {
      const known = table.get(name.toLowerCase()) ?? [];
      if (isIP(address) === 4) known.splice(known.filter((one) => isIP(one) === 4).length, 0, address);
      else known.push(address);
      table.set(name.toLowerCase(), known);
    }
  }
  return table;
}

/** The table, read again when the file changed, looked at every five seconds. A missing file is an empty table. */
function tableReader(file: string | null): () => Map<string, string[]> {
  let table = new Map<string, string[]>();
  let changed = -1;
  let looked = Number.NEGATIVE_INFINITY;
  return () => {
    if (file === null || performance.now() - looked < namesEveryMs) return table;
    looked = performance.now();
    try {
      const { mtimeMs } = statSync(file);
      if (mtimeMs !== changed) table = parseNames(readFileSync(file, 'utf8'));
      changed = mtimeMs;
    } catch {
      table = new Map();
      changed = -1;
    }
    return table;
  };
}
