import { type Canvas, ceilOf, decimalOf } from './canvas.ts';
import type { CaseFile, GuaranteeSettled, SettlementFile } from './file.ts';
import type { See } from './situation.ts';

/** docs/semantics.md §7. `tails[tick]`: how many of the tick's last milliseconds are deficient. */
export function compensation(
  canvas: Canvas,
  file: CaseFile,
  tails: Float64Array,
  guarantees: readonly GuaranteeSettled[],
  see: See,
): SettlementFile['compensation'] {
  const { sales } = file.agreement;
  const factor = decimalOf(String(file.terms.remedy.factor ?? 2));
  const lines: SettlementFile['compensation']['lines'] = [];
  let owed = 0n;
  let whole = 1n;
  for (const sale of sales) {
    const from = Date.parse(sale.from);
    const to = Date.parse(sale.to);
    let deficientMs = 0;
    for (let tick = 0; tick < canvas.count; tick += 1) {
      const at = canvas.from + tick * canvas.tickMs;
      if (from <= at && at < to) deficientMs += tails[tick]!;
    }
    if (deficientMs === 0) continue;
    const { number, paid } = sale;
    lines.push({ sales: number, deficientMs, termMs: to - from, paid });
    if (paid === '0.00') see('gift with deficient time');
    const part = factor.of * BigInt(paid.replace('.', '')) * BigInt(deficientMs);
    const of = factor.whole * BigInt(to - from);
    owed = owed * of + part * whole;
    whole *= of;
  }
  const minor = ceilOf(owed, whole);
  if (owed > 0n) see(owed % whole === 0n ? 'owed in whole fen' : 'rounded up');
  see(minor > 0n ? 'paid' : 'nothing to pay');
  if (minor === 0n && guarantees.some(({ status }) => status === 'breached'))
    see('breached and nothing paid');
  if (lines.length > 1) see('deficient time in two sales');
  if (lines.some((line) => line.paid !== lines[0]!.paid)) see('two fee densities in the month');
  return {
    currency: sales[0]!.currency,
    amount: `${minor / 100n}.${String(minor % 100n).padStart(2, '0')}`,
    lines,
  };
}

/** The deficient milliseconds as intervals; those that touch are one. */
export function intervals(canvas: Canvas, tails: Float64Array): [string, string][] {
  const out: [number, number][] = [];
  for (let tick = 0; tick < canvas.count; tick += 1) {
    const tail = tails[tick]!;
    if (tail === 0) continue;
    const end = canvas.from + (tick + 1) * canvas.tickMs;
    const before = out.at(-1);
    if (before !== undefined && before[1] === end - tail) before[1] = end;
    else out.push([end - tail, end]);
  }
  return out.map(([from, to]) => [new Date(from).toISOString(), new Date(to).toISOString()]);
}
