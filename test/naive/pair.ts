import { isDeepStrictEqual } from 'node:util';
import { isRefusal } from '../../src/refusal.ts';
import { readCase } from '../../src/settlement/case.ts';
import { evaluate } from '../../src/settlement/settlement.ts';
import { seeded } from '../fuzz/random.ts';
import { type Month, monthOf } from './case.ts';
import type { CaseFile, SettlementFile } from './file.ts';
import { judgeNaively } from './judge.ts';
import type { Situation, Tally } from './situation.ts';

/** Where both judges part: the month made small, and what each says of it. */
export interface Quarrel {
  readonly seed: number;
  readonly tickMs: number;
  readonly file: CaseFile;
  readonly core: object;
  readonly naive: object;
}

/** What a core that is wrong would say instead: for the tests of these tests. */
type Twist = (settlement: object) => object;
const straight: Twist = (settlement) => settlement;

/** Both judges on the month of one seed; null when they agree. Adds to the tally what was met. */
export function compare(seed: number, tally: Tally, twist = straight): Quarrel | null {
  const month = monthOf(seeded(seed));
  const met = new Set<Situation>();
  const { core, naive } = bothOf(month, met, twist);
  for (const one of met) tally.set(one, tally.get(one)! + 1);
  if (isDeepStrictEqual(core, naive)) return null;
  const file = smallest(month, twist);
  return { seed, tickMs: month.tickMs, file, ...bothOf({ ...month, file }, new Set(), twist) };
}

/** A case that the core refuses is a disagreement too: the generator writes only what §8 allows. */
function bothOf({ file, tickMs }: Month, met: Set<Situation>, twist: Twist): { core: object; naive: object } {
  const read = readCase(structuredClone(file));
  let naive: SettlementFile | { thrown: string };
  try {
    naive = judgeNaively(file, tickMs, (situation) => void met.add(situation));
  } catch (error) {
    naive = { thrown: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  return { core: isRefusal(read) ? { refused: read } : twist(evaluate(read)), naive };
}

/** Leaves out whatever can be left out while the two still disagree. */
function smallest(month: Month, twist: Twist): CaseFile {
  let file = structuredClone(month.file);
  for (let which = 0; which < listsOf(file).length; which += 1) {
    for (let i = listsOf(file)[which]!.length - 1; i >= 0; i -= 1) {
      const less = structuredClone(file);
      listsOf(less)[which]!.splice(i, 1);
      if (stillQuarrels({ ...month, file: less }, twist)) file = less;
    }
  }
  return file;
}

function stillQuarrels(month: Month, twist: Twist): boolean {
  const { core, naive } = bothOf(month, new Set(), twist);
  return !('refused' in core) && !('thrown' in naive) && !isDeepStrictEqual(core, naive);
}

function listsOf(file: CaseFile): unknown[][] {
  const { series = [], windows = [], items = [], causes = [] } = file;
  const runs = series.map((one) => one.runs as unknown[]);
  const exclusions = file.terms.guarantees.map((one) => (one.exclusions ?? []) as unknown[]);
  return [
    file.terms.guarantees,
    series,
    windows,
    items,
    causes,
    file.agreement.stages,
    file.agreement.sales,
    ...runs,
    ...exclusions,
  ];
}

export function told({ seed, tickMs, file, core, naive }: Quarrel): string {
  const print = (value: object): string => JSON.stringify(value, null, 1);
  return `seed ${seed}, ticks of ${tickMs} ms\ncase ${print(file)}\ncore ${print(core)}\nnaive ${print(naive)}`;
}
