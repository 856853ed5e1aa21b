import './list.css';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { Given, Item, Path } from '../client/ask.ts';
import { useRead } from '../client/read.ts';
import { both, useWords } from '../speech/lang.ts';
import { type Filter, Filters } from './filters.tsx';
import { Waiting } from './loaded.tsx';
import { Trouble } from './trouble.tsx';

const words = both({
  zh: { first: '回到第一页', next: '下一页', none: '没有符合条件的记录。', all: '清除筛选', pages: '翻页' },
  en: {
    first: 'First page',
    next: 'Next page',
    none: 'Nothing matches.',
    all: 'Clear the filters',
    pages: 'Pages',
  },
});

export interface Column<Row> {
  /** Of the column; unique. */
  readonly key: string;
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  /** Figures stand at the right. */
  readonly isFigure?: boolean;
}

/** Lists of the API: `{ items, next }`, walked by `cursor`. */
type ListPath = {
  [P in Path<'get'>]: [Item<P>] extends [never] ? never : P;
}[Path<'get'>];

interface ListGiven<P extends ListPath> {
  /** Of what: for ears, and above nothing. */
  readonly label: string;
  readonly path: P;
  /** What is always asked for; the filters and the cursor of the address come on top. */
  readonly given: Given<'get', P>;
  /** The first column names the row: it is the row's heading, and the card's on a small screen. */
  readonly columns: readonly Column<Item<P>>[];
  readonly keyOf: (row: Item<P>) => string;
  readonly filters?: readonly Filter[];
  /** What this place is for and the first step; shown when there is nothing at all. */
  readonly empty: ReactNode;
}

/**
 * A list: filters and the cursor stand in the address, so that a link shows the same; a table that becomes cards
 * below 600 px. Ant Design's table is not used: it brings 60 kB, and cannot become cards.
 */
export function List<P extends ListPath>({
  label,
  path,
  given,
  columns,
  keyOf,
  filters = [],
  empty,
}: ListGiven<P>): ReactNode {
  const search: Readonly<Record<string, string>> = useSearch({ strict: false });
  const chosen = Object.fromEntries(
    [...filters.map(({ key }) => key), 'cursor'].flatMap((key) =>
      search[key] === undefined ? [] : [[key, search[key]]],
    ),
  );
  const asked = { ...given, query: { ...given.query, ...chosen } } as Given<'get', P>;
  const read = useRead(path, asked);
  const found = read.data as { readonly items: readonly Item<P>[]; readonly next: string | null } | undefined;
  return (
    <section className="list" aria-label={label} aria-busy={read.isFetching}>
      {filters.length === 0 ? null : <Filters filters={filters} chosen={chosen} />}
      {read.isError ? <Trouble error={read.error} again={() => void read.refetch()} /> : null}
      {found === undefined ? (
        read.isError ? null : (
          <Waiting />
        )
      ) : found.items.length === 0 ? (
        <Nothing isFiltered={Object.keys(chosen).length > 0} empty={empty} />
      ) : (
        <>
          <Rows
            label={label}
            rows={found.items}
            columns={columns}
            keyOf={keyOf}
            isOld={read.isPlaceholderData}
          />
          <Pager isFirst={search['cursor'] === undefined} next={found.next} />
        </>
      )}
    </section>
  );
}

interface RowsGiven<Row> {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly keyOf: (row: Row) => string;
  /** What is shown is the page before, while the next is on its way. */
  readonly isOld?: boolean;
}

/** The table alone, for rows that are there already. */
export function Rows<Row>({ label, rows, columns, keyOf, isOld = false }: RowsGiven<Row>): ReactNode {
  return (
    <Roll label={label}>
      <table className={isOld ? 'rows old' : 'rows'} aria-label={label}>
        <thead>
          <tr>
            {columns.map(({ key, title, isFigure = false }) => (
              <th key={key} scope="col" className={isFigure ? 'figure' : ''}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map((column, place) => (
                <Cell key={column.key} column={column} row={row} isHead={place === 0} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Roll>
  );
}

/** A table wider than its page rolls by itself, also by the keyboard; one that fits is no stop on the way. */
function Roll({ label, children }: { readonly label: string; readonly children: ReactNode }): ReactNode {
  const frame = useRef<HTMLDivElement>(null);
  const [isWide, setWide] = useState(false);
  useEffect(() => {
    const element = frame.current;
    const table = element?.firstElementChild;
    if (element === null || !table) return undefined;
    const seen = new ResizeObserver(() => setWide(element.scrollWidth > element.clientWidth));
    seen.observe(element);
    seen.observe(table);
    return () => seen.disconnect();
  }, []);
  return (
    <div
      className="roll"
      ref={frame}
      {...(isWide ? { tabIndex: 0, role: 'group', 'aria-label': label } : {})}
    >
      {children}
    </div>
  );
}

function Cell<Row>({
  column,
  row,
  isHead,
}: {
  readonly column: Column<Row>;
  readonly row: Row;
  readonly isHead: boolean;
}): ReactNode {
  const className = column.isFigure ? 'figure' : '';
  if (isHead)
    return (
      <th scope="row" className={className}>
        {column.cell(row)}
      </th>
    );
  return (
    <td className={className} data-title={column.title}>
      {/* One child: where a row is a card, it stands beside its title. */}
      <div>{column.cell(row)}</div>
    </td>
  );
}

function Nothing({
  isFiltered,
  empty,
}: {
  readonly isFiltered: boolean;
  readonly empty: ReactNode;
}): ReactNode {
  const w = useWords(words);
  const navigate = useNavigate();
  if (!isFiltered) return <div className="nothing">{empty}</div>;
  return (
    <div className="nothing">
      <p>{w.none}</p>
      <Button onClick={() => void navigate({ to: '.', search: {} as never })}>{w.all}</Button>
    </div>
  );
}

/** The way on through a list that is walked by `cursor` in the address. */
export function Pager({
  isFirst,
  next,
  name = 'cursor',
}: {
  readonly isFirst: boolean;
  readonly next: string | null;
  /** Where the place stands in the address: a second list on a page has one of its own. */
  readonly name?: string;
}): ReactNode {
  const w = useWords(words);
  const navigate = useNavigate();
  const go = (cursor: string | undefined): void => {
    const turned = (search: object): object => ({ ...search, [name]: cursor });
    void navigate({ to: '.', search: turned as never });
  };
  if (isFirst && next === null) return null;
  return (
    <nav className="pager" aria-label={w.pages}>
      {isFirst ? null : <Button onClick={() => go(undefined)}>{w.first}</Button>}
      {next === null ? null : <Button onClick={() => go(next)}>{w.next}</Button>}
    </nav>
  );
}
