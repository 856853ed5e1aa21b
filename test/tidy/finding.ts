/** A text file of the repository; `path` is relative to its root, with `/`. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** A broken house rule. `instead` says what to do, not only what is wrong. */
export interface Finding {
  readonly path: string;
  /** 1-based. */
  readonly line: number;
  readonly rule: string;
  readonly instead: string;
}

/** Every check is pure: the whole tree in, what is wrong with it out. */
export type Check = (sources: readonly Source[]) => readonly Finding[];

/** One line per finding, in the order of the files; empty when there is nothing to say. */
export function worded(findings: readonly Finding[]): string {
  return findings
    .toSorted((a, b) => (a.path === b.path ? a.line - b.line : a.path < b.path ? -1 : 1))
    .map(({ path, line, rule, instead }) => `${path}:${line} [${rule}] ${instead}`)
    .join('\n');
}

/** The 1-based line of an offset; for the few findings that are made from raw text. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}
