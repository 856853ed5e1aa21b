/** What a bench file exports and what it says. `bench/run.ts` runs every file of this folder that has a `bench`. */

export interface Bench {
  /** The file's name without its ending: `npm run bench -- NAME`. */
  readonly name: string;
  /** One sentence: what is measured against what. */
  readonly about: string;
  /** Programs to stand beside, and where one gets them: `{ mawk: 'apt: mawk', 'basic-ftp': 'npm: basic-ftp' }`. */
  readonly peers: Readonly<Record<string, string>>;
  run(report: Report): Promise<void>;
}

export interface Report {
  /** How often each way is tried, in turns. */
  readonly rounds: number;
  /** `--quick`: as small as still runs through everything; its figures mean nothing. */
  readonly quick: boolean;
  /** A folder of this bench alone; removed afterwards. */
  readonly folder: string;
  /** Whether a peer's program (PATH, /usr/sbin) or npm package is here. */
  has(peer: string): boolean;
  line(line: Line): void;
  /** Said below the table: what bounds a figure, what was not measured and why. */
  note(text: string): void;
}

/** One line of the table. Figures are medians of alternated rounds. */
export interface Line {
  readonly what: string;
  /** Of `ours` and the peer's figure: `lines/s`, `CPU s/1,000`, `bytes/host`. */
  readonly unit: string;
  readonly ours: number;
  /** CPU seconds of the whole process with its children, of one round. */
  readonly cpuS?: number | undefined;
  /** Peak resident memory of the whole process tree. */
  readonly peakMb?: number | undefined;
  /** What a user would use instead; `figure` null when it is not installed. */
  readonly peer?: { readonly name: string; readonly figure: number | null } | undefined;
  /** ours ÷ peer; without it the two figures' quotient. Give the median of the rounds' own quotients where there is one. */
  readonly ratio?: number | undefined;
  readonly goal?: Goal | undefined;
}

/** A bound on our figure or on the ratio. Never on a wall time of a shared machine. */
export type Goal =
  | { readonly of: 'ours' | 'ratio'; readonly atMost: number }
  | { readonly of: 'ours' | 'ratio'; readonly atLeast: number };

/** A line as printed: with its ratio, and whether the goal was met (null: no goal, or no peer to compare with). */
export interface Judged extends Line {
  readonly bench: string;
  readonly quotient: number | null;
  readonly met: boolean | null;
}

export function judged(bench: string, line: Line): Judged {
  const figure = line.peer?.figure ?? null;
  const quotient = line.ratio ?? (figure === null || figure === 0 ? null : line.ours / figure);
  return { ...line, bench, quotient, met: isMet(line, quotient) };
}

function isMet({ ours, goal }: Line, quotient: number | null): boolean | null {
  if (goal === undefined) return null;
  const value = goal.of === 'ours' ? ours : quotient;
  if (value === null) return null;
  return 'atMost' in goal ? value <= goal.atMost : value >= goal.atLeast;
}
