import { type FileHandle, mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { type AccessLine, accessLine } from '../../src/hosting/access.ts';
import type { PlaneMinute } from '../../src/measure/minute.ts';
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
  const reading = new Reading(truth, plane, path, random);
  const writing = new Writing(truth, plane, { path, random, file: await open(path, 'a') });
  await reading.read(truth.from);
  return {
    words: async (tick) => {
      const from = endOf(truth, tick - 1);
      for (let step = 1; step <= 4; step += 1) {
        const until = from + (step * truth.tickMs) / 4;
        // Halfway the last line is torn: a reader that looks now sees its beginning only.
        const half = writing.now + random.below(until - writing.now);
        const rest = await writing.tear(half);
        if (random.chance(0.5)) await reading.read(half);
        await writing.finish(rest, until);
        await reading.read(until);
      }
      return reading.taken();
    },
    close: async () => {
      await reading.close();
      await writing.close();
    },
  };
}

/** The plane's side: lines in the order in which requests ended, in torn pieces, the file turned over now and then. */
class Writing {
  readonly #lines: readonly Logged[];
  readonly #random: Random;
  readonly #path: string;
  #file: FileHandle;
  #next = 0;
  #turned = 0;
  now: number;

  constructor(
    truth: Truth,
    plane: PlaneTruth,
    { path, random, file }: { readonly path: string; readonly random: Random; readonly file: FileHandle },
  ) {
    const hosts = truth.hosts.filter((host) => host.plane === plane.id);
    this.#lines = hosts.flatMap((host) => linesOf(truth, host)).sort((a, b) => a.at - b.at);
    this.#random = random;
    this.#path = path;
    this.#file = file;
    this.now = truth.from;
  }

  /** Writes what ended up to an instant but for the last bytes, which it gives. */
  async tear(until: number): Promise<Buffer> {
    this.now = until;
    const bytes = this.#take(until);
    const cut = Math.max(0, bytes.length - this.#random.below(120));
    await this.#file.write(bytes.subarray(0, cut));
    return bytes.subarray(cut);
  }

  /** Ends the torn line, perhaps in a file that was turned over meanwhile, and writes on. */
  async finish(rest: Buffer, until: number): Promise<void> {
    const before = this.#file;
    if (this.#random.chance(0.15)) {
      this.#turned += 1;
      await rename(this.#path, `${this.#path}.${20_261_000 + this.#turned}`);
      this.#file = await open(this.#path, 'a');
    }
    await before.write(rest);
    if (before !== this.#file) await before.close();
    this.now = until;
    await this.#file.write(this.#take(until));
  }

  #take(until: number): Buffer {
    let text = '';
    for (; this.#next < this.#lines.length && this.#lines[this.#next]!.at <= until; this.#next += 1) {
      text += this.#lines[this.#next]!.line;
      if (this.#random.chance(0.001))
        text += `${this.#random.bytes(40).toString('latin1').replaceAll('\n', ' ')}\n`;
    }
    return Buffer.from(text, 'latin1');
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

/** The reader's side: what it saves and hands over outlives it; it is killed after a look, or between the two. */
class Reading {
  readonly #open: () => Promise<AccessReader>;
  readonly #random: Random;
  #reader: AccessReader | null = null;
  #isDead = false;
  #place: string | null = null;
  #now = 0;
  #handed: object[] = [];

  constructor(truth: Truth, plane: PlaneTruth, path: string, random: Random) {
    const hosts = truth.hosts.filter((host) => host.plane === plane.id);
    const names = new Map(hosts.map(({ id }) => [`${id}.example`, id]));
    const held = heldMs(truth, plane);
    this.#random = random;
    this.#open = () =>
      AccessReader.open({
        path,
        plane: plane.id,
        state: {
          load: async () => (this.#place === null ? null : JSON.parse(this.#place)),
          save: async (state) => {
            if (!this.#isDead) this.#place = JSON.stringify(state);
          },
        },
        names: () => names,
        isOurs: () => false,
        loopDelay: (minute) => held[Math.round((minute - truth.from) / minuteMs)] ?? 0,
        now: () => this.#now,
        mishap: () => undefined,
        hand: async (minutes) => this.#hand(minutes),
      });
  }

  #hand(minutes: readonly PlaneMinute[]): void {
    for (const { minute, part, ...rest } of this.#isDead ? [] : minutes) {
      const packed = packMinute({ minute, part, ...rest });
      this.#handed.push({ minute, part, packed: packed.toString('base64') });
    }
    // Killed before it could save that they were handed over.
    if (this.#random.chance(0.02)) this.#isDead = true;
  }

  /** Reads all there is; a file that was turned over is let go of only after a few quiet looks. */
  async read(now: number): Promise<void> {
    this.#now = now;
    for (let quiet = 0; quiet < 5; ) {
      this.#reader ??= await this.#open();
      quiet = (await this.#reader.step()) ? 0 : quiet + 1;
      if (!this.#isDead && !this.#random.chance(0.01)) continue;
      this.#isDead = true;
      await this.close();
      quiet = 0;
    }
  }

  async close(): Promise<void> {
    await this.#reader?.close();
    this.#reader = null;
    this.#isDead = false;
  }

  taken(): readonly Word[] {
    const minutes = this.#handed;
    this.#handed = [];
    const words: Word[] = [];
    for (let i = 0; i < minutes.length; i += 1500)
      words.push({ kind: 'minutes', body: { minutes: minutes.slice(i, i + 1500) }, life: 0 });
    return words;
  }
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
