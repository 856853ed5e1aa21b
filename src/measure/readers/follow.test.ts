import assert from 'node:assert/strict';
import {
  appendFileSync,
  copyFileSync,
  mkdtempSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { accessLine } from '../../hosting/access.ts';
import { mergeMinutes, type PlaneMinute } from '../minute.ts';
import { packMinute, unpackMinute } from '../pack.ts';
import { AccessReader, type FollowOptions, followAccess, type NumberedMinute } from './follow.ts';

const start = 1_793_500_020_000;

function line(i: number, endedMs: number, durationMs = 10): string {
  return accessLine({
    host: i % 3 === 0 ? 'b' : 'a',
    endedMs,
    durationMs,
    headMs: Math.min(durationMs, 5),
    upstreamHeadMs: null,
    upstreamDurationMs: null,
    status: 200,
    bytesIn: 2 ** i,
    bytesOut: i,
    client: `c${i}`,
    probe: '',
    type: '',
    scheme: 'http',
    method: 'GET',
    target: `/${i}`,
    referer: '',
    agent: '',
  });
}

/** Lines of six minutes, two of them late; each has its own bit in `bytesIn`, so a lost or doubled one shows. */
const texts = Array.from({ length: 12 }, (_, i) => {
  const ended = start + i * 31_000;
  return line(i, ended, i === 5 ? 140_000 : i === 9 ? 200_000 : 10);
});

class Killed extends Error {}

/** A folder with a log, the durable things of a reader, and a receiver that keeps each key once. */
class World {
  readonly folder = mkdtempSync(join(tmpdir(), 'hostpledge-follow-'));
  readonly path = join(this.folder, 'access.log');
  readonly received = new Map<string, NumberedMinute>();
  readonly said: string[] = [];
  saved: string | null = null;
  now = start + 400_000;
  /** How many durable steps are still done; then the process is dead. */
  steps = Number.POSITIVE_INFINITY;
  /** Whether the step in which it died was done. */
  dieAfter = false;

  readonly options: FollowOptions = {
    path: this.path,
    plane: 'p',
    state: {
      load: async () => (this.saved === null ? null : JSON.parse(this.saved)),
      save: async (state) => this.#durably(() => (this.saved = JSON.stringify(state))),
    },
    names: () =>
      new Map([
        ['a', 'a'],
        ['b', 'b'],
      ]),
    isOurs: () => false,
    loopDelay: () => 0,
    now: () => this.now,
    mishap: (text) => this.said.push(text),
    hand: async (minutes) => this.#durably(() => this.#receive(minutes)),
  };

  constructor(t: TestContext) {
    t.after(() => rmSync(this.folder, { recursive: true, force: true }));
  }

  /** Reads until nothing is left, or until killed. */
  async read(): Promise<void> {
    const reader = await AccessReader.open(this.options);
    try {
      let idle = 0;
      while (idle < 4) idle = (await reader.step()) ? 0 : idle + 1;
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
    // The process is gone: nothing more is durable.
    const steps = this.steps;
    this.steps = -2;
    await reader.close().catch(() => undefined);
    this.steps = steps;
  }

  append(text: string): void {
    appendFileSync(this.path, text);
  }

  async finish(): Promise<void> {
    this.steps = Number.POSITIVE_INFINITY;
    this.now += 3_600_000;
    await this.read();
  }

  /** Everything that was received, parts together; clients of a minute told in parts are only bounds. */
  sums(): unknown {
    const minutes = new Map<number, PlaneMinute>();
    for (const one of this.received.values()) {
      const known = minutes.get(one.minute);
      minutes.set(one.minute, known === undefined ? one : mergeMinutes(known, one));
    }
    return [...minutes.values()]
      .filter((one) => one.hosts.length > 0)
      .sort((x, y) => x.minute - y.minute)
      .map((one) => [
        (one.minute - start) / 60_000,
        ...one.hosts.map(({ host, bytesIn, requests, slowest }) => [host, bytesIn, requests, slowest]).sort(),
      ]);
  }

  #receive(minutes: readonly NumberedMinute[]): void {
    for (const one of minutes) {
      const key = `${one.minute} ${one.part}`;
      const packed = unpackMinute('p', one.minute, one.part, packMinute(one));
      const known = this.received.get(key);
      if (known !== undefined) assert.deepEqual(packed, known, 'told again with the same content');
      this.received.set(key, packed);
    }
  }

  #durably(act: () => void): void {
    this.steps -= 1;
    if (this.steps >= 0 || (this.steps === -1 && this.dieAfter)) act();
    if (this.steps < 0) throw new Killed();
  }
}

async function straight(t: TestContext): Promise<unknown> {
  const world = new World(t);
  world.append(texts.join(''));
  await world.finish();
  return world.sums();
}

