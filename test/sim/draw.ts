import type { Random } from '../fuzz/random.ts';
import { seeded } from '../fuzz/random.ts';
import { joined, type Stretch } from './stretch.ts';
import type { CauseTruth, Cut, HostTruth, Life, Month, PlaneTruth, ProberTruth, Truth } from './truth.ts';

/** Draws a month's truth from a seed: the same seed draws the same month on every machine. */

const secondMs = 1000;
export const minuteMs = 60_000;
export const hourMs = 3_600_000;
export const dayMs = 86_400_000;

/** Written out by hand, so that no zone arithmetic of the product is believed. */
const months: readonly Month[] = [
  month('Asia/Shanghai', '2026-10', '2026-09-30T16:00:00Z', '2026-10-31T16:00:00Z'),
  month('Europe/Berlin', '2026-10', '2026-09-30T22:00:00Z', '2026-10-31T23:00:00Z'),
  month('America/New_York', '2026-03', '2026-03-01T05:00:00Z', '2026-04-01T04:00:00Z'),
  month('UTC', '2026-02', '2026-02-01T00:00:00Z', '2026-03-01T00:00:00Z'),
];

function month(zone: string, name: string, from: string, to: string): Month {
  return { zone, name, from: Date.parse(from), to: Date.parse(to) };
}

export interface Size {
  readonly hosts: number;
  readonly planes: number;
  readonly probers: number;
  /** How often senders hand over what they have: the finer, the more messages. */
  readonly tickHours: 3 | 6 | 12 | 24;
}

export function drawTruth(seed: number, size: Size): Truth {
  const random = seeded(seed);
  const chosen = random.pick(months);
  const tickMs = size.tickHours * hourMs;
  const from = chosen.from - 12 * hourMs;
  const ticks = Math.ceil((chosen.to + 12 * hourMs - from) / tickMs);
  const frame: Frame = {
    seed,
    month: chosen,
    from,
    to: from + ticks * tickMs,
    tickMs,
    ticks,
    aDay: 24 / size.tickHours,
  };
  const planes = Array.from({ length: size.planes }, (_, i) =>
    drawPlane(frame, random.fork(1000 + i), i, i === size.planes - 1),
  );
  const dark = darkStretch(frame, random.fork(1));
  const apart = apartCut(frame, random.fork(2));
  const common = planes.map((_, i) => planeDowns(frame, random.fork(2000 + i), i === 0 ? dark : null));
  const probers = Array.from({ length: size.probers }, (_, i) =>
    drawProber(frame, random.fork(3000 + i), { i, hosts: size.hosts, planes, dark, apart }),
  );
  const hosts = Array.from({ length: size.hosts }, (_, i) => {
    const at = i % planes.length;
    const shared = joined([...common[at]!, ...planes[at]!.deaths]);
    return drawHost(frame, random.fork(4000 + i), {
      i,
      count: size.hosts,
      plane: planes[at]!.id,
      shared,
      apart,
    });
  });
  const restarts = Array.from({ length: size.hosts < 50 ? 1 : 3 }, () => random.between(2, ticks - 2));
  return { seed, month: chosen, from, to: frame.to, tickMs, hosts, planes, probers, restarts };
}

interface Frame {
  readonly seed: number;
  readonly month: Month;
  readonly from: number;
  readonly to: number;
  readonly tickMs: number;
  readonly ticks: number;
  /** Ticks of a day. */
  readonly aDay: number;
}

/** Somewhere in the time of the frame, `lengthMs` long. */
function stretchIn(frame: Frame, random: Random, lengthMs: number): Stretch {
  const from = frame.from + hourMs + random.below(frame.to - frame.from - lengthMs - 2 * hourMs);
  return { from, to: from + lengthMs };
}

/** From seconds to a day and a half. */
function outageMs(random: Random): number {
  const kind = random.below(100);
  if (kind < 30) return random.between(5 * secondMs, 3 * minuteMs);
  if (kind < 75) return random.between(3 * minuteMs, 40 * minuteMs);
  if (kind < 97) return random.between(40 * minuteMs, 5 * hourMs);
  return random.between(5 * hourMs, 36 * hourMs);
}

