import { ceilOf, decimalOf } from './canvas.ts';
import type { GuaranteeFile, GuaranteeSettled } from './file.ts';
import type { See } from './situation.ts';

export interface Counted {
  readonly badMs: number;
  readonly goodMs: number;
  readonly unobservedMs: number;
}

export interface Found {
  readonly status: GuaranteeSettled['status'];
  readonly attained: string | null;
  /** The coverage rule was taken: all unobserved time counts as bad. */
  readonly unobservedIsBad: boolean;
  /** So much of the bad time, its last part. */
  readonly deficientMs: number;
}

/** docs/semantics.md §5, in exact fractions. */
export function found(guarantee: GuaranteeFile, { badMs, goodMs, unobservedMs }: Counted, see: See): Found {
  const { objective } = guarantee;
  const unobservedIsBad =
    objective.kind !== 'deadline' && isCoverageMissed(guarantee, badMs + goodMs, unobservedMs, see);
  const bad = BigInt(unobservedIsBad ? badMs + unobservedMs : badMs);
  const base = bad + BigInt(goodMs);
  const attained = base === 0n ? null : percent(BigInt(goodMs), base);
  const kind = objective.kind;
  if (base === 0n) {
    see(`${kind}: nothing measured`);
    return { status: 'nothing-measured', attained, unobservedIsBad, deficientMs: 0 };
  }
  const breached = kind === 'availability' ? isBroken(objective, bad, base, see) : bad > 0n;
  see(`${kind} ${breached ? 'breached' : 'kept'}`);
  if (kind === 'ceiling' && unobservedIsBad) see('ceiling: coverage missed');
  if (!breached) return { status: 'kept', attained, unobservedIsBad, deficientMs: 0 };
  let deficient = bad;
  if (kind === 'availability' && objective.counts === 'excess') {
    const { of, whole } = decimalOf(objective.atLeast ?? objective.above!);
    deficient = ceilOf(bad * whole - (whole - of) * base, whole);
    if (deficient < 0n) deficient = 0n;
    if (deficient === 0n) see('excess: breach without deficient time');
    else if (deficient < bad) see('excess: some of the bad time');
    if (unobservedIsBad) see('excess after the coverage rule');
    if (deficient % 60_000n !== 0n && deficient % 28_125n !== 0n) see('excess: begins within a tick');
  }
  return { status: 'breached', attained, unobservedIsBad, deficientMs: Number(deficient) };
}

function isCoverageMissed(guarantee: GuaranteeFile, seenMs: number, unobservedMs: number, see: See): boolean {
  const coverage = guarantee.coverage ?? '0.95';
  const { of, whole } = decimalOf(coverage);
  const seen = BigInt(seenMs) * whole;
  const wanted = of * BigInt(seenMs + unobservedMs);
  if (coverage === '0' && unobservedMs > 0) see('coverage "0"');
  if (coverage === '1' && unobservedMs > 0) see('coverage "1"');
  if (seen === wanted && unobservedMs > 0 && seenMs > 0) see('coverage exactly met');
  if (seenMs === 0 && unobservedMs > 0) {
    see(seen < wanted ? 'never observed' : 'never observed, the terms do not mind');
  }
  if (seen < wanted) see('coverage missed');
  return seen < wanted;
}

function isBroken(
  objective: { atLeast?: string; above?: string },
  bad: bigint,
  base: bigint,
  see: See,
): boolean {
  const { of, whole } = decimalOf(objective.atLeast ?? objective.above!);
  const has = bad * whole;
  const may = (whole - of) * base;
  if (objective.atLeast !== undefined) {
    if (has === may && bad > 0n) see('atLeast exactly met');
    if (of === whole && has > may) see('atLeast "1" breached');
    return has > may;
  }
  if (has === may && bad > 0n) see('above exactly met');
  if (of === whole) see('above "1" breached');
  if (of === 0n && has >= may) see('above "0" breached');
  return has >= may;
}

/** Six decimals of a percent, floored. */
function percent(part: bigint, base: bigint): string {
  const millionths = (part * 100n * 1_000_000n) / base;
  return `${millionths / 1_000_000n}.${String(millionths % 1_000_000n).padStart(6, '0')}`;
}
