import type { CaseFile, SaleFile } from './file.ts';
import { type Grid, printed } from './grid.ts';

/** Signatures, opening, stages and sales: mostly all well before the month, and each now and then late or missing. */
export function agreementOf(grid: Grid): CaseFile['agreement'] {
  const { random } = grid;
  const long = (): string => printed(grid, grid.from - 40 * 86_400_000);
  const act = (): string | null => {
    if (random.chance(0.97)) return long();
    return random.chance(0.15) ? null : printed(grid, grid.at());
  };
  const rare = (share: number): boolean => random.chance(share);
  return {
    number: 'QA-1',
    signatures: {
      provider: { signed: act(), sealed: act() },
      customer: { signed: act(), sealed: act() },
    },
    opened: rare(0.93) ? long() : rare(0.15) ? null : printed(grid, grid.at()),
    ended: rare(0.88) ? null : printed(grid, grid.at()),
    stages: stagesOf(grid),
    sales: salesOf(grid),
  };
}

const stageNames = ['invited-test', 'public-test', 'released'] as const;

function stagesOf(grid: Grid): CaseFile['agreement']['stages'] {
  const { random } = grid;
  const early = printed(grid, grid.from - 60 * 86_400_000);
  if (random.chance(0.9)) return [{ from: early, stage: 'released' }];
  if (random.chance(0.15)) return [];
  const froms = [...new Set([grid.at(), grid.at(), grid.at()])].sort((a, b) => a - b);
  const names = froms.map(() => random.below(3)).sort();
  return froms.map((from, i) => ({ from: printed(grid, from), stage: stageNames[names[i]!]! }));
}

/** One agreement over the month, or rows that meet in it: renewal, refund of a part, another price, a gap. */
function salesOf(grid: Grid): SaleFile[] {
  const { random, tickMs } = grid;
  const tick = (ms: number): number => Math.round(ms / tickMs) * tickMs;
  const begin = grid.from - tick(100 * 86_400_000);
  const end = grid.to + tick(200 * 86_400_000);
  const cuts = random.chance(0.5) ? [] : Array.from({ length: random.between(1, 4) }, () => grid.at());
  const edges = [...new Set([begin, ...cuts, end])].sort((a, b) => a - b);
  const sales: SaleFile[] = [];
  const round = random.chance(0.3);
  let number = 1;
  for (let i = 0; i + 1 < edges.length; i += 1) {
    const [from, to] = [edges[i]!, edges[i + 1]!];
    // A stretch that nobody bought, unless nothing else would be left.
    if (random.chance(0.1) && i + 2 < edges.length) continue;
    if (i > 0 && random.chance(0.6)) number += 1;
    const minor = round
      ? ((to - from) / tickMs) * random.below(3)
      : random.chance(0.1)
        ? 0
        : random.below(100_000);
    const paidAt = random.chance(0.85) ? grid.from - 90 * 86_400_000 : random.chance(0.25) ? null : grid.at();
    sales.push({
      number: `SA-${number}`,
      from: printed(grid, from),
      to: printed(grid, to),
      paid: `${Math.floor(minor / 100)}.${String(minor % 100).padStart(2, '0')}`,
      currency: 'CNY',
      paidAt: paidAt === null ? null : printed(grid, paidAt),
    });
  }
  return sales;
}