function whole(stretch: Stretch): Stretch {
  return {
    from: Math.floor(stretch.from / minuteMs) * minuteMs,
    to: Math.ceil(stretch.to / minuteMs) * minuteMs,
  };
}

/** Nobody looks for a while, with the first plane down before and after: a bridge, or a gap too long for one. */
function darkStretch(frame: Frame, random: Random): Stretch {
  return stretchIn(frame, random, random.pick([10, 40, 58, 75]) * minuteMs);
}

function planeDowns(frame: Frame, random: Random, dark: Stretch | null): readonly Stretch[] {
  const own = Array.from({ length: random.between(1, 3) }, () =>
    stretchIn(frame, random, random.between(30 * secondMs, 90 * minuteMs)),
  );
  const edge = random.pick([frame.month.from, frame.month.to]);
  const across = random.chance(0.5)
    ? [{ from: edge - random.between(1, 900_000), to: edge + random.between(1, 900_000) }]
    : [];
  const around =
    dark === null
      ? []
      : [
          {
            from: dark.from - random.between(200_000, 900_000),
            to: dark.to + random.between(200_000, 900_000),
          },
        ];
  return joined([...own, ...across, ...around]);
}

/** The probers' common way to the centre is cut: what they saw is told up to two days later. */
function apartCut({ ticks, aDay }: Frame, random: Random): Cut {
  const from = random.between(4 * aDay, ticks - 4 * aDay);
  return { from, to: from + random.between(1, 2 * aDay) };
}

function cutsOf(frame: Frame, random: Random): readonly Cut[] {
  const { ticks, aDay } = frame;
  const from = random.between(1, ticks - 2 * aDay);
  const cuts = [{ from, to: from + random.between(1, 2 * aDay) }];
  // One that outlasts the day of grace: what it holds back makes revisions.
  if (random.chance(0.3)) cuts.push({ from: ticks - random.between(1, 5 * aDay), to: ticks + 2 * aDay });
  return joined(cuts);
}

/** The last plane has a real log (log.ts), which is not lost. */
function drawPlane(frame: Frame, random: Random, i: number, isLogged: boolean): PlaneTruth {
  const deaths = Array.from({ length: random.between(2, 5) }, () =>
    stretchIn(frame, random, random.pick([4_000, 45_000, 200_000, 2_400_000]) + random.below(1000)),
  );
  const unread = Array.from({ length: isLogged ? 0 : random.below(3) }, () =>
    whole(stretchIn(frame, random, random.between(minuteMs, random.pick([hourMs, 9 * hourMs])))),
  );
  const held = Array.from({ length: 12 }, () => ({
    minute: whole(stretchIn(frame, random, 1)).from,
    ms: random.pick([40, 900, 1_490, 2_000]),
  }));
  return {
    id: `p${i + 1}`,
    deaths: joined(deaths),
    unread: joined(unread),
    held,
    cuts: cutsOf(frame, random),
  };
}

interface Seat {
  readonly i: number;
  readonly hosts: number;
  readonly planes: readonly PlaneTruth[];
  readonly dark: Stretch;
  readonly apart: Cut;
}

function drawProber(frame: Frame, random: Random, { i, hosts, planes, dark, apart }: Seat): ProberTruth {
  const lives = drawLives(frame, random).flatMap((life) => outOfDark(life, dark, random));
  const some = Array.from({ length: random.below(3) }, () =>
    stretchIn(frame, random, random.between(minuteMs, 6 * minuteMs)),
  );
  const wrong = Array.from({ length: random.between(1, 3) }, () => ({
    ...stretchIn(frame, random, outageMs(random) / 4),
    plane: random.pick(planes).id,
  }));
  const missed = new Map<string, Set<number>>();
  for (let n = Math.min(30, hosts); n > 0; n -= 1) {
    const target = `${random.pick(['web', 'ftp'])}:h${String(random.between(1, hosts)).padStart(6, '0')}`;
    const rounds = missed.get(target) ?? new Set();
    // A few in a row: two are held over, three are not.
    const first = whole(stretchIn(frame, random, hourMs)).from;
    for (let more = random.between(1, 4); more > 0; more -= 1) rounds.add(first + more * minuteMs);
    missed.set(target, rounds);
  }
  const life = random.between(1, lives.length);
  const begun = Math.ceil(((lives[life]?.from ?? frame.to) - frame.from) / frame.tickMs);
  const tick = Math.min(begun + random.between(1, 3 * frame.aDay), frame.ticks + 2 * frame.aDay);
  return {
    id: `w${i + 1}`,
    lives,
    blind: joined(some),
    wrong,
    missed,
    cuts: joined([...cutsOf(frame, random), apart]),
    moved: life < lives.length && random.chance(0.5) ? { life, tick } : null,
  };
}

