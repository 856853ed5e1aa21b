import { type Check, type Finding, lineAt, type Source } from './finding.ts';
import { imports } from './imports.ts';
import { isSource, isTest, unitOf } from './place.ts';
import { scan } from './scan.ts';

const rule = 'tables';

export interface Table {
  /** The table's name in SQL. */
  readonly name: string;
  /** The unit of `src/` whose store alone reads and writes it. */
  readonly unit: string;
  readonly path: string;
  readonly line: number;
}

/** Each SQL table is defined in one folder's `tables.ts` (or in `db/`) and used by that folder's `store.ts` alone. */
export const tableFindings: Check = (sources) => {
  const own = sources.filter(({ path }) => isSource(path) && !isTest(path));
  const tables = tablesOf(own);
  return [
    ...tables.flatMap((table) => misplaced(table, tables)),
    ...own.flatMap(borrowed),
    ...own.flatMap((source) => foreign(source, new Map(tables.map((table) => [table.name, table])))),
  ];
};

/** Every `const t = pgTable('name', …)` (or a schema's `.table('name', …)`) under `src/`. */
export function tablesOf(sources: readonly Source[]): readonly Table[] {
  return sources
    .filter(({ path }) => isSource(path) && !isTest(path))
    .flatMap((source) => {
      const { path, text } = source;
      if (!text.includes('able(')) return [];
      const { tokens, line } = scan(source);
      return tokens.flatMap((token, index) => {
        const makes = token.text === 'pgTable' || (token.text === 'table' && tokens[index - 1]?.text === '.');
        const name = tokens[index + 2];
        if (!makes || token.kind !== 'word' || tokens[index + 1]?.text !== '(' || name?.kind !== 'string')
          return [];
        return [{ name: name.text, unit: unitOf(path)!, path, line: line(token) }];
      });
    });
}

function misplaced(table: Table, all: readonly Table[]): readonly Finding[] {
  const { name, unit, path, line } = table;
  const first = all.find((other) => other.name === name)!;
  if (first !== table) {
    return [
      {
        path,
        line,
        rule,
        instead: `table ${name} is already defined in ${first.path}: one table, one store`,
      },
    ];
  }
  if (unit === 'db' || path === `src/${unit}/tables.ts`) return [];
  return [{ path, line, rule, instead: `define table ${name} in src/${unit}/tables.ts` }];
}

/** An import of a `tables.ts` by anybody but the store beside it. */
function borrowed(source: Source): readonly Finding[] {
  return imports(source).flatMap(({ path: target, line }) => {
    const owner = /^src\/([a-z0-9]+)\/tables\.ts$/.exec(target ?? '')?.[1];
    if (owner === undefined || source.path === `src/${owner}/store.ts`) return [];
    if (owner === 'db' && unitOf(source.path) === 'db') return [];
    const instead = `${target} belongs to ${owner === 'db' ? 'the files of src/db' : `src/${owner}/store.ts`}: call a function there (or write one)`;
    return [{ path: source.path, line, rule, instead }];
  });
}

const verb = /^\s*(?:select|insert|update|delete|with|copy|truncate|lock|merge)\s/i;
const mention =
  /\b(?:from|join|into|update|truncate(?:\s+table)?|lock\s+table|copy)\s+(?:only\s+)?(?:public\.)?"?([a-z_][a-z0-9_]*)"?/gi;

/** SQL text that names another folder's table: templates tagged `sql`, and strings that begin as a statement. */
function foreign(source: Source, tables: ReadonlyMap<string, Table>): readonly Finding[] {
  const unit = unitOf(source.path)!;
  return scan(source).tokens.flatMap((token) => {
    const isText = token.kind === 'string' || token.kind === 'template';
    if (!isText || !(token.tag === 'sql' || verb.test(token.text))) return [];
    return [...token.text.matchAll(mention)].flatMap(({ 1: name = '', index }) => {
      const table = tables.get(name.toLowerCase());
      if (table === undefined || table.unit === unit) return [];
      const instead = `table ${table.name} belongs to src/${table.unit}: call a function of its ${table.unit === 'db' ? 'file in src/db' : 'store.ts'}`;
      return [{ path: source.path, line: lineAt(source.text, token.at + index), rule, instead }];
    });
  });
}
