import { type Canvas, tickAt } from './canvas.ts';
import type { CaseFile } from './file.ts';
import type { See } from './situation.ts';
import { dayBegins, localDate } from './working.ts';

/** docs/semantics.md §2: which of the ticks `[first, last)` are in force. */
export function forceTicks(
  canvas: Canvas,
  file: CaseFile,
  first: number,
  last: number,
  see: See,
): Uint8Array {
  const inForce = new Uint8Array(canvas.count);
  const { signatures, opened, ended, stages, sales } = file.agreement;
  const acts = [
    signatures.provider.signed,
    signatures.provider.sealed,
    signatures.customer.signed,
    signatures.customer.sealed,
  ];
  if (acts.includes(null)) see('an act is missing');
  if (opened === null) see('never opened');
  if (acts.includes(null) || opened === null) return inForce;
  const lastAct = Math.max(...acts.map((act) => Date.parse(act!)));
  const signedFrom = dayBegins(file.zone, localDate(file.zone, lastAct));
  const endedAt = ended === null ? Number.POSITIVE_INFINITY : Date.parse(ended);
  const openedAt = Date.parse(opened);
  const steps = stages.map(({ from, stage }) => ({ from: Date.parse(from), stage }));
  const bought = sales
    .filter((sale) => sale.paidAt !== null)
    .map((sale) => [Math.max(Date.parse(sale.from), Date.parse(sale.paidAt!)), Date.parse(sale.to)] as const);
  const edges = [signedFrom, endedAt, openedAt, ...steps.map((step) => step.from), ...bought.flat()];
  for (const edge of edges) tickAt(canvas, edge);
  for (let tick = first; tick < last; tick += 1) {
    const at = canvas.from + tick * canvas.tickMs;
    if (at < signedFrom || at >= endedAt || at < openedAt) continue;
    let stage = '';
    for (const step of steps) if (step.from <= at) stage = step.stage;
    if (stage !== 'released') continue;
    for (const [from, to] of bought) if (from <= at && at < to) inForce[tick] = 1;
  }
  seeForce(canvas, file, { signedFrom, lastAct, openedAt, endedAt }, first, last, see);
  return inForce;
}

interface Edges {
  readonly signedFrom: number;
  readonly lastAct: number;
  readonly openedAt: number;
  readonly endedAt: number;
}

function seeForce(canvas: Canvas, file: CaseFile, edges: Edges, first: number, last: number, see: See): void {
  const within = (at: number): boolean =>
    at > canvas.from + first * canvas.tickMs && at < canvas.from + last * canvas.tickMs;
  const { stages, sales } = file.agreement;
  if (within(edges.signedFrom)) see('signed within the month');
  if (edges.signedFrom < edges.lastAct) see('signed: the day began before the last act');
  if (within(edges.openedAt)) see('opened within the month');
  if (within(edges.endedAt)) see('ended within the month');
  if (stages.length === 0) see('no stages');
  else if (stages.every(({ stage }) => stage !== 'released')) see('in test all the month');
  stages.forEach(({ from, stage }, i) => {
    if (i > 0 && stage === 'released' && within(Date.parse(from))) see('released within the month');
  });
  sales.forEach((sale, i) => {
    const next = sales[i + 1];
    if (sale.paidAt === null) see('unpaid sale');
    else {
      const paidAt = Date.parse(sale.paidAt);
      if (within(paidAt) && paidAt > Date.parse(sale.from) && paidAt < Date.parse(sale.to))
        see('paid within the bought time');
      if (paidAt >= Date.parse(sale.to)) see('paid after the bought time');
    }
    if (within(Date.parse(sale.to))) {
      see('bought time ends within the month');
      if (next !== undefined && next.from > sale.to) see('gap between sales in the month');
      if (next?.number === sale.number) see('one number on two rows');
    }
    if (sale.paid === '0.00') see('gift');
  });
}
