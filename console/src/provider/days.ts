/** Dates as terms list them, and as a person writes them: `2026-10-01–2026-10-07 2026-12-31`. */

const dayMs = 86_400_000;
const most = 1000;
const dateText = /^\d{4}-\d\d-\d\d$/;

/** Midnight in UTC; NaN: no such day. */
function dayOf(text: string): number {
  const at = dateText.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(at) || textOf(at) !== text ? Number.NaN : at;
}

const textOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** Days that follow each other stand as one stretch. */
export function daysText(dates: readonly string[]): string {
  const stretches: [from: number, to: number][] = [];
  for (const at of [...new Set(dates)].sort().map(dayOf)) {
    const last = stretches.at(-1);
    if (last !== undefined && at === last[1] + dayMs) last[1] = at;
    else stretches.push([at, at]);
  }
  return stretches
    .map(([from, to]) => (from === to ? textOf(from) : `${textOf(from)}–${textOf(to)}`))
    .join('\n');
}

/** Each day once, in order; null: not written so, or more than a thousand. */
export function datesOf(text: string): readonly string[] | null {
  const dates = new Set<string>();
  for (const part of text.split(/[\s,，、;；]+/).filter((one) => one !== '')) {
    const [first = '', last = first, ...more] = part.split(/[–—~～]|(?<=\d{4}-\d\d-\d\d)-/);
    const [from, to] = [dayOf(first), dayOf(last)];
    if (more.length > 0 || !(from <= to) || (to - from) / dayMs >= most) return null;
    for (let at = from; at <= to; at += dayMs) dates.add(textOf(at));
    if (dates.size > most) return null;
  }
  return [...dates].sort();
}
