import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { type AccessLine, accessLine } from '../../src/hosting/access.ts';
import { packMinute } from '../../src/measure/pack.ts';
import { AccessReader } from '../../src/measure/readers/follow.ts';
import type { Random } from '../fuzz/random.ts';
import { minuteMs } from './draw.ts';
import { heldMs, waits } from './line.ts';
import type { Word } from './tell.ts';
import { endOf, type HostTruth, type PlaneTruth, type Truth } from './truth.ts';

/**
 * A plane whose minutes come from a real log by the real reader: lines are written in torn pieces among foreign
 * bytes, the file is turned over in the middle of a line, and the reader is killed and goes on from where its
 * place was saved.
 */
export interface LogPlane {
  /** What the reader hands over up to a tick's end. */
  words(tick: number): Promise<readonly Word[]>;
  close(): Promise<void>;
}

const idle = {
  upstreamHeadMs: null,
  upstreamDurationMs: null,
  status: 200,
  bytesIn: 300,
  bytesOut: 5000,
  client: '192.0.2.7',
  probe: '',
  type: 'text/html',
  scheme: 'http',
  method: 'GET',
  target: '/',
  referer: '',
  agent: 'sim',
} as const;

interface Living {
  readonly reader: AccessReader;
  readonly life: { isDead: boolean };
}

interface Logged {
  readonly at: number;
  readonly line: string;
}

export async function openLogPlane(
  truth: Truth,
  plane: PlaneTruth,
  folder: string,
  random: Random,
): Promise<LogPlane> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'access.log');
  const hosts = truth.hosts.filter((host) => host.plane === plane.id);
  const lines = hosts.flatMap((host) => linesOf(truth, host)).sort((a, b) => a.at - b.at);
  const names = new Map(hosts.map(({ id }) => [`${id}.example`, id]));
  const held = heldMs(truth, plane);
  let place: string | null = null;
  let now = truth.from;
  let handed: object[] = [];
  let file = await open(path, 'a');
  let turned = 0;
  const openReader = async (): Promise<Living> => {
    const life = { isDead: false };
    const reader = await AccessReader.open({
      path,
      plane: plane.id,
      state: {
        load: async () => (place === null ? null : JSON.parse(place)),
        save: async (state) => {
          if (!life.isDead) place = JSON.stringify(state);
        },
      },
      names: () => names,
      isOurs: () => false,
      loopDelay: (minute) => held[Math.round((minute - truth.from) / minuteMs)] ?? 0,
      now: () => now,
      mishap: () => undefined,
      hand: async (minutes) => {
        for (const one of life.isDead ? [] : minutes)
          handed.push({ minute: one.minute, part: one.part, packed: packMinute(one).toString('base64') });
      },
    });
    return { reader, life };
  };
  let living = await openReader();
  const read = async (): Promise<void> => {
    // A file that was turned over is let go of only after a few quiet looks.
    for (let quiet = 0; quiet < 5; ) quiet = (await living.reader.step()) ? 0 : quiet + 1;
  };
  await read();
  let next = 0;
  const take = (until: number): string => {
    let text = '';
    for (; next < lines.length && lines[next]!.at <= until; next += 1) {
      text += lines[next]!.line;
      if (random.chance(0.001)) text += `${random.bytes(40).toString('latin1').replaceAll('\n', ' ')}\n`;
    }
    return text;
  };
  const write = async (until: number): Promise<void> => {
    // Halfway the last line is torn: a reader that looks now sees its beginning only.
    now += random.below(until - now);
    const bytes = Buffer.from(take(now), 'latin1');
    const cut = Math.max(0, bytes.length - random.below(120));
    await file.write(bytes.subarray(0, cut));
    if (random.chance(0.5)) await read();
    const isTurned = random.chance(0.15);
    // Turned over in the middle of a line: its writer ends it in the old file.
    if (isTurned) await rename(path, `${path}.${20_261_000 + turned}`);
    const before = file;
    if (isTurned) file = await open(path, 'a');
    turned += isTurned ? 1 : 0;
    await before.write(bytes.subarray(cut));
    if (isTurned) await before.close();
    now = until;
    await file.write(Buffer.from(take(until), 'latin1'));
  };
  return {
    words: async (tick) => {
      const from = endOf(truth, tick - 1);
      for (let step = 1; step <= 4; step += 1) {
        await write(from + (step * truth.tickMs) / 4);
        // Killed: what it read after its place was saved is read again by the next.
        if (random.chance(0.1)) {
          living.life.isDead = true;
          await living.reader.close();
          living = await openReader();
        }
        await read();
      }
      const minutes = handed;
      handed = [];
      const words: Word[] = [];
      for (let i = 0; i < minutes.length; i += 1500)
        words.push({ kind: 'minutes', body: { minutes: minutes.slice(i, i + 1500) }, life: 0 });
      return words;
    },
    close: async () => {
      await living.reader.close();
      await file.close();
    },
  };
}

/** A host's requests: one in each minute with visitors, and those that go on for hours. */
function linesOf(truth: Truth, host: HostTruth): readonly Logged[] {
  const line = waits(truth, host);
  const out: Logged[] = [];
  for (const [i, ms] of line.entries()) {
    if (ms < 0) continue;
    // The response begins in this minute; what came before its head may lie in the one before.
    const began = truth.from + i * minuteMs + ((ms * 7919) % 59_000);
    out.push(logged(host, began, ms, 5));
  }
  for (const { minute, ms } of host.late) out.push(logged(host, minute + 1_000, ms, 110 * minuteMs));
  return out;
}

/** `began` is when the head went out. */
function logged(host: HostTruth, began: number, headMs: number, bodyMs: number): Logged {
  const endedMs = began + bodyMs;
  const times = { endedMs, durationMs: headMs + bodyMs, headMs };
  const line: AccessLine = { ...idle, ...times, host: `${host.id}.example` };
  return { at: endedMs, line: accessLine(line) };
}

/** Hosts whose minutes are not synthesized: the last plane's. */
export function isLogged(truth: Truth, plane: PlaneTruth): boolean {
  return truth.planes.at(-1) === plane;
}
