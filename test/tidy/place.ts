/** What a path says about a file: which unit of `src/` it belongs to and whether it may touch the world. */

/** Top to bottom, as the tree in `docs/architecture.md` lists them: a file imports from its own unit or one above. */
export const ranks = [
  'timeline',
  'money',
  'refusal.ts',
  'calendar',
  'terms',
  'people',
  'entrance',
  'hosting',
  'agreement',
  'measure',
  'attribution',
  'desk',
  'notice',
  'ledger',
  'settlement',
  'api',
  'site',
  'cli',
  'jobs.ts',
  'roles',
  'main.ts',
] as const;

/** Beside the ranks: any shell may import these, and they know nothing of the domain. */
export const grounds: readonly string[] = ['db', 'wire', 'clock.ts', 'config.ts'];

const shells: ReadonlySet<string> = new Set([
  ...grounds,
  'roles',
  'api',
  'site',
  'cli',
  'main.ts',
  'jobs.ts',
]);
const adapters: ReadonlySet<string> = new Set([
  'planes',
  'probes',
  'readers',
  'channels',
  'document',
  'doors',
]);

/** `hosting` for `src/hosting/planes/ftp.ts`, `clock.ts` for `src/clock.ts`, null outside `src/`. */
export function unitOf(path: string): string | null {
  const parts = path.split('/');
  // A test beside a file of the root stands where that file stands.
  return parts[0] === 'src' && parts.length > 1 ? parts[1]!.replace(/\.test\.ts$/, '.ts') : null;
}

export function isTest(path: string): boolean {
  return /\.(?:test|cases)\.ts$/.test(path);
}

/** Code that these checks can read. The console has a tool chain and a linter of its own. */
export function isCode(path: string): boolean {
  return /\.(?:ts|mts|mjs|js)$/.test(path) && !path.startsWith('console/');
}

/** Code of the console, with or without JSX. */
export function isScreen(path: string): boolean {
  return path.startsWith('console/src/') && /\.tsx?$/.test(path);
}

export function isSource(path: string): boolean {
  return path.startsWith('src/') && isCode(path) && !path.startsWith('src/db/migrations/');
}

/** May it hold a clock, a socket, a file? Tests beside the code may. */
export function isShell(path: string): boolean {
  const [, unit = '', third = '', fourth = ''] = path.split('/');
  if (isTest(path) || shells.has(unit)) return true;
  // A folder with several flows has a folder for each of their nouns: `people/contact/flow.ts`.
  return third === 'store.ts' || third === 'flow.ts' || fourth === 'flow.ts' || adapters.has(third);
}