function drawLives(frame: Frame, random: Random): readonly Life[] {
  const ends = Array.from({ length: random.between(2, 6) }, () => stretchIn(frame, random, 1).from);
  const lives: Life[] = [];
  let from = frame.from;
  for (const at of [...ends.sort((a, b) => a - b), frame.to]) {
    if (at <= from + hourMs) continue;
    const skewMs = random.pick([0, 0, 0, 0, 700, 90_000, -45_000, 200_000, -110_000]);
    lives.push({ from, to: at, skewMs, end: random.pick(['killed', 'stopped'] as const) });
    from = at + random.pick([1_500, 20_000, 260_000, 2 * hourMs]) + random.below(1000);
  }
  return lives;
}

/** At a tick; half of them while the probers are cut off, or when they are back. */
function releasedAt(frame: Frame, random: Random, apart: Cut): number {
  if (random.chance(0.5)) return frame.from + dayMs * random.between(10, 22);
  return frame.from + frame.tickMs * random.between(apart.from, apart.to);
}

/** In the dark no prober runs: each is killed, and started again on its own machine's clock. */
function outOfDark(life: Life, dark: Stretch, random: Random): readonly Life[] {
  if (life.to <= dark.from || dark.to <= life.from) return [life];
  const back = dark.to + random.below(3000);
  const parts: readonly Life[] = [
    { ...life, to: dark.from, end: 'killed' },
    { ...life, from: Math.max(back, life.from) },
  ];
  return parts.filter(({ from, to }) => to - from > minuteMs);
}

interface Place {
  readonly i: number;
  readonly count: number;
  readonly plane: string;
  readonly shared: readonly Stretch[];
  readonly apart: Cut;
}

function drawHost(frame: Frame, random: Random, { i, count, plane, shared, apart }: Place): HostTruth {
  const id = `h${String(i + 1).padStart(6, '0')}`;
  // The last tenth is ordered in the course of the month.
  const late = i >= count * 0.9;
  const released = !late && random.chance(0.06) ? releasedAt(frame, random, apart) : null;
  const closed = late || released !== null ? [] : drawClosed(frame, random);
  // Down shortly before its end, and taken away before that is told.
  const last = released === null ? [] : [{ from: released - 30 * hourMs, to: released - 25 * hourMs }];
  const both = outages(frame, random, random.pick([0, 0, 0, 1, 2]));
  const web = outages(frame, random, random.pick([0, 0, 0, 1, 2, 4]));
  const ftp = outages(frame, random, random.pick([0, 0, 0, 1, 3]));
  const down = {
    web: joined([...shared, ...closed, ...last, ...both, ...web]),
    ftp: joined([...shared, ...closed, ...last, ...both, ...ftp]),
  };
  const begun = late
    ? frame.from + dayMs * Math.ceil(((i - count * 0.9) / (count * 0.1)) * 15 + 1)
    : frame.from;
  const slow = joined(
    Array.from({ length: random.below(4) }, () =>
      whole(stretchIn(frame, random, random.between(1, 25 * minuteMs))),
    ),
  );
  return {
    id,
    plane,
    guarantees: random.pick([
      ['web', 'ftp', 'response'],
      ['web', 'ftp', 'response'],
      ['web'],
      ['web', 'response'],
    ]),
    signed: random.chance(0.03)
      ? null
      : frame.month.from + (random.chance(0.2) ? random.below(6) * dayMs : 0),
    opened: late ? begun + random.between(1, 90) * minuteMs : frame.from,
    watched: { from: begun, to: released ?? frame.to },
    sales: drawSales(frame, random, id, released === null ? null : released - dayMs),
    down,
    slow,
    causes: drawCauses(frame, random, { host: id, since: begun }, { web: joined([...web, ...both]), slow }),
    closed,
    late: Array.from({ length: random.below(4) }, () => ({
      minute: whole(stretchIn(frame, random, 3 * hourMs)).from,
      ms: random.pick([300, 1_500, 1_501, 8_000]),
    })),
  };
}

