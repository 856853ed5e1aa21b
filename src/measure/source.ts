/**
 * What observes a host right now. A guarantee may only be offered while its check has a live source for that host
 * (SEMANTICS §11): what nobody measures may not be promised.
 */

export interface Source {
  /** A check, or for a deadline the guarantee's id. */
  readonly check: string;
  /** When it was last known to observe; null: never, or nothing does. */
  readonly seenAt: number | null;
  /** Why it is no live source; null: it is one. */
  readonly missing: { readonly zh: string; readonly en: string } | null;
}

/** What is known of a host's sources. */
export interface Seen {
  /** Checks of which a target stands, and since which version of the targets. */
  readonly targets: readonly { readonly check: string; readonly added: number }[];
  /** Of each prober its latest rounds. */
  readonly rounds: readonly { readonly lastRound: number; readonly version: number }[];
  /** The last minute of the access log that the host's plane told; null: none. */
  readonly lastMinute: number | null;
}

/** Two holds of a check a minute (SEMANTICS §11): a source that was silent for longer is none. */
const freshMs = 300_000;
/** Minutes are told once they are closed, and late requests are waited for. */
export const freshMinuteMs = 900_000;

const none = {
  untargeted: { zh: '这台主机没有这项检查的观测对象', en: 'this host has no target for the check' },
  unprobed: { zh: '最近五分钟没有探测器在观测', en: 'no prober observed it within the last five minutes' },
  unread: {
    zh: '最近十五分钟没有读到访问日志',
    en: 'no access log was read within the last fifteen minutes',
  },
  unbuilt: { zh: '本系统还没有这一项的数据来源', en: 'nothing in this installation observes it' },
} as const;

/** The source of one check (or deadline) for a host. */
export function sourceOf(check: string, seen: Seen, now: number): Source {
  if (check === 'web' || check === 'ftp') return probed(check, seen, now);
  if (check !== 'response') return { check, seenAt: null, missing: none.unbuilt };
  const { lastMinute: seenAt } = seen;
  const live = seenAt !== null && now - seenAt <= freshMinuteMs;
  return { check, seenAt, missing: live ? null : none.unread };
}

function probed(check: string, { targets, rounds }: Seen, now: number): Source {
  const target = targets.find((one) => one.check === check);
  if (target === undefined) return { check, seenAt: null, missing: none.untargeted };
  const own = rounds.filter((round) => round.version >= target.added).map((round) => round.lastRound);
  const seenAt = own.length === 0 ? null : Math.max(...own);
  const live = seenAt !== null && now - seenAt <= freshMs;
  return { check, seenAt, missing: live ? null : none.unprobed };
}
