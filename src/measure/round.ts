import type { Reading } from './reading.ts';

/** One result of one target at one instant; `(id, at)` is its key, so telling it twice changes nothing. */
export interface Observation {
  readonly id: string;
  readonly check: string;
  /** Epoch ms: the slot for a reading in its slot, the attempt's own instant for one between slots. */
  readonly at: number;
  readonly result: Reading['result'];
  readonly reading: Reading;
}

/**
 * What a prober has to say of one round: only what changed and what it does not know. Every target of the
 * round that is neither in `missed` nor turned gave in its slot the result that it gave before.
 */
export interface RoundResult {
  /** Epoch ms of its start. */
  readonly round: number;
  readonly intervalMs: number;
  /** Of the list of targets that was in force. */
  readonly version: number;
  /** How many targets the list has. */
  readonly targets: number;
  /** Ids without a reading in their slot: overload, start and shutdown, own trouble, distrusted readings. */
  readonly missed: readonly string[];
  /** Readings that differ from the target's last one, or are the first since the start; in the order in which they came. */
  readonly turns: readonly Observation[];
}
