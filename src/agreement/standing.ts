import { dayStartOf } from '../calendar/zone.ts';
import { always, contains, intersect, intervalsOf, subtract } from '../timeline/timeline.ts';
import { type Facts, type ForcePart, forceParts } from './force.ts';

/** How an agreement stands at an instant: which facts are missing for it to be in force, and what follows from that. */

export interface Words {
  readonly zh: string;
  readonly en: string;
}

export interface Missing {
  readonly fact: ForcePart['fact'] | 'ended';
  readonly clause: string;
  /** What of it: `customer-sealed`, or nothing more to say. */
  readonly detail: readonly string[];
  readonly words: Words;
}

export interface Standing {
  readonly missing: readonly Missing[];
  /** Since when the customer has paid and is served while the agreement is not signed by both; null: it is not so. */
  readonly unsigned: { readonly since: number; readonly words: Words } | null;
}

const words: Readonly<Record<Missing['fact'], Words>> = {
  signed: { zh: '质量协议尚未由双方签字盖章', en: 'the agreement is not signed and sealed by both parties' },
  ended: { zh: '质量协议已经终止', en: 'the agreement has ended' },
  paid: { zh: '这一时刻没有已付款的销售协议', en: 'no sales agreement is paid for this instant' },
  opened: { zh: '虚拟主机尚未开通', en: 'the host has not been opened' },
  released: { zh: '所售型号处于测试阶段', en: 'the plan that was sold is in a test stage' },
};

/** What follows for a customer who paid and is served without a signature (clauses 2.1, 4-1; SEMANTICS §2). */
const follows: Words = {
  zh: '已付款、已开通，但质量协议没有由双方签字盖章：各项承诺没有生效，不作判定，也不补偿。双方签齐之日起生效，不追溯到以前；销售协议不受影响。',
  en: 'Paid and served, but the agreement is not signed and sealed by both parties: no promise is in force, nothing is judged and nothing compensated. It takes effect on the day on which the last signature is set, not before; the sales agreement stands as it is.',
};

/**
 * By the facts as they are known, at an instant of the past or to come: the day of the last signature counts from its
 * beginning (SEMANTICS §2). A host without an agreement has the facts of one that nobody signed.
 */
export function standingOf(facts: Facts, zone: string, at: number): Standing {
  const parts = forceParts(facts, zone, null);
  const ended = facts.ended !== null && facts.ended <= at;
  const missing = parts.flatMap(({ fact, clause, line }): Missing[] => {
    if (contains(line, at)) return [];
    const acts = fact === 'signed' ? unsignedActs(facts, zone, at) : [];
    const name = fact === 'signed' && acts.length === 0 ? 'ended' : fact;
    return [{ fact: name, clause, detail: acts, words: words[name] }];
  });
  return { missing, unsigned: ended ? null : unsignedSince(parts, at) };
}

function unsignedActs({ signatures }: Facts, zone: string, at: number): readonly string[] {
  const set = (act: number | null): boolean => act !== null && dayStartOf(zone, act) <= at;
  return (['provider', 'customer'] as const).flatMap((party) =>
    (['signed', 'sealed'] as const)
      .filter((act) => !set(signatures[party][act]))
      .map((act) => `${party}-${act}`),
  );
}

/** The stretch around `at` in which everything was there but the signatures. */
function unsignedSince(parts: readonly ForcePart[], at: number): Standing['unsigned'] {
  const signed = parts.find((part) => part.fact === 'signed')!.line;
  const others = parts.filter((part) => part.fact !== 'signed').map((part) => part.line);
  const served = others.reduce(intersect, always);
  const now = intervalsOf(subtract(served, signed)).find(([from, to]) => from <= at && at < to);
  return now === undefined ? null : { since: now[0], words: follows };
}
