import {
  PGlite,
  type PGliteOptions,
  parse,
  protocol,
  type QueryOptions,
  type Results,
  type Transaction,
  types,
} from '@electric-sql/pglite';
import { plain } from './names.ts';

/** What is remembered of a statement; `name` is the server's, empty until it comes a second time. */
interface Known {
  readonly name: string;
  /** OIDs of its parameters. */
  readonly oids: readonly number[];
  readonly uses: number;
  /** `performance.now()` when it was parsed. */
  readonly since: number;
}

const mostKnown = 500;
/** A plan is made for tables as large as they were then: it is made anew after so many uses, and after so long. */
const mostUses = 500;
const longestMs = 600_000;

const { serialize } = protocol;
/** `bytea` in its hex form; the library goes through it digit by digit. */
const read = (text: string): Uint8Array => Uint8Array.fromHex(text.slice(2));
const write = (bytes: Uint8Array): string => `\\x${bytes.toHex()}`;
/**
 * Moments and lengths of time, and lists of them, stay the text that they are: what drizzle asks for with every single
 * query, at the price of a copy of all parsers each time.
 */
const { TIMESTAMP, TIMESTAMPTZ, INTERVAL, DATE } = types;
const numericList = 1231;
const lists = [1115, 1185, 1187, 1182];
const kept = [TIMESTAMP, TIMESTAMPTZ, INTERVAL, DATE, numericList, ...lists];
const asText = Object.fromEntries(kept.map((oid) => [oid, (text: string) => text]));
/** What may change a table's columns, or what there is at all. */
const shaping = /\b(?:create|alter|drop|truncate|reindex|deallocate|discard)\b/i;

/**
 * PGlite that remembers statements. By itself it sends a query in six messages and has it parsed and planned each time; a
 * statement that comes again is bound and executed here in one, at a sixth of the cost (docs/speed.md, API). Whatever
 * is no plain reading or writing of rows goes the library's own way; what may change a table makes it forget all.
 */
export class Embedded extends PGlite {
  readonly #known = new Map<string, Known>();
  /** Names that the server may drop; told with the next statement. */
  #stale: string[] = [];
  #named = 0;
  /** A change of tables that a rollback would take back. */
  #reshaped = false;

  static async open(options: PGliteOptions = {}): Promise<Embedded> {
    const opened = new Embedded(options);
    await opened.waitReady;
    opened.parsers = { ...opened.parsers, ...asText, [types.BYTEA]: read };
    opened.serializers = { ...opened.serializers, [types.BYTEA]: write };
    return opened;
  }

  override async query<T>(text: string, params: unknown[] = [], options?: QueryOptions): Promise<Results<T>> {
    if (!isPlain(text, options)) {
      this.#forget(text);
      return super.query<T>(text, params, options);
    }
    await this._checkReady();
    return this._runExclusiveTransaction(() => this.#run<T>(text, params, options, true));
  }

  override async exec(text: string, options?: QueryOptions): Promise<Results[]> {
    this.#forget(text);
    return super.exec(text, options);
  }

  override async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    try {
      return await super.transaction((tx) => work(this.#inside(tx)));
    } catch (error) {
      if (this.#reshaped) this.#forgetAll();
      throw error;
    } finally {
      this.#reshaped = false;
    }
  }

  /** The library's transaction, whose plain statements are remembered as those outside are. */
  #inside(tx: Transaction): Transaction {
    return {
      query: async <T>(text: string, params: unknown[] = [], options?: QueryOptions) => {
        if (isPlain(text, options) && !tx.closed) return this.#run<T>(text, params, options, false);
        this.#forget(text);
        return tx.query<T>(text, params, options);
      },
      exec: (text, options) => {
        this.#forget(text);
        return tx.exec(text, options);
      },
      sql: (strings, ...params) => tx.sql(strings, ...params),
      rollback: () => tx.rollback(),
      listen: (channel, callback) => tx.listen(channel, callback),
      get closed() {
        return tx.closed;
      },
    };
  }

  #run<T>(text: string, params: unknown[], options: QueryOptions | undefined, isAlone: boolean) {
    return this._runExclusiveQuery(async () => {
      const known = this.#known.get(text) ?? null;
      const oids = known?.oids ?? (await this.#describe(text));
      const values = params.map((value, i) => {
        if (value === null || value === undefined) return null;
        const shape = this.serializers[oids[i]!];
        return shape === undefined ? String(value) : shape(value);
      });
      // The first time it has no name: most statements that come once never come again.
      const isNew = known !== null && !isFresh(known);
      const name = isNew ? this.#newName() : (known?.name ?? '');
      if (isNew && known.name !== '') {
        this.#stale.push(known.name);
        this.#remember(text, { ...known, name: '' });
      }
      const messages = await this.#send(
        [
          ...this.#stale.splice(0).map((old) => serialize.close({ type: 'S', name: old })),
          ...(isNew ? [serialize.parse({ name, text })] : []),
          serialize.bind({ statement: name, values }),
          serialize.describe({ type: 'P' }),
          serialize.execute({}),
          serialize.sync(),
        ],
        options,
      ).catch((error: unknown) => {
        // Whether it was parsed before it failed is not known.
        if (isNew) this.#stale.push(name);
        throw error;
      });
      const isOld = known !== null && !isNew;
      const [uses, since] = isOld ? [known.uses + 1, known.since] : [1, performance.now()];
      this.#remember(text, { name, oids, uses, since });
      if (isAlone) await this.syncToFs();
      return parse.parseResults(messages, this.parsers, rowsAs(options))[0] as Results<T>;
    });
  }

  #newName(): string {
    this.#named += 1;
    return `s${this.#named}`;
  }

  /** Parses it as the statement without a name, and tells the types of its parameters. */
  async #describe(text: string): Promise<readonly number[]> {
    const asked = [serialize.parse({ text }), serialize.describe({ type: 'S' }), serialize.sync()];
    return parse.parseDescribeStatementResults(await this.#send(asked, undefined));
  }

  #send(messages: readonly Uint8Array[], options: QueryOptions | undefined) {
    const onNotice = options?.onNotice;
    const how = onNotice === undefined ? { syncToFs: false } : { syncToFs: false, onNotice };
    return this.execProtocolStream(Buffer.concat(messages), how);
  }

  /** The latest last; the one that was not asked for longest goes. */
  #remember(text: string, known: Known): void {
    this.#known.delete(text);
    this.#known.set(text, known);
    if (this.#known.size <= mostKnown) return;
    const [oldest, { name }] = this.#known.entries().next().value!;
    this.#known.delete(oldest);
    if (name !== '') this.#stale.push(name);
  }

  #forget(text: string): void {
    if (!shaping.test(text)) return;
    this.#reshaped = true;
    this.#forgetAll();
  }

  #forgetAll(): void {
    for (const { name } of this.#known.values()) if (name !== '') this.#stale.push(name);
    this.#known.clear();
  }
}

const isFresh = ({ name, uses, since }: Known): boolean =>
  name !== '' && uses < mostUses && performance.now() - since < longestMs;

function isPlain(text: string, options: QueryOptions | undefined): boolean {
  const { blob, paramTypes, parsers = {}, serializers } = options ?? {};
  const isOurs = blob === undefined && paramTypes === undefined && serializers === undefined;
  return isOurs && Object.keys(parsers).every((oid) => oid in asText) && plain.test(text);
}

const rowsAs = (options: QueryOptions | undefined): QueryOptions =>
  options?.rowMode === undefined ? {} : { rowMode: options.rowMode };
