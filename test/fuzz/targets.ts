import { command } from './command.ts';
import { lines } from './lines.ts';
import { session } from './session.ts';
import type { FuzzTarget } from './target.ts';

/** Every target; a new one is one file and one row here. */
export const targets: Readonly<Record<string, FuzzTarget>> = Object.fromEntries(
  [command, lines, session].map((target) => [target.name, target]),
);