test('every line is counted once', async (t) => {
  const sums = (await straight(t)) as [number, ...[string, number, number, number][]][];
  const bits = sums.flatMap(([, ...hosts]) => hosts.map(([, bytesIn]) => bytesIn));
  assert.equal(
    bits.reduce((all, one) => all + one, 0),
    2 ** texts.length - 1,
  );
});

test('killed with the log at any byte, no line is lost or doubled', async (t) => {
  const expected = await straight(t);
  const text = texts.join('');
  for (let at = 0; at <= text.length; at += 1) {
    const world = new World(t);
    world.append(text.slice(0, at));
    // By turns a clock that closes everything at once, so that the rest becomes supplements.
    world.now = start + (at % 2 === 0 ? 400_000 : 1_000_000);
    await world.read();
    world.append(text.slice(at));
    await world.finish();
    assert.deepEqual(world.sums(), expected, `killed at byte ${at}`);
  }
});

test('killed before or after any durable step, no line is lost or doubled', async (t) => {
  const expected = await straight(t);
  for (const dieAfter of [false, true]) {
    for (let steps = 0; steps < 14; steps += 1) {
      const world = new World(t);
      Object.assign(world, { steps, dieAfter });
      for (let i = 0; i < texts.length; i += 3) {
        world.append(texts.slice(i, i + 3).join(''));
        world.now = start + (i + 2) * 31_000 + 100_000;
        await world.read();
        // Every other time the new process dies at its next step too.
        world.steps = i % 2 === 0 ? Number.POSITIVE_INFINITY : 1;
      }
      await world.finish();
      assert.deepEqual(world.sums(), expected, `${steps} steps, ${dieAfter ? 'after' : 'before'} the last`);
    }
  }
});

test('killed between handing over and saving, what is told again is the same although the log went on', async (t) => {
  // A clock that closes minutes five seconds after them, and answers that began 45 s before their lines.
  const slow = Array.from({ length: 12 }, (_, i) => line(i, start + i * 31_000, 45_000));
  const run = async (steps: number, dieAfter: boolean): Promise<unknown> => {
    const world = new World(t);
    Object.assign(world, { steps, dieAfter, options: { ...world.options, graceMs: 5000 } });
    for (const [i, text] of slow.entries()) {
      world.append(text);
      world.now = start + i * 31_000 + 12_000;
      await world.read();
      if (world.steps < 0) world.steps = Number.POSITIVE_INFINITY;
    }
    await world.finish();
    return world.sums();
  };
  const expected = await run(Number.POSITIVE_INFINITY, false);
  for (let steps = 0; steps < 24; steps += 1) {
    assert.deepEqual(await run(steps, false), expected, `before step ${steps}`);
    assert.deepEqual(await run(steps, true), expected, `after step ${steps}`);
  }
});

test('a log turned over by renaming is read to its end first, then the new one', async (t) => {
  const expected = await straight(t);
  for (const awake of [true, false]) {
    const world = new World(t);
    const read = async (): Promise<void> => (awake ? world.read() : undefined);
    world.append(texts.slice(0, 4).join(''));
    await world.read();
    renameSync(world.path, `${world.path}.1`);
    appendFileSync(`${world.path}.1`, texts[4]!);
    await read();
    world.append(texts.slice(5, 7).join(''));
    await read();
    renameSync(`${world.path}.1`, `${world.path}.2`);
    renameSync(world.path, `${world.path}.1`);
    world.append(texts.slice(7).join(''));
    await world.finish();
    assert.deepEqual(world.sums(), expected, awake ? 'awake' : 'asleep');
    assert.deepEqual(world.said, []);
  }
});

/** Four files of three lines, turned over to these names while the reader is away after its first line; the last stays the log unless named. */
async function turnedOver(
  t: TestContext,
  names: readonly string[],
  touch: (path: string, i: number) => void,
) {
  const world = new World(t);
  world.append(texts[0]!);
  await world.read();
  const path = (i: number): string => world.path + (names[i] ?? '');
  world.append(texts.slice(1, 3).join(''));
  for (let i = 0; i < 4; i += 1) {
    if (i > 0) writeFileSync(world.path, texts.slice(3 * i, 3 * i + 3).join(''));
    if (path(i) !== world.path) renameSync(world.path, path(i));
  }
  for (let i = 0; i < 4; i += 1) touch(path(i), i);
  await world.finish();
  assert.deepEqual(world.said, []);
  return world.sums();
}

test('files are taken in the order of their names, whatever their times say', async (t) => {
  const expected = await straight(t);
  const touches = [
    (path: string) => utimesSync(path, start / 1000, start / 1000),
    (path: string, i: number) => utimesSync(path, start / 1000 - i, start / 1000 - i),
  ];
  const schemes = [
    ['.3', '.2', '.1'],
    ['.11', '.10', '.9'],
    ['-20261103', '-20261103-2', '-20261104'],
    ['.20261103-9000', '.20261103-12000', '.20261103-100000'],
    ['-20261103235959', '-20261104000000', '-20261104000001'],
  ];
  for (const touch of touches) {
    for (const names of schemes)
      assert.deepEqual(await turnedOver(t, names, touch), expected, names.join(' '));
  }
});

