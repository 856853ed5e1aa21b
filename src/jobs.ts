import { passRenewal, readTimetable } from './agreement/renewal/flow.ts';
import { dueRenewals } from './agreement/store.ts';
import type { Clock } from './clock.ts';
import type { Database } from './db/connection.ts';
import { cutDay, listDays } from './db/evidence.ts';
import { prune } from './db/outbox.ts';
import { pruneRequests } from './entrance/store.ts';
import { healthShape } from './hosting/health.ts';
import { specOf } from './hosting/host.ts';
import { listHosts, nextRevision, readPlanes, readRecords } from './hosting/store.ts';
import { bookPayments } from './ledger/flow.ts';
import { foldDays, syncTargets } from './measure/flow.ts';
import { lookAgain, lookAt } from './measure/outage/flow.ts';
import { openOutages } from './measure/store.ts';
import { wantedTargets } from './measure/target.ts';
import { type Office, sendLetters } from './notice/flow.ts';
import { type HookOffice, sendHooks } from './notice/hook/flow.ts';
import { pruneCodes } from './people/store.ts';
import { remindStale } from './people/verification/flow.ts';
import { isRefusal } from './refusal.ts';
import { closeMonths as closeSome, dueMonths, postReady } from './settlement/flow.ts';
import { tellMonths } from './settlement/letter/flow.ts';
import { type DraftPlace, readDueDrafts } from './settlement/store.ts';

const dayMs = 86_400_000;

/**
 * The timetable. A job is only a wake-up: what is to be done stands in the store, so a job that was missed,
 * killed or woken twice changes nothing but the hour.
 */
export function startTimetable(
  database: Database,
  clock: Clock,
  mishap: (text: string) => void,
  office: (Office & HookOffice) | null = null,
) {
  let stopped = false;
  const jobs = [
    every(1_000, follower(database, clock), mishap),
    every(5_000, () => watchOutages(database, clock, mishap), mishap),
    every(5_000, () => lookAgain(database, clock.now, mishap), mishap),
    every(60_000, dayCutter(database, clock), mishap),
    every(60_000, () => database.transaction((tx) => foldDays(tx, clock.now())), mishap),
    every(600_000, () => closeMonths(database, clock, mishap), mishap),
    every(60_000, () => postStatements(database, clock, mishap), mishap),
    every(10_000, () => tellMonths(database, clock.now, mishap), mishap),
    every(5_000, () => passRenewals(database, clock, mishap), mishap),
    every(600_000, () => database.transaction((tx) => remindStale(tx, clock.now())), mishap),
    every(3_600_000, () => forget(database, clock), mishap),
    every(1_000, () => bookPayments(database, clock.now, mishap), mishap),
  ];
  if (office !== null)
    jobs.push(
      every(1_000, () => sendLetters(office, () => stopped), mishap),
      every(1_000, () => sendHooks(office, () => stopped), mishap),
    );
  return {
    stop: async (): Promise<void> => {
      stopped = true;
      await Promise.all(jobs.map((job) => job.stop()));
    },
  };
}

/** Cuts yesterday (UTC) off the evidence chain, once it is over; a day that was slept through is in the next one. */
export function dayCutter(database: Database, clock: Clock): () => Promise<void> {
  let cut = '';
  return async () => {
    const now = clock.now();
    const day = new Date(now - 86_400_000).toISOString().slice(0, 10);
    if (day === cut) return;
    await database.transaction(async (tx) => {
      const [newest] = await listDays(tx, '', 1);
      if (newest === undefined || newest.day < day) await cutDay(tx, day, now);
    });
    cut = day;
  };
}

/** Idempotency keys and used codes serve for a day, letters that are done for a month: nobody repeats them later. */
async function forget(database: Database, clock: Clock): Promise<void> {
  const now = clock.now();
  await database.transaction(async (tx) => {
    await pruneRequests(tx, now - 2 * dayMs);
    await prune(tx, now - 30 * dayMs);
    await pruneCodes(tx, now - 2 * dayMs);
  });
}

/** Follows the hosts only when one of them, or a plane's doors, changed since the last look. */
function follower(database: Database, clock: Clock): () => Promise<void> {
  let followed = '';
  return async () => {
    const planes = await readPlanes(database.db);
    const seen = JSON.stringify(planes.map((plane) => [plane.id, doorsOf(plane.health)]));
    const state = `${await nextRevision(database.db)} ${seen}`;
    if (state === followed) return;
    await followHosts(database, clock);
    followed = state;
  };
}

function doorsOf(health: unknown): unknown {
  const known = healthShape.safeParse(health).data;
  return known === undefined ? null : [known.address, known.httpPort, known.ftpPort];
}

