import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { printInstant } from '../calendar/instant.ts';
import { isRefusal, refuse } from '../refusal.ts';
import type { Settlement } from '../settlement/settlement.ts';
import { durationWords, percentWords } from '../terms/words.ts';
import type { Link } from '../wire/link.ts';
import { ask, folderOf, reachCentre } from './centre.ts';
import type { Shell } from './command.ts';
import { refused } from './evaluate.ts';

const kinds = ['web-down', 'ftp-down', 'slow', 'plane-killed', 'prober-offline'];
const usage = `usage: hostpledge drill ${kinds.join('|')} --for 3m [--no-watch] [--data DIR]

Breaks the running embedded plane for real, for a while, and tells how the promises move.`;

/** `hostpledge drill`: a person watches a promise fail, be judged and be paid. */
export async function drillCommand(args: readonly string[], shell: Shell): Promise<number> {
  const options = readOptions(args, shell);
  if (isRefusal(options)) return refused(shell, options, usage);
  const link = reachCentre(options.folder);
  if (isRefusal(link)) return refused(shell, link);
  try {
    const { kind, forMs } = options;
    const began = await ask(link, 'post', '/control/drill', { kind, forMs });
    if (isRefusal(began)) return refused(shell, began);
    shell.out(`${kind}: ${durationWords(forMs, 'zh')} / ${durationWords(forMs, 'en')}\n`);
    if (options.watch) await watch(link, forMs, shell);
    return 0;
  } finally {
    link.close();
  }
}

function readOptions(args: readonly string[], shell: Shell) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        for: { type: 'string' },
        data: { type: 'string' },
        'no-watch': { type: 'boolean', default: false },
      },
    });
    const [kind, ...more] = positionals;
    if (kind === undefined || more.length > 0 || !kinds.includes(kind)) {
      return refuse('argument-invalid', 'KIND', `one of ${kinds.join(', ')}`);
    }
    const forMs = readSpan(values.for ?? '');
    if (forMs === null)
      return refuse('option-invalid', '--for', 'a time from 1s to 24h, such as 90s, 3m or 1h');
    return { kind, forMs, folder: folderOf(values.data, shell), watch: !values['no-watch'] };
  } catch (error) {
    return refuse('option-invalid', '', (error as Error).message);
  }
}

/** `90s`, `3m`, `1h` → ms, from one second to a day; null when it is none. */
export function readSpan(text: string): number | null {
  const parts = /^(\d{1,6})(s|m|h)$/.exec(text);
  if (parts === null) return null;
  const ms = Number(parts[1]) * { s: 1000, m: 60_000, h: 3_600_000 }[parts[2] as 's' | 'm' | 'h'];
  return ms >= 1000 && ms <= 86_400_000 ? ms : null;
}

interface Status {
  readonly now: number;
  readonly agreements: readonly {
    readonly agreement: string;
    readonly domain: string;
    readonly settlement: Settlement;
  }[];
}

/** How long after the drill's end one goes on looking, so that the recovery is seen too. */
const afterMs = 20_000;

/** Prints a line whenever a promise's bad time or what is owed moved, beside what it was when the drill began. */
async function watch(link: Link, forMs: number, shell: Shell): Promise<void> {
  const end = performance.now() + forMs + afterMs;
  let first: Status | null = null;
  let last = '';
  while (performance.now() < end) {
    const said = await ask(link, 'get', '/control/status').catch(() => null);
    if (said !== null && !isRefusal(said)) {
      const status = said as Status;
      first ??= status;
      const text = status.agreements.map((one, i) => line(one, first?.agreements[i])).join('\n');
      if (text !== last) shell.out(`${printInstant(status.now)}  ${text}\n`);
      last = text;
    }
    await delay(2000);
  }
}

type Row = Status['agreements'][number];

/** `demo.localhost  web 99.7578 % (bad +38 s)  …  owed CNY 0.01`; a percent alone moves all the time and is no news. */
function line({ domain, settlement }: Row, first: Row | undefined): string {
  const promises = settlement.guarantees.map(({ id, attained, ms }, i) => {
    const before = first?.settlement.guarantees[i];
    const more = ms.bad - (before?.ms.bad ?? ms.bad);
    if (more <= 0) return `${id} ${before?.attained == null ? '–' : percentWords(before.attained, 4)}`;
    const bad = more < 600_000 ? `${Math.round(more / 1000)} s` : durationWords(more, 'en');
    return `${id} ${attained === null ? '–' : percentWords(attained, 4)} (bad +${bad})`;
  });
  const { currency, amount } = settlement.compensation;
  return `${domain}  ${promises.join('  ')}  owed ${currency} ${amount}`;
}
