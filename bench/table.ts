import type { Goal, Judged } from './report.ts';

/** Figures as a person reads them: three digits that count, thousands apart. */
export function figure(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  const size = Math.abs(value);
  const digits =
    size >= 100 || value === 0
      ? 0
      : size >= 10
        ? 1
        : size >= 1
          ? 2
          : Math.min(6, 2 - Math.floor(Math.log10(size)));
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export function goalText(goal: Goal | undefined): string {
  if (goal === undefined) return '–';
  const bound = 'atMost' in goal ? `≤ ${figure(goal.atMost)}` : `≥ ${figure(goal.atLeast)}`;
  return goal.of === 'ratio' ? `${bound} ×` : bound;
}

const heads = ['what', 'ours', 'CPU s', 'peak MB', 'beside', 'ratio', 'goal', 'met'] as const;
const isText = [true, false, false, false, true, false, false, true];

/** The table within `width` columns: the two columns of words are wrapped, figures never. */
export function table(lines: readonly Judged[], width: number): string {
  const rows = lines.map((line) => [
    `${line.bench}: ${line.what} (${line.unit})`,
    figure(line.ours),
    figure(line.cpuS),
    figure(line.peakMb),
    line.peer === undefined
      ? '–'
      : `${line.peer.name}: ${line.peer.figure === null ? 'not here' : figure(line.peer.figure)}`,
    line.quotient === null ? '–' : `${figure(line.quotient)} ×`,
    goalText(line.goal),
    line.met === null ? '–' : line.met ? 'yes' : 'NO',
  ]);
  const widths = heads.map((head, i) => Math.max(head.length, ...rows.map((row) => row[i]!.length)));
  const fixed =
    widths.reduce((sum, one, i) => (i === 0 || i === 4 ? sum : sum + one), 0) + 2 * (heads.length - 1);
  const room = Math.max(36, width - fixed);
  widths[4] = Math.min(widths[4]!, Math.max(16, Math.floor(room * 0.4)));
  widths[0] = Math.min(widths[0]!, Math.max(20, room - widths[4]!));
  const rule = widths.map((one) => '-'.repeat(one)).join('  ');
  return [laid(heads, widths), rule, ...rows.map((row) => laid(row, widths))].join('\n');
}

function laid(cells: readonly string[], widths: readonly number[]): string {
  const wrapped = cells.map((cell, i) => wrap(cell, widths[i]!));
  const height = Math.max(...wrapped.map((cell) => cell.length));
  const lines: string[] = [];
  for (let at = 0; at < height; at += 1) {
    const parts = wrapped.map((cell, i) => {
      const text = cell[at] ?? '';
      return isText[i] ? text.padEnd(widths[i]!) : text.padStart(widths[i]!);
    });
    lines.push(parts.join('  ').trimEnd());
  }
  return lines.join('\n');
}

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length <= width || line === '') line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}
