import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isRefusal } from '../../src/refusal.ts';
import { drain } from '../../src/wire/drain.ts';
import type { SpoolRecord } from '../../src/wire/segment.ts';
import { openSpool, type Spool } from '../../src/wire/spool.ts';
import type { Random } from '../fuzz/random.ts';
import type { Word } from './tell.ts';
import { type Cut, through } from './truth.ts';

/**
 * A sender's words on their way: kept in a real spool on disk until they are acknowledged. Its disk is small, so
 * that a long cut fills it; what finds no room waits, in order, as the sender's backlog does.
 */
export interface Courier {
  readonly id: string;
  readonly cuts: readonly Cut[];
  /** Nothing goes out before this tick (a disk that was set aside). */
  holdUntil: number;
  readonly waiting: Word[];
  readonly spool: Spool;
  /** How often the spool had no room. */
  full: number;
}

export async function openCourier(
  folder: string,
  id: string,
  name: string,
  cuts: readonly Cut[],
): Promise<Courier> {
  const path = join(folder, id, name);
  await mkdir(path, { recursive: true });
  const spool = await openSpool(path, { batchMs: 0, maxBytes: 600_000 });
  return { id, cuts, holdUntil: 0, waiting: [], spool, full: 0 };
}

export interface Delivery {
  readonly sender: string;
  readonly record: SpoolRecord;
}

/** Sends what is there; an answer that is lost makes the sender tell all of its batch again. */
export async function send(
  courier: Courier,
  tick: number,
  random: Random,
  take: (delivery: Delivery) => Promise<void>,
): Promise<void> {
  for (;;) {
    await fill(courier);
    const isOpen = through(courier.cuts, tick) === tick && tick >= courier.holdUntil;
    const { acked, last } = courier.spool.state();
    if (!isOpen || (acked === last && courier.waiting.length === 0)) return;
    await drainOnce(courier, random, take);
  }
}

/** As much as the disk takes, in order. */
async function fill(courier: Courier): Promise<void> {
  const { waiting, spool } = courier;
  const taken = await Promise.all(waiting.map(({ kind, body }) => spool.append(kind, body)));
  const refused = taken.findIndex(isRefusal);
  if (refused >= 0) courier.full += 1;
  waiting.splice(0, refused < 0 ? waiting.length : refused);
}

async function drainOnce(
  { spool }: Courier,
  random: Random,
  take: (delivery: Delivery) => Promise<void>,
): Promise<void> {
  const { last } = spool.state();
  const done = new AbortController();
  const told = async (batch: readonly SpoolRecord[], sender: string): Promise<void> => {
    for (const record of batch) {
      await take({ sender, record });
      if (random.chance(0.03)) throw new Error('the answer was lost');
    }
    if (batch.at(-1)!.seq >= last) done.abort();
  };
  const batchRecords = random.between(1, 15);
  await drain(spool, told, { signal: done.signal, batchRecords, leastMs: 0, mostMs: 1 });
}