function outages(frame: Frame, random: Random, count: number): readonly Stretch[] {
  const drawn = Array.from({ length: count }, () => stretchIn(frame, random, outageMs(random)));
  // Flapping: gone and back within seconds or minutes.
  const flaps = random.chance(0.2) ? stretchIn(frame, random, hourMs).from : null;
  if (flaps !== null)
    for (let n = 0, at = flaps; n < 12; n += 1) {
      const lasts = random.between(5 * secondMs, 2 * minuteMs);
      drawn.push({ from: at, to: at + lasts });
      at += lasts + random.between(5 * secondMs, 4 * minuteMs);
    }
  return joined(drawn);
}

function drawClosed(frame: Frame, random: Random): readonly Stretch[] {
  if (!random.chance(0.08)) return [];
  const at = frame.month.from + random.between(7, 20) * dayMs + random.below(dayMs);
  return [{ from: at, to: at + random.between(minuteMs, 2 * dayMs) }];
}

function drawSales(frame: Frame, random: Random, id: string, expires: number | null): HostTruth['sales'] {
  const { from: first } = frame.month;
  const sale = (n: number, from: number, to: number, price: number, paidAt: number | null) => ({
    number: `SA-${id}-${n}`,
    from,
    to,
    price,
    moves: paidAt === null ? [] : [{ at: paidAt, amount: price }],
  });
  const begun = first - 10 * dayMs;
  const price = random.between(1, 99_999);
  if (expires !== null) return [sale(1, begun, expires, price, begun)];
  const kind = random.below(100);
  if (kind < 4) return [sale(1, begun, begun + 365 * dayMs, price, null)];
  const paidAt = kind < 14 ? first + random.below(15 * dayMs) : begun;
  if (kind < 70) return [sale(1, begun, begun + 365 * dayMs, price, paidAt)];
  const cut = first + random.between(1, 25 * dayMs);
  if (kind < 80) return [sale(1, begun, cut, price, begun)];
  const gap = random.pick([0, 0, random.between(1, 3 * dayMs)]);
  const next = sale(2, cut + gap, cut + gap + 90 * dayMs, random.between(1, 99_999), begun);
  return [sale(1, begun, cut, price, begun), next];
}

function drawCauses(
  frame: Frame,
  random: Random,
  { host, since }: { readonly host: string; readonly since: number },
  { web, slow }: { readonly web: readonly Stretch[]; readonly slow: readonly Stretch[] },
): readonly CauseTruth[] {
  const causes: CauseTruth[] = [];
  const add = (cause: CauseTruth['cause'], around: Stretch): void => {
    const from = around.from + random.between(-30_000, 120_000);
    const to = around.to + random.between(-120_000, 300_000);
    if (to <= from) return;
    const told = Math.max(since + minuteMs, Math.min(to + random.between(0, 2 * dayMs), frame.to));
    // Some are taken back, before the month is closed or after it.
    const withdrawn = random.chance(0.15) ? told + random.between(1, 4 * dayMs) : null;
    const checks = { 'customer-dns': ['web'], attack: ['response'], agreed: [] }[cause];
    causes.push({ id: `${cause}-${host}-${causes.length}`, cause, checks, from, to, told, withdrawn });
  };
  for (const one of web) if (random.chance(0.25)) add(random.chance(0.7) ? 'customer-dns' : 'agreed', one);
  for (const one of slow) if (random.chance(0.3)) add('attack', one);
  return causes;
}
