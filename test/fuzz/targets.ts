import { lines } from './lines.ts';
import type { FuzzTarget } from './target.ts';

/** Every target; a new one is one file and one row here. */
export const targets: Readonly<Record<string, FuzzTarget>> = Object.fromEntries(
  [lines].map((target) => [target.name, target]),
);
