/** What must be met among the generated months: every branch of docs/semantics.md has its row. */
export const situations = [
  // §1 time
  'month of 743 hours',
  'month of 745 hours',
  'month with half an hour more or less',
  'month of 719 or 721 hours',
  'February',
  'month that does not begin at midnight',
  'ticks of a minute',
  'ticks of 28,125 ms',
  'ticks of a millisecond',
  'asOf within the month',
  'asOf at the month’s start',
  'asOf before the month',
  'asOf after the month',
  // §2 in force
  'in force the whole month',
  'never in force',
  'an act is missing',
  'an act after asOf',
  'signed within the month',
  'signed: the day began before the last act',
  'never opened',
  'opened within the month',
  'product opened after asOf',
  'ended within the month',
  'ended after asOf',
  'unpaid sale',
  'paid within the bought time',
  'paid after asOf',
  'paid after the bought time',
  'bought time ends within the month',
  'gap between sales in the month',
  'two fee densities in the month',
  'one number on two rows',
  'gift',
  'released within the month',
  'in test all the month',
  'no stages',
  // §3 observations
  'check without a series',
  'series that nobody judges',
  'one vantage point',
  'two vantage points',
  'three vantage points',
  'five vantage points',
  'single observation',
  'next observation a tick later',
  'run cut short by the next one',
  'hold runs out',
  'hold of nothing',
  'word of the month before reaches in',
  'run begins at asOf',
  'fewer than the floor know',
  'majority: a tie is good',
  'majority: outvoted failure',
  'majority: bad though one passes',
  'any: one of several fails',
  'all: one passes',
  'number: reached',
  'number: not reached',
  'number: more than report, all fail',
  'gap bridged',
  'gap exactly as long as the bridge',
  'gap one tick longer than the bridge',
  'gap with a good neighbour',
  'bridge of nothing',
  'bridged gap cut by the month',
  'bridged gap cut by force',
  'bridged gap cut by an exclusion',
  'no bridge over asOf',
  // §4 classes
  'excluded bad time',
  'excluded unobserved time',
  'excluded good time',
  'cause outside force',
  'cause that the guarantee does not exclude',
  'causes overlap: the first listed gets it',
  'causes overlap: the list of causes has another order',
  'cause that names the check',
  'cause that names another check',
  'cause that names no check excuses a deadline',
  'cause that names checks does not reach a deadline',
  'two causes share a month',
  'everything excused',
  // §5 objectives
  'coverage missed',
  'coverage exactly met',
  'coverage "0"',
  'coverage "1"',
  'never observed',
  'never observed, the terms do not mind',
  'availability kept',
  'availability breached',
  'availability: nothing measured',
  'atLeast exactly met',
  'above exactly met',
  'atLeast "1" breached',
  'above "1" breached',
  'above "0" breached',
  'excess: some of the bad time',
  'excess: begins within a tick',
  'excess: breach without deficient time',
  'excess after the coverage rule',
  'ceiling kept',
  'ceiling breached',
  'ceiling: nothing measured',
  'ceiling: value at the limit',
  'ceiling: idle stretch',
  'ceiling: window without requests',
  'ceiling: stretch of no windows',
  'ceiling: log not read',
  'ceiling: coverage missed',
  'ceiling: window over the month’s edge',
  'ceiling: window cut by asOf',
  'deadline kept',
  'deadline breached',
  'deadline: nothing measured',
  'elapsed time',
  'nothing allowed',
  'working time',
  'done in time',
  'done exactly when due',
  'done late',
  'never done',
  'done after asOf',
  'item opened after asOf',
  'opened before the month',
  'due after the month',
  'late stretches overlap',
  'item of no guarantee',
  // §6 working time
  'working zone of its own',
  'holiday passed over',
  'make-up day worked',
  'make-up day like another weekday',
  'date in both lists',
  'period to 24:00',
  'periods that overlap',
  'period that ends before it begins',
  'period over a clock change',
  'no working time at all',
  // §7 compensation
  'nothing to pay',
  'paid',
  'breached and nothing paid',
  'rounded up',
  'a second is paid once',
  'deficient time in two sales',
  'gift with deficient time',
  'factor by default',
  'factor with decimals',
  'owed in whole fen',
] as const;

export type Situation = (typeof situations)[number];
export type See = (situation: Situation) => void;

/** In how many months each was met. */
export type Tally = Map<Situation, number>;

export function newTally(): Tally {
  return new Map(situations.map((one) => [one, 0]));
}

/** Those never met. */
export function missing(tally: Tally): readonly Situation[] {
  return situations.filter((one) => tally.get(one) === 0);
}

/** `count  situation` in three columns. */
export function printed(tally: Tally): string {
  const cells = situations.map((one) => `${String(tally.get(one)).padStart(7)}  ${one}`.padEnd(62));
  const height = Math.ceil(cells.length / 3);
  return cells
    .slice(0, height)
    .map((_, row) =>
      [0, 1, 2]
        .map((column) => cells[row + column * height] ?? '')
        .join('')
        .trimEnd(),
    )
    .join('\n');
}
