import type { GuaranteeFile, ObjectiveFile, TermsFile, WorkingFile } from './file.ts';
import { type Grid, printedDuration } from './grid.ts';

/** Terms with every option of docs/semantics.md §8, alone and together. */
export const causeNames = ['customer-dns', 'violation', 'agreed', 'attack'] as const;
const checks = ['web', 'ftp', 'power'] as const;
const shares = ['0', '0.5', '0.9', '0.95', '0.99', '0.999', '0.9999', '1'] as const;

export function termsOf(grid: Grid): TermsFile {
  const { random } = grid;
  const count = random.pick([1, 1, 2, 2, 3, 4]);
  const factor = random.pick([undefined, undefined, 1, 2, 3, 0.5, 1.125, 2.001]);
  return {
    format: 'hostpledge/terms@1',
    id: 't',
    edition: '1',
    remedy: { kind: 'fee-multiple', ...(factor === undefined ? {} : { factor }) },
    working: workingOf(grid),
    guarantees: Array.from({ length: count }, (_, i) => guaranteeOf(grid, `g${i}`)),
  };
}

function guaranteeOf(grid: Grid, id: string): GuaranteeFile {
  const { random } = grid;
  const objective = objectiveOf(grid);
  const exclusions = causeNames.filter(() => random.chance(0.45));
  if (random.chance(0.5)) exclusions.reverse();
  const base = { id, clause: '2-2.1', objective, ...(random.chance(0.8) ? { exclusions } : {}) };
  if (objective.kind === 'deadline') return base;
  const coverage = random.chance(0.5) ? undefined : random.pick(shares);
  const covered = coverage === undefined ? base : { ...base, coverage };
  if (objective.kind === 'ceiling') return { ...covered, check: 'response' };
  const quorum = random.pick([undefined, undefined, 'majority', 'any', 'all', 1, 2, 3, 6] as const);
  return {
    ...covered,
    check: random.pick(checks),
    hold: printedDuration(grid, random.chance(0.05) ? 0 : grid.length(200)),
    ...(quorum === undefined ? {} : { quorum }),
    ...(random.chance(0.6) ? {} : { floor: random.between(1, 3) }),
    ...bridgeOf(grid),
  };
}

/** The default of an hour falls between ticks of no grid: all divide it. */
function bridgeOf(grid: Grid): { bridge?: string } {
  const { random } = grid;
  if (random.chance(0.4)) return {};
  return { bridge: printedDuration(grid, random.chance(0.2) ? 0 : grid.length(500)) };
}

function objectiveOf(grid: Grid): ObjectiveFile {
  const { random } = grid;
  const kind = random.pick([
    'availability',
    'availability',
    'availability',
    'ceiling',
    'deadline',
    'deadline',
  ] as const);
  if (kind === 'availability') {
    const share = random.pick(shares);
    const counts = random.pick([undefined, 'all', 'excess', 'excess'] as const);
    return {
      kind,
      ...(random.chance(0.5) ? { atLeast: share } : { above: share }),
      ...(counts === undefined ? {} : { counts }),
    };
  }
  if (kind === 'ceiling') {
    const windowMs = grid.tickMs * random.pick([1, 2, 5, 60]);
    return {
      kind,
      limit: random.pick(['PT1.5S', 'PT0S', 'PT0.25S']),
      statistic: 'max',
      window: printedDuration(grid, windowMs),
    };
  }
  if (random.chance(0.4)) {
    const ms = random.chance(0.15) ? 0 : grid.length(grid.tickMs === 1 ? 2000 : 20_000);
    return { kind, within: printedDuration(grid, ms) };
  }
  return { kind, within: { workingHours: hoursOf(grid) } };
}

/** Hours with at most three decimals that are whole ticks. */
function hoursOf({ random, tickMs }: Grid): number {
  if (tickMs === 1) return 0.001;
  if (tickMs === 60_000) return Number((0.05 * (1 + random.size(1200))).toFixed(2));
  return 0.125 * (1 + random.size(400));
}

const office: [string, string][] = [
  ['09:00', '12:00'],
  ['13:30', '18:00'],
];
const days: readonly [string, string][][] = [
  [],
  office,
  office,
  [['09:00', '18:00']],
  [['00:00', '24:00']],
  [['22:15', '24:00']],
  [
    ['00:00', '02:00'],
    ['22:00', '24:00'],
  ],
  [['02:30', '03:30']],
  [
    ['08:00', '11:00'],
    ['10:00', '12:00'],
    ['12:00', '13:00'],
  ],
  [
    ['18:00', '17:00'],
    ['10:00', '10:00'],
    ['02:15', '02:45'],
  ],
];

function workingOf(grid: Grid): WorkingFile {
  const { random } = grid;
  const zone = random.pick([grid.zone, grid.zone, grid.zone, 'Europe/Berlin', 'America/New_York']);
  const periods: WorkingFile['periods'] = {};
  const plain = random.chance(0.5);
  for (const weekday of ['1', '2', '3', '4', '5', '6', '7']) {
    const some = plain ? (weekday < '6' ? office : []) : random.pick(days);
    if (some.length > 0 || random.chance(0.2)) periods[weekday] = some;
  }
  const never = random.chance(0.08);
  const [holidays, makeup] = [datesOf(grid), datesOf(grid)];
  const like = random.pick([undefined, undefined, '1', '3', '6']);
  return {
    zone,
    periods: never ? {} : periods,
    ...(random.chance(0.4) ? {} : { holidays }),
    ...(never || random.chance(0.4) ? {} : { makeup: [...makeup, ...holidays.slice(0, random.below(2))] }),
    ...(like === undefined ? {} : { makeupLike: like }),
  };
}

function datesOf(grid: Grid): string[] {
  const { random } = grid;
  const first = Temporal.PlainYearMonth.from(grid.month).toPlainDate({ day: 1 });
  const span = grid.tickMs === 1 ? [-1, 1] : [-3, 33];
  return Array.from({ length: random.below(6) }, () =>
    first.add({ days: random.between(span[0]!, span[1]!) }).toString(),
  );
}
