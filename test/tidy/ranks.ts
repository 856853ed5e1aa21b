import type { Check, Finding, Source } from './finding.ts';
import { type Import, imports } from './imports.ts';
import { grounds, isShell, isSource, isTest, ranks, unitOf } from './place.ts';

const rule = 'ranks';
const order: readonly string[] = ranks;
/** What `db/ wire/ clock.ts config.ts` may know: how to refuse, and each other. */
const groundsMayUse: ReadonlySet<string> = new Set([...grounds, 'refusal.ts']);
/** The only way into another folder's tests, benches and console is from a test. */
const outside = /^(?:test|bench|console|bin|docs)\//;

/** A file imports from its own folder or from one above it; only shells import the grounds. */
export const rankFindings: Check = (sources) => [
  ...treeFindings(sources),
  ...sources.filter(({ path }) => isSource(path)).flatMap(fileFindings),
];

function fileFindings(source: Source): readonly Finding[] {
  const unit = unitOf(source.path)!;
  if (!order.includes(unit) && !grounds.includes(unit)) {
    const instead = `src/${unit} has no rank: move the file to the folder whose noun it is, or give it a line in the tree of docs/architecture.md and in test/tidy/place.ts with a record in docs/decisions/`;
    return [{ path: source.path, line: 1, rule, instead }];
  }
  return imports(source).flatMap((one) => {
    const instead = fault(source.path, unit, one);
    return instead === null ? [] : [{ path: source.path, line: one.line, rule, instead }];
  });
}

function fault(path: string, unit: string, one: Import): string | null {
  if (one.from === null) return 'name the module in the import itself; a computed one cannot be checked';
  if (one.path === null) return null;
  const target = unitOf(one.path);
  if (target === null) {
    if (isTest(path) || !outside.test(one.path)) return null;
    return `src/ does not know ${one.path}: move what is shared into the src/ folder whose noun it is`;
  }
  if (target === unit) return null;
  if (grounds.includes(unit)) {
    if (groundsMayUse.has(target)) return null;
    return `src/${unit} knows nothing of the domain: take what it needs from src/${target} as an argument or a type parameter`;
  }
  if (grounds.includes(target)) {
    if (isShell(path) || isColumns(path, one.path)) return null;
    return `src/${target} is for shells: take the instant, value or row as an argument, or move this into store.ts, flow.ts or an adapter folder`;
  }
  if (!order.includes(target) || order.indexOf(target) < order.indexOf(unit)) return null;
  return `${unit} ranks above ${target}: let ${target} import ${unit}, hand the value in as an argument, or write what happened to the outbox for jobs.ts to hand down`;
}

/** A `tables.ts` is the shape of what its store keeps: it shares the kinds of columns and nothing else of `db/`. */
function isColumns(path: string, target: string): boolean {
  return path.endsWith('/tables.ts') && target === 'src/db/columns.ts';
}

/** The tree in docs/architecture.md is the law; the list in place.ts must repeat it. */
function treeFindings(sources: readonly Source[]): readonly Finding[] {
  const page = sources.find(({ path }) => path === 'docs/architecture.md');
  if (page === undefined) return [];
  const lines = page.text.split('\n');
  const start = lines.indexOf('src/');
  const named: string[] = [];
  for (let at = start + 1; at > 0 && lines[at]?.startsWith('  '); at += 1) {
    const name = /^ {2}([a-z]+(?:\/|\.ts)) /.exec(lines[at]!)?.[1];
    if (name !== undefined) named.push(name.replace('/', ''));
  }
  const wanted = [...ranks, ...grounds];
  const wrong = wanted.findIndex((name, index) => named[index] !== name);
  if (wrong === -1 && named.length === wanted.length) return [];
  const at = wrong === -1 ? wanted.length : wrong;
  const instead = `the tree says ${named[at] ?? 'nothing'} where test/tidy/place.ts says ${wanted[at] ?? 'nothing'}: make the two lists say the same`;
  return [{ path: page.path, line: start + 2 + at, rule, instead }];
}