/** The targets follow what hosts should be and where their planes answer. */
export async function followHosts(database: Database, clock: Clock): Promise<void> {
  await database.transaction(async (tx) => {
    const planes = new Map(
      (await readPlanes(tx)).map((plane) => [plane.id, healthShape.safeParse(plane.health).data ?? null]),
    );
    const wanted = [];
    const blind = new Set<string>();
    for (let after = ''; ; ) {
      const page = await listHosts(tx, after, 1000);
      const records = await readRecords(tx, page);
      for (const [i, record] of records.entries()) {
        const doors = planes.get(page[i]!.plane) ?? null;
        // Of a plane that has not said where it answers, what is known stays as it is.
        if (doors === null) blind.add(record.id);
        else wanted.push(...wantedTargets(specOf(record, clock.now()), doors));
      }
      if (page.length < 1000) break;
      after = page.at(-1)!.id;
    }
    await syncTargets(tx, wanted, blind);
  });
}

/** Silence ends a verdict too: open outages are looked at again. */
async function watchOutages(database: Database, clock: Clock, mishap: (text: string) => void): Promise<void> {
  for (const { host, check } of await openOutages(database.db)) {
    const now = clock.now();
    const refreshed = database.transaction((tx) => lookAt(tx, now, { host, check, since: now }));
    await aside(refreshed, `outages of ${check} ${host}`, mishap);
  }
}

/** Agreements that are closed in one transaction: few enough to be short, enough to share their queries. */
const together = 100;
/** How often a closing that takes long says how far it is. */
const sayEveryMs = 10_000;

/**
 * Judges every month whose late data had time to come. Many agreements share a transaction; when one of them
 * breaks it, each is tried alone, so that it holds up nobody.
 */
export async function closeMonths(
  database: Database,
  clock: Clock,
  mishap: (text: string) => void,
): Promise<void> {
  const by = { actor: 'timetable', reason: null };
  const due = await database.transaction((tx) => dueMonths(tx, clock.now(), dueAtOnce));
  const close = async (numbers: readonly string[], month: string): Promise<void> => {
    const closed = await database.transaction((tx) => closeSome(tx, clock.now(), numbers, month, by));
    for (const [number, done] of closed)
      if (isRefusal(done)) mishap(`${number} ${month}: ${done.rule} (${done.code})`);
  };
  let [done, said] = [0, clock.now()];
  for (const [month, some] of Map.groupBy(due, (one) => one.month)) {
    for (let i = 0; i < some.length; i += together) {
      const numbers = some.slice(i, i + together).map((one) => one.agreement);
      try {
        await close(numbers, month);
      } catch {
        for (const number of numbers) await aside(close([number], month), `${number} ${month}`, mishap);
      }
      done += numbers.length;
      if (clock.now() - said < sayEveryMs) continue;
      said = clock.now();
      mishap(`closing months: ${done} of ${due.length} are judged`);
    }
  }
}

/** Posts every draft whose review is over; one that waits for a person or that breaks its transaction holds up no other. */
export async function postStatements(
  database: Database,
  clock: Clock,
  mishap: (text: string) => void,
): Promise<void> {
  const post = async (numbers: readonly string[]): Promise<void> => {
    const { refused } = await database.transaction((tx) => postReady(tx, clock.now(), numbers));
    for (const [name, { rule, code }] of refused) mishap(`${name} is not posted: ${rule} (${code})`);
  };
  let after: DraftPlace | null = null;
  for (;;) {
    const due: readonly DraftPlace[] = await readDueDrafts(database.db, clock.now(), after, together);
    const last = due.at(-1);
    if (last === undefined) return;
    after = last;
    const numbers = [...new Set(due.map((one) => one.agreement))];
    try {
      await post(numbers);
    } catch {
      for (const number of numbers) await aside(post([number]), `posting of ${number}`, mishap);
    }
  }
}

/** Hosts whose term is looked at in one wake-up before the rest is asked for. */
const lookedAt = 200;

/** Reminds, stops, reopens and releases whatever is due; one host that fails holds up no other. */
export async function passRenewals(
  database: Database,
  clock: Clock,
  mishap: (text: string) => void,
): Promise<void> {
  const { digest } = await readTimetable(database.db);
  for (let after = ''; ; ) {
    const due = await dueRenewals(database.db, clock.now(), digest, after, lookedAt);
    for (const host of due)
      await aside(
        database.transaction((tx) => passRenewal(tx, clock.now(), host)),
        `the term of ${host}`,
        mishap,
      );
    if (due.length < lookedAt) return;
    after = due.at(-1)!;
  }
}

/** What one wake-up closes; what is left is found again by the next. */
const dueAtOnce = 20_000;

/** One that fails does not hold up the others: its mishap is said, and the next wake-up finds it again. */
async function aside<T>(work: Promise<T>, what: string, mishap: (text: string) => void): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    mishap(`${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return null;
  }
}

function every(ms: number, work: () => Promise<unknown>, mishap: (text: string) => void) {
  let running: Promise<unknown> = Promise.resolve();
  let busy = false;
  const wake = (): void => {
    if (busy) return;
    busy = true;
    running = work()
      .catch((error: unknown) =>
        mishap(error instanceof Error ? (error.stack ?? error.message) : String(error)),
      )
      .finally(() => {
        busy = false;
      });
  };
  const timer = setInterval(wake, ms);
  // What became due while nobody was here is done at once.
  wake();
  return {
    stop: async (): Promise<void> => {
      clearInterval(timer);
      await running;
    },
  };
}
