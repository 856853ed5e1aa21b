import { cases } from './cases.ts';
import { command } from './command.ts';
import { http } from './http.ts';
import { ingest } from './ingest.ts';
import { kept } from './kept.ts';
import { lines } from './lines.ts';
import { log } from './log.ts';
import { routes } from './routes.ts';
import { script } from './script.ts';
import { session } from './session.ts';
import { settings } from './settings.ts';
import type { FuzzTarget } from './target.ts';

/** Every target; a new one is one file and one row here. */
export const targets: Readonly<Record<string, FuzzTarget>> = Object.fromEntries(
  [cases, command, http, ingest, lines, log, routes, session, kept, script, settings].map((target) => [
    target.name,
    target,
  ]),
);