test('names that count differently are told apart by their times', async (t) => {
  const touch = (path: string, i: number) => utimesSync(path, start / 1000 + i, start / 1000 + i);
  const sums = await turnedOver(t, ['.1', '-20261103', '-20261104'], touch);
  assert.deepEqual(sums, await straight(t));
});

test('files that were turned over are read although there is no new log yet', async (t) => {
  const sums = await turnedOver(t, ['.4', '.3', '.2', '.1'], () => undefined);
  assert.deepEqual(sums, await straight(t));
});

test('a log turned over while a reader runs is followed by that reader', async (t) => {
  const expected = await straight(t);
  const world = new World(t);
  const reader = await followAccess({ ...world.options, everyMs: 2 });
  const pause = () => new Promise((done) => setTimeout(done, 30));
  for (const [i, text] of texts.entries()) {
    world.append(text.slice(0, 50));
    await pause();
    world.append(text.slice(50));
    if (i % 4 === 3) renameSync(world.path, `${world.path}.2026110${i}-1`);
  }
  await pause();
  await reader.stop();
  await world.finish();
  assert.deepEqual(world.sums(), expected);
});

test('a log copied and truncated in place goes on from the copy, then from its new beginning', async (t) => {
  const expected = await straight(t);
  for (const regrown of [false, true]) {
    const world = new World(t);
    world.append(texts.slice(0, 4).join(''));
    await world.read();
    world.append(texts.slice(4, 6).join(''));
    copyFileSync(world.path, `${world.path}.1`);
    truncateSync(world.path);
    if (!regrown) await world.read();
    world.append(texts.slice(6).join(''));
    await world.finish();
    assert.deepEqual(world.sums(), expected, regrown ? 'grown beyond the old place' : 'empty when seen');
    assert.deepEqual(world.said, []);
  }
});

test('a log that was copied back with the reader’s place goes on where it was, also when its inode is another’s now', async (t) => {
  const expected = await straight(t);
  for (const taken of [false, true]) {
    const world = new World(t);
    world.append(texts.slice(0, 7).join(''));
    await world.read();
    copyFileSync(world.path, `${world.path}.aside`);
    // The old file lives on under a name of the log's family, with other bytes: its inode is no longer the log's.
    if (taken) renameSync(world.path, `${world.path}.1`);
    else rmSync(world.path);
    if (taken) writeFileSync(`${world.path}.1`, 'x');
    renameSync(`${world.path}.aside`, world.path);
    world.append(texts.slice(7).join(''));
    await world.finish();
    assert.deepEqual(world.sums(), expected);
    assert.deepEqual(world.said, []);
  }
});

test('a log that was removed before it was read is said to be lost, and its minutes are not told as read', async (t) => {
  const world = new World(t);
  world.append(texts[0]!);
  world.now = start + 1000;
  await world.read();
  rmSync(world.path);
  await world.read();
  writeFileSync(world.path, line(3, start + 3_600_500));
  world.now = start + 3_600_500;
  await world.finish();
  assert.match(world.said.join(), /turned over and removed/);
  const read = [...world.received.values()].filter((one) => one.part === 0).map((one) => one.minute);
  assert.ok(Math.min(...read) === start + 3_600_000, 'reading begins again with the new log');
  assert.equal((world.sums() as unknown[]).length, 2);
});

test('without a log nothing is told as read; it is followed from its first byte once it is there', async (t) => {
  const world = new World(t);
  await world.read();
  assert.equal(world.received.size, 0);
  world.append(texts.join(''));
  await world.finish();
  assert.deepEqual(world.sums(), await straight(t));
});

test('hosts that are added while a minute is open count as themselves from then on', async (t) => {
  const world = new World(t);
  const names = new Map([['b', 'h2']]);
  const reader = await AccessReader.open({ ...world.options, names: () => names });
  world.append(line(1, start));
  while (await reader.step());
  names.set('a', 'h1');
  world.append(line(2, start));
  while (await reader.step());
  await reader.close();
  world.now += 600_000;
  const again = await AccessReader.open({ ...world.options, names: () => names });
  while (await again.step());
  await again.close();
  const counts = [...world.received.values()].flatMap((one) =>
    one.hosts.map((host) => [host.host, host.requests]),
  );
  assert.deepEqual(counts.sort(), [
    ['-', 1],
    ['h1', 1],
  ]);
});

test('a line that is not understood is said once, and a saved place that is not ours is refused', async (t) => {
  const world = new World(t);
  world.append(`noise\n${texts[0]}noise\n`);
  await world.finish();
  assert.deepEqual(world.said, [`${world.path}: a line was not understood: noise`]);
  world.saved = '{"format":"other"}';
  await assert.rejects(AccessReader.open(world.options));
});
