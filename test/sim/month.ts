import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listAgreements } from '../../src/agreement/store.ts';
import { refreshTouched } from '../../src/api/ingest.ts';
import { virtualClock } from '../../src/clock.ts';
import type { Tx } from '../../src/db/connection.ts';
import { closeMonths, followHosts, postStatements } from '../../src/jobs.ts';
import { foldDays, takeDeath, takeMinutes, takeSigned } from '../../src/measure/flow.ts';
import { lookAgain } from '../../src/measure/outage/flow.ts';
import { openOutages, readTargets, targetVersion } from '../../src/measure/store.ts';
import { isRefusal } from '../../src/refusal.ts';
import { closeMonth } from '../../src/settlement/flow.ts';
import type { Random } from '../fuzz/random.ts';
import { seeded } from '../fuzz/random.ts';
import { makeProber, must, type Speaker } from '../world.ts';
import { type Courier, type Delivery, openCourier, send } from './courier.ts';
import { type Deed, deedsOf, makeHouse } from './house.ts';
import { isLogged, type LogPlane, openLogPlane } from './log.ts';
import { type Office, openOffice } from './office.ts';
import { type Diary, diaryOf, type Listed, planeWords, proberWords, type Word } from './tell.ts';
import {
  closeTick,
  endOf,
  isFollowed,
  lastTick,
  type PlaneTruth,
  type ProberTruth,
  type Truth,
  through,
  tickOf,
} from './truth.ts';

/** A simulated month under way: the real store, fed through the real flows on a virtual clock. */
export interface Living {
  readonly truth: Truth;
  readonly office: Office;
  readonly tally: Tally;
  /** What was told last, for the story of a failure. */
  readonly story: string[];
}

export interface Tally {
  messages: number;
  again: number;
  lost: number;
  fullSpools: number;
  revisions: number;
}

interface Sender {
  readonly prober: ProberTruth | null;
  readonly plane: PlaneTruth | null;
  readonly speaker: Speaker | null;
  readonly diary: Diary;
  readonly words: ReadonlyMap<number, readonly Word[]>;
  /** Where its minutes come from, when they are not made up. */
  readonly log: LogPlane | null;
  readonly couriers: Courier[];
}

export interface Watch {
  progress(text: string): void;
  /** When the month is closed, and once more when everything late was told and judged anew. */
  audit(living: Living, when: 'closed' | 'revised'): Promise<void>;
}

