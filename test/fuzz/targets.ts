import { cases } from './cases.ts';
import { command } from './command.ts';
import { lines } from './lines.ts';
import { log } from './log.ts';
import { session } from './session.ts';
import type { FuzzTarget } from './target.ts';

/** Every target; a new one is one file and one row here. */
export const targets: Readonly<Record<string, FuzzTarget>> = Object.fromEntries(
  [cases, command, lines, log, session].map((target) => [target.name, target]),
);
