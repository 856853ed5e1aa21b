import type { Random } from '../fuzz/random.ts';
import { durationMs } from './canvas.ts';
import { agreementOf } from './facts.ts';
import type { CaseFile, CauseFile, GuaranteeFile, ItemFile, WindowsFile } from './file.ts';
import { type Grid, gridOf, printed, printedDuration, shuffled } from './grid.ts';
import { seriesOf } from './series.ts';
import { causeNames, termsOf } from './terms.ts';

/** A month by chance: the seed alone settles it. All its instants are whole ticks from the month's start. */
export interface Month {
  readonly file: CaseFile;
  readonly tickMs: number;
}

export function monthOf(random: Random): Month {
  const grid = gridOf(random);
  const terms = termsOf(grid);
  // Before the agreement's facts, so that these may fall into gaps of what was seen.
  const series = shuffled(grid, seriesOf(grid, terms.guarantees));
  const file: CaseFile = {
    format: 'hostpledge/case@1',
    zone: grid.zone,
    month: grid.month,
    ...(grid.asOf === null ? (random.chance(0.5) ? {} : { asOf: null }) : { asOf: printed(grid, grid.asOf) }),
    terms,
    agreement: agreementOf(grid),
  };
  const windows = shuffled(grid, windowsOf(grid, terms.guarantees));
  const items = itemsOf(grid, terms.guarantees);
  const causes = causesOf(grid);
  if (series.length > 0 || random.chance(0.5)) file.series = series;
  if (windows.length > 0 || random.chance(0.5)) file.windows = windows;
  if (items.length > 0 || random.chance(0.5)) file.items = items;
  if (causes.length > 0 || random.chance(0.5)) file.causes = causes;
  return { file, tickMs: grid.tickMs };
}

/** Stretches of windows one after another, some read, some idle, some not read at all. */
function windowsOf(grid: Grid, guarantees: readonly GuaranteeFile[]): WindowsFile[] {
  const { random } = grid;
  // Guarantees on one check must promise about the same windows, or the case is refused.
  const ceilings = guarantees.filter(({ objective }) => objective.kind === 'ceiling');
  const lengths = new Set(
    ceilings.map(({ objective }) => (objective.kind === 'ceiling' ? durationMs(objective.window) : 0)),
  );
  if (lengths.size !== 1 || random.chance(0.05)) return [];
  const [everyMs = 0] = lengths;
  const list: WindowsFile[] = [];
  let from = grid.from + grid.tickMs * random.pick([0, 0, -1, -40, 10, 300]);
  const end = (grid.tickMs === 1 ? grid.asOf! : grid.to) + grid.tickMs * random.pick([0, 0, -30, 40]);
  const gappy = random.pick([0, 0.2]);
  while (from < end && list.length < 40) {
    if (random.chance(gappy)) from += grid.length(2000);
    const head = { check: 'response', from: printed(grid, from), every: printedDuration(grid, everyMs) };
    const rest = Math.ceil((end - from) / everyMs);
    const isRead = random.chance(0.6);
    const count = isRead
      ? random.size(60)
      : Math.max(0, Math.min(rest, random.chance(0.3) ? rest : 1 + random.size(40_000)));
    if (isRead) {
      const values = Array.from({ length: count }, () =>
        random.pick([null, 0, 12, 249, 250, 251, 1499, 1500, 1501, 9000]),
      );
      list.push({
        ...head,
        values: random.chance(0.5) ? values : values.map((one) => Math.min(one ?? 0, 250)),
      });
    } else list.push({ ...head, idle: count });
    from += count * everyMs;
  }
  return list;
}

function itemsOf(grid: Grid, guarantees: readonly GuaranteeFile[]): ItemFile[] {
  const { random, tickMs } = grid;
  const items: ItemFile[] = [];
  for (const { id, objective } of guarantees) {
    if (objective.kind !== 'deadline') continue;
    const within = typeof objective.within === 'string' ? durationMs(objective.within) : grid.length(3000);
    for (let i = random.below(5); i > 0; i -= 1) {
      const opened = grid.at();
      const took = random.chance(0.5)
        ? within + tickMs * random.pick([0, 0, -1, 1])
        : random.chance(0.2)
          ? 0
          : grid.length(tickMs === 1 ? 3000 : 15_000);
      const done = random.chance(0.2)
        ? null
        : random.chance(0.15)
          ? Math.max(opened, grid.at())
          : opened + Math.max(0, took);
      items.push({
        for: random.chance(0.96) ? id : 'nothing',
        id: `T-${items.length}`,
        opened: printed(grid, opened),
        done: done === null ? null : printed(grid, done),
      });
    }
  }
  return items;
}

function causesOf(grid: Grid): CauseFile[] {
  const { random, tickMs } = grid;
  const list: CauseFile[] = [];
  for (let i = random.pick([0, 0, 1, 2, 4, 8]); i > 0; i -= 1) {
    const from = grid.at();
    const to = random.chance(0.05)
      ? from + 40 * 86_400_000
      : Math.max(from + tickMs, random.chance(0.5) ? grid.at() : from + grid.length(4000));
    const checks = random.pick([
      undefined,
      undefined,
      [],
      ['web'],
      ['web', 'ftp'],
      ['response'],
      ['power', 'other'],
    ]);
    list.push({
      cause: random.chance(0.95) ? random.pick(causeNames) : 'weather',
      ...(checks === undefined ? {} : { checks: [...checks] }),
      from: printed(grid, from),
      to: printed(grid, to),
      ...(random.chance(0.5) ? {} : { evidence: ['obs:1'] }),
    });
  }
  return list;
}