export async function liveMonth(truth: Truth, order: number, watch: Watch): Promise<Tally> {
  const folder = await mkdtemp(join(tmpdir(), 'hostpledge-sim-'));
  const random = seeded(truth.seed ^ 0x51_3d).fork(order);
  const office = await openOffice(folder, random.fork(1));
  const tally = { messages: 0, again: 0, lost: 0, fullSpools: 0, revisions: 0 };
  const living: Living = { truth, office, tally, story: [] };
  const senders: Sender[] = [];
  try {
    await office.transact((tx) => makeHouse(tx, truth));
    for (const prober of truth.probers) senders.push(await proberSender(living, folder, prober));
    for (const plane of truth.planes) senders.push(await planeSender(living, folder, plane, random.fork(2)));
    await run(living, senders, { random, order }, watch);
    return tally;
  } finally {
    for (const one of senders) {
      await one.log?.close();
      for (const courier of one.couriers) await courier.spool.close();
    }
    await office.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function proberSender({ truth, office }: Living, folder: string, prober: ProberTruth): Promise<Sender> {
  const speaker = await office.database().transaction((tx) => makeProber(tx, prober.id));
  const couriers = [await openCourier(folder, prober.id, 'first', prober.cuts)];
  if (prober.moved !== null) couriers.push(await openCourier(folder, prober.id, 'second', prober.cuts));
  return {
    prober,
    plane: null,
    speaker,
    diary: diaryOf(truth, prober),
    words: new Map(),
    log: null,
    couriers,
  };
}

async function planeSender(
  { truth }: Living,
  folder: string,
  plane: PlaneTruth,
  random: Random,
): Promise<Sender> {
  const couriers = [await openCourier(folder, plane.id, 'first', plane.cuts)];
  const log = isLogged(truth, plane)
    ? await openLogPlane(truth, plane, join(folder, plane.id, 'log'), random)
    : null;
  const words = planeWords(truth, plane, log !== null);
  return { prober: null, plane, speaker: null, diary: [], words, log, couriers };
}

interface Chance {
  readonly random: Random;
  readonly order: number;
}

async function run(
  living: Living,
  senders: readonly Sender[],
  { random, order }: Chance,
  watch: Watch,
): Promise<void> {
  const { truth, office, tally } = living;
  const last = lastTick(truth);
  const deeds = [...deedsOf(truth)];
  const lists: Listed[] = [];
  for (let tick = 0; tick <= last; tick += 1) {
    const now = endOf(truth, tick);
    if (truth.restarts.includes(tick)) await office.restart();
    await doDeeds(living, deeds, now);
    await followHosts(office.database(), virtualClock(now));
    lists[tick] = await office.transact(readList);
    for (const sender of shuffled(senders, random)) {
      // In another order: a sender's words may wait, unless its link is cut next or the month is closed.
      const { cuts } = sender.couriers[0]!;
      const next = tick < closeTick(truth) && through(cuts, tick + 1) === tick + 1;
      const waits = order > 0 && next && random.chance(0.3);
      await speak(living, sender, { tick, waits, lists }, random);
    }
    await office.transact((tx) => foldDays(tx, now));
    await watchOutages(living, now);
    if (tick % 20 === 0) watch.progress(`tick ${tick} of ${last}, ${tally.messages} messages`);
    if (tick === closeTick(truth)) {
      await close(living, now);
      await watch.audit(living, 'closed');
    }
  }
  tally.lost = office.lost();
  tally.fullSpools = senders.flatMap((one) => one.couriers).reduce((sum, one) => sum + one.full, 0);
  await doDeeds(living, deeds, Number.POSITIVE_INFINITY);
  await revise(living, endOf(truth, last));
  await watch.audit(living, 'revised');
}

async function doDeeds({ office, story }: Living, deeds: Deed[], now: number): Promise<void> {
  while (deeds.length > 0 && deeds[0]!.at <= now) {
    const deed = deeds.shift()!;
    story.push(deed.what);
    await office.transact((tx) => deed.run(tx));
  }
}

async function readList(tx: Tx): Promise<Listed> {
  return { version: await targetVersion(tx), targets: (await readTargets(tx, null)).length };
}

interface Turn {
  readonly tick: number;
  readonly waits: boolean;
  readonly lists: readonly Listed[];
}

async function speak(
  living: Living,
  sender: Sender,
  { tick, waits, lists }: Turn,
  random: Random,
): Promise<void> {
  const { truth } = living;
  const { prober, speaker, couriers } = sender;
  const words =
    prober === null
      ? [...(sender.words.get(tick) ?? []), ...((await sender.log?.words(tick)) ?? [])]
      : proberWords(
          truth,
          prober,
          sender.diary,
          tick,
          (at) => lists[Math.min(at, lists.length - 1)]!,
          random,
        );
  for (const word of words) {
    const isSecond = prober?.moved != null && word.life >= prober.moved.life;
    const signed =
      speaker === null ? word : { ...word, body: bare(speaker.say(word.kind as 'round', word.body)) };
    couriers[isSecond ? 1 : 0]!.waiting.push(signed);
  }
  if (prober?.moved != null && tick >= tickOf(truth, prober.lives[prober.moved.life]!.from))
    couriers[0]!.holdUntil = prober.moved.tick;
  for (const courier of waits ? [] : couriers)
    await send(courier, tick, random, (delivery) => take(living, sender, delivery, endOf(truth, tick)));
}

/** What is kept in the spool: the spool's own name and number come with the record. */
function bare({ kind, text, signature }: { kind: string; text: string; signature: string }) {
  return { kind, text, signature };
}

async function take(
  living: Living,
  sender: Sender,
  { sender: spool, record }: Delivery,
  now: number,
): Promise<void> {
  const { office, tally } = living;
  const body = { ...(record.body as object), spool, seq: record.seq };
  const taken = must(
    await office.transact(async (tx) => {
      const done = await hear(tx, sender, record.kind, body, now);
      // Outages are a view for people; of a few hosts they are followed as ingest does (api/ingest.ts).
      if (!isRefusal(done))
        await refreshTouched(
          tx,
          now,
          done.touched.filter(({ host }) => isFollowed(host)),
        );
      return done;
    }),
  );
  tally.messages += 1;
  if (!taken.taken) tally.again += 1;
}

function hear(tx: Tx, { prober, plane, speaker }: Sender, kind: string, body: object, now: number) {
  if (prober !== null) return takeSigned(tx, now, speaker!.prober, body);
  return kind === 'death' ? takeDeath(tx, now, plane!.id, body) : takeMinutes(tx, now, plane!.id, body);
}

/** Letters about late rounds are gathered for a minute (measure/receipt.ts). */
const gatherMs = 60_000;

/** Silence ends outages too: the timetable looks at those that are open, and at what late rounds may have moved. */
async function watchOutages({ office }: Living, now: number): Promise<void> {
  for (const { host, check } of await openOutages(office.database().db))
    if (isFollowed(host))
      await office.transact((tx) => refreshTouched(tx, now, [{ host, check, since: now }]));
  const said: string[] = [];
  await lookAgain(
    office.database(),
    () => now + gatherMs,
    (text) => void said.push(text),
  );
  if (said.length > 0) throw new Error(`looking again: ${said.join('; ')}`);
}

/** The timetable closes the month; a second time it finds nothing to do. */
async function close({ office }: Living, now: number): Promise<void> {
  const said: string[] = [];
  for (let n = 0; n < 2; n += 1)
    await closeMonths(office.database(), virtualClock(now), (text) => void said.push(text));
  if (said.length > 0) throw new Error(`closing the months: ${said.join('; ')}`);
  await post(office, now);
}

/** Longer than any review of three working days. */
export const reviewMs = 30 * 86_400_000;

/** When the review is over the timetable posts; a second time it finds nothing to do. */
async function post(office: Office, now: number): Promise<void> {
  const said: string[] = [];
  for (let n = 0; n < 2; n += 1)
    await postStatements(office.database(), virtualClock(now + reviewMs), (text) => void said.push(text));
  if (said.length > 0) throw new Error(`posting: ${said.join('; ')}`);
}

/** What came late is judged anew by staff, agreement by agreement. */
async function revise({ office, truth, tally }: Living, now: number): Promise<void> {
  const by = { actor: 'staff', reason: 'late findings' };
  const { numbers } = await agreements(office);
  for (const number of numbers) {
    const made = must(await office.transact((tx) => closeMonth(tx, now, number, truth.month.name, by)));
    if (made !== null) tally.revisions += 1;
  }
  await post(office, now);
}

async function agreements(office: Office): Promise<{ readonly numbers: readonly string[] }> {
  const rows = await listAgreements(office.database().db, '', 100_000);
  return { numbers: rows.map((row) => row.number) };
}

function shuffled<Item>(items: readonly Item[], random: Random): readonly Item[] {
  const left = [...items];
  const out: Item[] = [];
  while (left.length > 0) out.push(...left.splice(random.below(left.length), 1));
  return out;
}
