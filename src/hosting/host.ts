import { type Refusal, refuse } from '../refusal.ts';
import type { Interval } from '../timeline/interval.ts';
import type { PlanFunctions } from './plan.ts';
import type { FtpAccount, HostSettings, HostSpec, HostState } from './spec.ts';

/**
 * The life of a host as a state machine over facts. Nothing stores "the state": it is what the facts up to an
 * instant say, so that yesterday's state can be told as surely as today's.
 */

export const factKinds = [
  'ordered',
  'opened',
  'closed',
  'reopened',
  'over-traffic',
  'traffic-cleared',
  'expired',
  'renewed',
  'released',
  'settings-changed',
] as const;
export type FactKind = (typeof factKinds)[number];

export interface Fact {
  readonly id: number;
  readonly kind: FactKind;
  readonly at: number;
  readonly actor: string;
  readonly reason: string;
  readonly rule: string | null;
}

export type LifeState = 'none' | 'ordered' | 'serving' | 'closed' | 'over-traffic' | 'expired' | 'released';

/** Where the host stands; `fact` is the one that put it there. */
export interface Life {
  readonly state: LifeState;
  readonly fact: Fact | null;
}

/** Which states a fact may follow. A closing, a traffic stop and an expiry may stand at the same time. */
const after: Readonly<Record<FactKind, readonly LifeState[]>> = {
  ordered: ['none'],
  opened: ['ordered'],
  closed: ['serving', 'over-traffic', 'expired'],
  reopened: ['closed', 'expired'],
  'over-traffic': ['serving', 'closed', 'expired'],
  'traffic-cleared': ['over-traffic', 'closed', 'expired'],
  expired: ['serving', 'closed', 'over-traffic'],
  renewed: ['expired'],
  released: ['expired', 'ordered', 'closed'],
  'settings-changed': ['ordered', 'serving', 'closed', 'over-traffic', 'expired'],
};

/** The rule that a closing must name beforehand (clauses 2-2.2.5, 2-3.3.4, 2-4.4.2). */
const needsRule: ReadonlySet<FactKind> = new Set(['closed', 'over-traffic', 'expired']);

export function admitFact(facts: readonly Fact[], next: Omit<Fact, 'id'>): Refusal | null {
  const standing = standingAt(facts, next.at);
  const { state } = lifeOf(standing);
  if (!after[next.kind].includes(state)) {
    return refuse('state-forbids', 'kind', `a host that is ${state} cannot be ${next.kind}`);
  }
  // A closing hidden under an expiry still stands: it is not told twice, and only what stands is undone.
  const undone = undoes[next.kind];
  if (standing.has(next.kind)) return refuse('state-forbids', 'kind', `the host is ${next.kind} already`);
  if (undone !== undefined && !standing.has(undone)) {
    return refuse('state-forbids', 'kind', `a host that is not ${undone} cannot be ${next.kind}`);
  }
  if (needsRule.has(next.kind) && (next.rule ?? '').trim() === '') {
    return refuse('rule-missing', 'rule', 'a closing names the rule announced beforehand');
  }
  const latest = facts.at(-1);
  if (latest !== undefined && next.at < latest.at) {
    return refuse('fact-late', 'at', 'facts are told in the order of time');
  }
  return null;
}

/** The state at an instant. What weighs more hides what weighs less: released, expired, closed, over traffic, serving. */
export function lifeAt(facts: readonly Fact[], at: number): Life {
  return lifeOf(standingAt(facts, at));
}

/** What was told up to an instant and has not been undone. */
function standingAt(facts: readonly Fact[], at: number): ReadonlyMap<FactKind, Fact> {
  const standing = new Map<FactKind, Fact>();
  for (const fact of facts) {
    if (fact.at > at) break;
    const ends = undoes[fact.kind];
    if (ends !== undefined) standing.delete(ends);
    else if (fact.kind !== 'settings-changed') standing.set(fact.kind, fact);
  }
  return standing;
}

function lifeOf(standing: ReadonlyMap<FactKind, Fact>): Life {
  for (const [kind, state] of weight) {
    const fact = standing.get(kind);
    if (fact !== undefined) return { state, fact };
  }
  return { state: 'none', fact: null };
}

const undoes: Partial<Record<FactKind, FactKind>> = {
  reopened: 'closed',
  'traffic-cleared': 'over-traffic',
  renewed: 'expired',
};

const weight: readonly (readonly [FactKind, LifeState])[] = [
  ['released', 'released'],
  ['expired', 'expired'],
  ['closed', 'closed'],
  ['over-traffic', 'over-traffic'],
  ['opened', 'serving'],
  ['ordered', 'ordered'],
];

/** A stretch in which the host was closed by a named rule, with the facts that prove it (cause `violation`). */
export interface Closing {
  readonly stretch: Interval;
  readonly rule: string;
  readonly actor: string;
  readonly facts: readonly number[];
}

export function closings(facts: readonly Fact[], until: number): readonly Closing[] {
  const out: Closing[] = [];
  const open = new Map<FactKind, Fact>();
  const end = (kind: FactKind, at: number, by: readonly number[]): void => {
    const start = open.get(kind);
    open.delete(kind);
    if (start === undefined || at <= start.at) return;
    out.push({
      stretch: [start.at, at],
      rule: start.rule ?? '',
      actor: start.actor,
      facts: [start.id, ...by],
    });
  };
  for (const fact of facts) {
    if (fact.at >= until) break;
    if (fact.kind === 'closed' || fact.kind === 'over-traffic') open.set(fact.kind, fact);
    const ended = undoes[fact.kind];
    if (ended !== undefined && ended !== 'expired') end(ended, fact.at, [fact.id]);
  }
  end('closed', until, []);
  end('over-traffic', until, []);
  return out;
}

/** When the product was opened (clause 2.1); null: not yet. */
export function openedAt(facts: readonly Fact[]): number | null {
  return facts.find((fact) => fact.kind === 'opened')?.at ?? null;
}

export interface HostRecord {
  readonly id: string;
  readonly revision: number;
  readonly settings: HostSettings;
  readonly domains: readonly string[];
  readonly accounts: readonly FtpAccount[];
  readonly functions: PlanFunctions;
  readonly facts: readonly Fact[];
}

/** The desired state that the plane is told. A host is served from its order on: it is opened by being seen to serve. */
export function specOf(host: HostRecord, at: number): HostSpec {
  const { functions } = host;
  return {
    host: host.id,
    revision: host.revision,
    domains: host.domains,
    state: stateOf(lifeAt(host.facts, at)),
    spaceBytes: functions.spaceMb * 1_000_000,
    ftp: functions.ftp === null ? null : { accounts: host.accounts, tls: functions.ftp.tls },
    php: functions.php === null ? null : { version: functions.php },
    certificate: null,
    settings: host.settings,
  };
}

function stateOf(life: Life): HostState {
  const { state, fact } = life;
  if (state === 'released' || state === 'none') return { kind: 'absent' };
  if (state === 'closed') {
    return { kind: 'closed', reason: 'violation', rule: fact?.rule ?? '', since: fact?.at ?? 0 };
  }
  if (state === 'over-traffic' || state === 'expired') {
    return { kind: 'closed', reason: state, rule: fact?.rule ?? '', since: fact?.at ?? 0 };
  }
  return { kind: 'serving' };
}
