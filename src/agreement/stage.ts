import { stageOrder } from '../hosting/plan.ts';
import type { PlanVersion } from '../hosting/store.ts';
import type { Facts } from './force.ts';
import type { Sold } from './sale.ts';

type Pinned = Pick<Sold, 'plan' | 'version'>;

export function planOf(plans: readonly PlanVersion[], { plan, version }: Pinned): PlanVersion | undefined {
  return plans.find((one) => one.plan === plan && one.version === version);
}

/**
 * The stages of the product that was sold (clause 2.2): those of the first sale's plan version, from each later
 * sale on those of its own. They only move towards release (SEMANTICS §2). Without a sale those of the host's plan.
 */
export function stagesOf(
  chain: readonly Sold[],
  plans: readonly PlanVersion[],
  host: Pinned,
): Facts['stages'] {
  const sold = chain.length === 0 ? [{ ...host, from: 0 }] : chain;
  const stages = sold.flatMap((sale, i) => {
    const from = i === 0 ? Number.NEGATIVE_INFINITY : sale.from;
    const to = sold[i + 1]?.from ?? Number.POSITIVE_INFINITY;
    return standing(planOf(plans, sale)?.stages ?? [], from, to);
  });
  const order = (at: number): number => stageOrder.indexOf(stages[at]!.stage);
  return stages.filter(
    (_, i) => i === 0 || order(i) > Math.max(...stages.slice(0, i).map((_, at) => order(at))),
  );
}

/** What of a plan's stages lies in `[from, to)`; the one that stands at `from` begins there. */
function standing(stages: PlanVersion['stages'], from: number, to: number): Facts['stages'] {
  return stages.flatMap((entry, i) => {
    const until = Math.min(to, stages[i + 1]?.from ?? Number.POSITIVE_INFINITY);
    const begin = Math.max(from, entry.from);
    return begin < until ? [{ from: begin, stage: entry.stage }] : [];
  });
}
