import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Database } from '../db/connection.ts';
import { reach } from '../entrance/right.ts';
import { isStaff, type Who } from '../entrance/role.ts';
import { accountsOf } from '../ledger/journal.ts';
import { periodOf } from '../ledger/period.ts';
import { balanceLine, headLine, mark, postingLine, type Reader } from '../ledger/sheet.ts';
import { type BookedPlace, readBalances, walkPostings } from '../ledger/store.ts';
import { readCustomer, readProvider } from '../people/store.ts';
import { isRefusal, type Refusal, refuse, refuseShape } from '../refusal.ts';
import type { Interval } from '../timeline/interval.ts';
import { sheetShape } from './files.ts';
import type { House } from './house.ts';
import { sendRefusal } from './server.ts';
import { whoAsks } from './who.ts';

/**
 * Accounts as CSV at `/customers/:id/account.csv` and `/ledger.csv`: streamed page by page, so that neither a long
 * period nor a slow reader holds memory or a transaction.
 */

/** Rows that are held at once. */
const pageRows = 1000;
/** Exports that run at the same time. */
const most = 4;

export function bookRoutes(server: FastifyInstance, house: House): void {
  const running = { count: 0 };
  for (const url of ['/customers/:id/account.csv', '/ledger.csv'])
    server.get(url, { schema: { hide: true } }, (request, reply) => answer(request, reply, house, running));
}

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  house: House,
  running: { count: number },
): Promise<unknown> {
  const { id } = request.params as { readonly id?: string };
  const refused = await refuseStranger(await whoAsks(request, house), id ?? null, house);
  if (refused !== null) return sendRefusal(reply, refused);
  const parsed = sheetShape.safeParse(request.query);
  if (!parsed.success) return sendRefusal(reply, refuseShape('request-invalid', parsed.error));
  const { from, to, lang } = parsed.data;
  const zone = (await readProvider(house.database.db))?.profile.zone ?? 'UTC';
  const period = periodOf(zone, from, to);
  if (isRefusal(period)) return sendRefusal(reply, period);
  if (running.count >= most)
    return sendRefusal(reply, refuse('requests-too-many', '', 'other exports are under way; try again soon'));
  const reader: Reader = { lang, zone, side: id === undefined ? 'books' : 'customer' };
  const accounts = id === undefined ? null : accountsOf(id);
  running.count += 1;
  const lines = Readable.from(sheet(house.database, accounts, period, reader));
  // Ended, broken off or gone: each closes it.
  lines.once('close', () => {
    running.count -= 1;
  });
  const name = `${id ?? 'ledger'}-${from}-${to}.csv`;
  return reply
    .header('content-disposition', `attachment; filename="${name}"`)
    .header('cache-control', 'private, no-store')
    .type('text/csv; charset=utf-8')
    .send(lines);
}

/** A customer's accounts are that customer's and finance's, the whole ledger finance's alone. */
async function refuseStranger(
  who: Who | null,
  id: string | null,
  { database }: House,
): Promise<Refusal | null> {
  if (who === null) return refuse('sign-in-needed', 'authorization', 'sign in, or send an API key');
  if (isStaff(who.role) && !who.secondFactor)
    return refuse('second-factor-needed', 'session', 'staff sign in with a second factor');
  const far = reach(who, 'ledger:read');
  if (far === 'none' || (id === null && far !== 'all'))
    return refuse('right-missing', 'authorization', 'the right ledger:read');
  if (id === null) return null;
  const known = far === 'own' && who.customer !== id ? null : await readCustomer(database.db, id);
  return known === null ? refuse('customer-unknown', 'id', `there is no customer ${id}`) : null;
}

/** The sheet's lines, a page of them at a time. The closing balances are those of the lines above them. */
async function* sheet(
  { db }: Database,
  accounts: readonly string[] | null,
  [from, to]: Interval,
  reader: Reader,
): AsyncGenerator<string> {
  const balances = new Map<string, { account: string; currency: string; amount: number }>();
  const opening = await readBalances(db, accounts, from - 1);
  for (const told of opening) balances.set(`${told.account} ${told.currency}`, { ...told });
  yield mark + headLine(reader) + opening.map((one) => balanceLine('opening', from, one, reader)).join('');
  for (let after: BookedPlace | null = null; ; ) {
    const rows: Awaited<ReturnType<typeof walkPostings>> = await walkPostings(
      db,
      accounts,
      [from, to],
      after,
      pageRows,
    );
    let text = '';
    for (const row of rows) {
      const { account, currency, amount } = row;
      const key = `${account} ${currency}`;
      const standing = balances.get(key) ?? { account, currency, amount: 0 };
      standing.amount += amount;
      balances.set(key, standing);
      text += postingLine(row, standing.amount, reader);
    }
    if (text !== '') yield text;
    if (rows.length < pageRows) break;
    after = rows.at(-1)!;
  }
  const closing = [...balances.values()].filter(({ amount }) => amount !== 0);
  closing.sort((a, b) => (a.account < b.account ? -1 : a.account > b.account ? 1 : 0));
  for (const one of closing) yield balanceLine('closing', to, one, reader);
}
