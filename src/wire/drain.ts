import { open } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { decodeRecord, headBytes, recordEnd, type SpoolRecord } from './segment.ts';
import type { Spool, SpoolFile } from './spool.ts';

export interface DrainOptions {
  /** Ends the draining; what `send` is doing is awaited. */
  readonly signal: AbortSignal;
  readonly batchRecords?: number;
  /** A batch is as many whole records as fit, at least one. */
  readonly batchBytes?: number;
  /** Waits between attempts: between half and all of `leastMs` · 2^failures, at most `mostMs`. */
  readonly leastMs?: number;
  readonly mostMs?: number;
  /** Told of each failed attempt, for the log. */
  readonly onFailure?: (error: unknown, failures: number) => void;
}

export type Send = (batch: readonly SpoolRecord[], sender: string) => Promise<void>;

/**
 * Sends everything in order and at least once: a batch is sent again until `send` resolves, then never more
 * (unless we are killed before that is durable). Only what is durable is sent, so that a number never
 * stands for two records. Resolves when `signal` fires.
 */
export async function drain(spool: Spool, send: Send, options: DrainOptions): Promise<void> {
  const { signal, leastMs = 500, mostMs = 60_000 } = options;
  const bell = createBell();
  spool.onAppend(bell.ring);
  signal.addEventListener('abort', bell.ring);
  try {
    let failures = 0;
    let batch: Batch | null = null;
    let isSent = false;
    while (!signal.aborted) {
      bell.reset();
      // Reading and acknowledging fail too, on a disk that is full or without a free descriptor.
      try {
        batch ??= await readBatch(spool, options);
        if (batch === null) {
          await bell.rung();
          continue;
        }
        if (!isSent && batch.records.length > 0) await send(batch.records, spool.state().sender);
        isSent = true;
        await spool.acknowledge(batch.last, batch.lost);
        [batch, isSent, failures] = [null, false, 0];
      } catch (error) {
        failures += 1;
        options.onFailure?.(error, failures);
        const most = Math.min(mostMs, leastMs * 2 ** Math.min(failures - 1, 20));
        await delay(most * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => {});
      }
    }
  } finally {
    signal.removeEventListener('abort', bell.ring);
    spool.onAppend(null);
  }
}

interface Batch {
  readonly records: readonly SpoolRecord[];
  /** Up to which number it reaches, spoilt records included. */
  readonly last: number;
  readonly lost: number;
}

/** What comes after the acknowledged; null when there is nothing. */
async function readBatch(spool: Spool, options: DrainOptions): Promise<Batch | null> {
  const { acked, last } = spool.state();
  if (acked >= last) return null;
  const file = spool.files.find((one) => one.first + one.count - 1 > acked)!;
  // Earlier files are all acknowledged; the distance within this one is found by its records' heads.
  const records = await readFrom(file, acked + 1, options);
  // A spoilt record hides where the next one begins: the rest of its file is lost, and said to be.
  const end = file.first + file.count - 1;
  if (records.length === 0) return { records, last: end, lost: end - Math.max(acked, file.first - 1) };
  return { records, last: records.at(-1)!.seq, lost: 0 };
}

async function readFrom(
  file: SpoolFile,
  from: number,
  options: DrainOptions,
): Promise<readonly SpoolRecord[]> {
  const { batchRecords = 1000, batchBytes = 1024 * 1024 } = options;
  const whole = await readDurable(file);
  const records: SpoolRecord[] = [];
  let at = 0;
  let size = 0;
  for (let seq = file.first; at < whole.length && records.length < batchRecords; seq += 1) {
    if (seq < from) {
      at = recordEnd(whole, at) ?? whole.length;
      continue;
    }
    const next = decodeRecord(whole, at, seq);
    if (next === null) break;
    size += next.end - at - headBytes;
    if (records.length > 0 && size > batchBytes) break;
    records.push(next.record);
    at = next.end;
  }
  return records;
}

/** The file up to what is durable: a few megabytes at most. */
async function readDurable(file: SpoolFile): Promise<Buffer> {
  const bytes = Buffer.alloc(file.bytes);
  const handle = await open(file.path, 'r');
  try {
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Rung before it is waited for, it lets through at once. */
function createBell() {
  let ring: () => void = () => {};
  let rung: Promise<void> = Promise.resolve();
  return {
    ring: () => ring(),
    reset: () => {
      rung = new Promise((resolve) => {
        ring = resolve;
      });
    },
    rung: () => rung,
  };
}
