/** What the load sent and what was acknowledged to it; everything by its own number, so that each can be asked for. */

export interface Asked {
  /** Epoch ms at which it was sent. */
  readonly sent: number;
  /** Epoch ms at which its answer was whole; null: it never was. */
  answered: number | null;
  readonly kept: boolean;
}

/** Versions of one file, as they were sent. */
export interface Uploads {
  readonly sent: Set<number>;
  /** The last version that a 226 acknowledged; −1: none. */
  acknowledged: number;
}

export interface Closed {
  readonly month: string;
  readonly revision: number;
  readonly amount: number;
  readonly difference: number;
}

export interface Tally {
  /** Requests by the number in their target. */
  readonly asked: Map<number, Asked>;
  /** Starts of connections that were refused: nobody listened then. Epoch ms. */
  readonly refused: number[];
  /** Answers that were none of a good page. */
  readonly odd: string[];
  readonly uploads: Map<string, Uploads>;
  /** Numbers of facts that were told at least once, and of those the centre acknowledged with 200. */
  readonly told: { logins: number; minutes: number; findings: number };
  readonly acknowledged: { readonly logins: Set<number>; minutes: number; findings: number };
  /** Statements that closing a month answered with. */
  readonly closed: Closed[];
  /** Facts told again after they were acknowledged, and taken in again: must stay empty. */
  readonly takenTwice: string[];
}

export function emptyTally(): Tally {
  return {
    asked: new Map(),
    refused: [],
    odd: [],
    uploads: new Map(),
    told: { logins: 0, minutes: 0, findings: 0 },
    acknowledged: { logins: new Set(), minutes: 0, findings: 0 },
    closed: [],
    takenTwice: [],
  };
}

/** What a version of a file holds: from 1 byte to 64 kB that no other version has. */
export function contentOf(name: string, version: number): Buffer {
  const line = `${name} ${version}\n`;
  const bytes = 1 + ((version * 7919 + name.length * 104_729) % 65_536);
  return Buffer.from(line.repeat(Math.ceil(bytes / line.length)));
}
