import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get } from 'node:http';
import { type TestContext, test } from 'node:test';
import { sql } from 'drizzle-orm';
import { withDatabase } from '../../test/database.ts';
import { at, enter, openFront } from '../../test/entrance.ts';
import { begin, dayMs, makeWorld, must } from '../../test/world.ts';
import { payOut, post } from '../ledger/flow.ts';
import { accounts, paymentEntry } from '../ledger/journal.ts';

const now = begin + 40 * dayMs;

async function open(t: TestContext) {
  const database = await withDatabase(t);
  const { db } = database;
  await makeWorld(db, 'Asia/Shanghai');
  const paid = { sale: 'SA-1', customer: 'c000001', currency: 'CNY', method: 'bank' };
  must(await post(db, paymentEntry({ ...paid, receipt: 'R-1', amount: 60_000, at: begin })));
  must(await post(db, paymentEntry({ ...paid, receipt: '=R-2', amount: 500, at: begin + 10 * dayMs })));
  must(await post(db, paymentEntry({ ...paid, receipt: 'R-3', amount: -200, at: begin + 31 * dayMs })));
  const owed = [
    { account: accounts.compensationCost, amount: 120, currency: 'CNY' },
    { account: accounts.compensationOwed('c000001'), amount: -120, currency: 'CNY' },
  ];
  must(
    await post(db, { key: 's1', kind: 'compensation', at: begin + 12 * dayMs, detail: {}, postings: owed }),
  );
  const payout = { key: 'k', customer: 'c000001', way: 'balance', amount: 20, currency: 'CNY' } as const;
  must(await payOut(db, begin + 13 * dayMs, { ...payout, reference: '', actor: 'li' }));
  return { database, db, ...(await openFront(t, database, () => now)) };
}

const september = 'from=2026-09-05&to=2026-09-30';

test('a statement of account begins with what stood before and ends with what stands after, page by page', async (t) => {
  const { database, ask } = await open(t);
  const { headers } = await enter(database, now, 'customer', 'c000001');
  const url = `/api/customers/c000001/account?${september}&limit=2`;
  const first = await ask('GET', url, { headers });
  const minor = (list: unknown) =>
    (list as { account: string; amount: { minor: number } }[]).map((one) => [one.account, one.amount.minor]);
  assert.deepEqual(minor(at(first.body, 'opening')), [['fees', 60_000]]);
  assert.deepEqual(minor(at(first.body, 'closing')), [
    ['balance', 20],
    ['compensation', 100],
    ['fees', 60_500],
  ]);
  assert.deepEqual(minor(at(first.body, 'items')), [
    ['fees', 500],
    ['compensation', 120],
  ]);
  const rest = await ask('GET', `${url}&cursor=${String(at(first.body, 'next'))}`, { headers });
  assert.deepEqual(minor(at(rest.body, 'items')), [
    ['compensation', -20],
    ['balance', 20],
  ]);
  const { headers: other } = await enter(database, now, 'customer', 'c000002');
  assert.equal((await ask('GET', url, { headers: other })).status, 404);
  const backwards = await ask('GET', '/api/customers/c000001/account?from=2026-09-30&to=2026-09-01', {
    headers,
  });
  assert.deepEqual([backwards.status, at(backwards.body, 'code')], [422, 'period-invalid']);
});

test('the same as CSV: with a mark, local times, decimals, a running balance, and no formula', async (t) => {
  const { database, ask } = await open(t);
  const { headers } = await enter(database, now, 'customer', 'c000001');
  const answer = await ask('GET', `/api/customers/c000001/account.csv?${september}`, { headers });
  assert.equal(answer.headers['content-type'], 'text/csv; charset=utf-8');
  assert.match(
    String(answer.headers['content-disposition']),
    /attachment; filename="c000001-2026-09-05-2026-09-30\.csv"/,
  );
  const text = String(answer.body);
  assert.ok(text.startsWith('\uFEFF时间,账户,'));
  assert.deepEqual(text.split('\r\n').slice(1), [
    '2026-09-05 00:00,费用,期初余额,,CNY,,600.00,',
    "2026-09-11 08:00,费用,付款,'=R-2 SA-1 bank,CNY,5.00,605.00,payment:=R-2",
    '2026-09-13 08:00,应付赔偿,赔偿入账,,CNY,1.20,1.20,s1',
    '2026-09-14 08:00,应付赔偿,转为余额,,CNY,-0.20,1.00,payout:k',
    '2026-09-14 08:00,可提余额,转为余额,,CNY,0.20,0.20,payout:k',
    '2026-10-01 00:00,可提余额,期末余额,,CNY,,0.20,',
    '2026-10-01 00:00,应付赔偿,期末余额,,CNY,,1.00,',
    '2026-10-01 00:00,费用,期末余额,,CNY,,605.00,',
    '',
  ]);
});

test('a customer has no sheet of another’s accounts and none of the ledger; nobody has none at all', async (t) => {
  const { database, ask } = await open(t);
  const { headers: other } = await enter(database, now, 'customer', 'c000002');
  const { headers: sales } = await enter(database, now, 'sales');
  const { headers: finance } = await enter(database, now, 'finance');
  const status = async (path: string, headers: Record<string, string> = {}) =>
    (await ask('GET', `/api${path}?${september}`, { headers })).status;
  const sheet = '/customers/c000001/account.csv';
  assert.deepEqual(
    [
      await status(sheet),
      await status(sheet, other),
      await status(sheet, sales),
      await status(sheet, finance),
    ],
    [401, 404, 403, 200],
  );
  assert.deepEqual(
    [await status('/ledger.csv'), await status('/ledger.csv', other), await status('/ledger.csv', finance)],
    [401, 403, 200],
  );
  assert.equal((await ask('GET', '/api/ledger.csv?from=2026-09-01&to=x', { headers: finance })).status, 422);
});

test('the whole ledger adds up to zero, and says so when it does not', async (t) => {
  const { database, db, ask } = await open(t);
  const { headers } = await enter(database, now, 'finance');
  const sound = await ask('GET', '/api/ledger/books', { headers });
  assert.deepEqual(
    [at(sound.body, 'sound'), at(sound.body, 'entries'), at(sound.body, 'postings')],
    [true, 5, 10],
  );
  await db.execute(sql`alter table postings disable trigger all`);
  await db.execute(sql`update postings set amount = amount + 1 where entry = 1 and line = 0`);
  await db.execute(sql`update postings set at = at + 1 where entry = 2 and line = 0`);
  const broken = await ask('GET', '/api/ledger/books', { headers });
  assert.deepEqual(
    [at(broken.body, 'sound'), at(broken.body, 'sums', 0, 'sum'), at(broken.body, 'unsound')],
    [false, 1, ['payment:R-1', 'payment:=R-2']],
  );
});

test('thousands of rows come in pages; whoever goes away in the middle makes room for the next', async (t) => {
  const { database, db, ask, origin } = await open(t);
  const { headers } = await enter(database, now, 'finance');
  const rows = 12_000;
  await db.execute(sql`insert into entries (key, kind, at, detail)
    select 'many:' || i, 'payment', ${begin}::bigint + i * 60000, '{"receipt": "R"}' from generate_series(1, ${rows}::int) i`);
  await db.execute(sql`insert into postings (entry, line, account, amount, currency, at)
    select id, l, case l when 0 then 'provider:received' else 'customer:c000001:fees' end,
      case l when 0 then 100 else -100 end, 'CNY', at from entries, generate_series(0, 1) l where key like 'many:%'`);
  const path = '/api/ledger.csv?from=2026-08-31&to=2026-09-30&lang=en';
  const whole = await ask('GET', path, { headers });
  const lines = String(whole.body).split('\r\n');
  assert.equal(lines.filter((one) => one.includes('many:')).length, 2 * rows);
  assert.match(String(lines.at(-2)), /^2026-10-01 00:00,provider:received,Closing balance,,CNY,,/);
  for (let i = 0; i < 10; i += 1) {
    const { port } = new URL(origin);
    const asked = get({ host: '127.0.0.1', port, path, headers: { ...headers, host: new URL(origin).host } });
    asked.on('error', () => {});
    const [answer] = await once(asked, 'response');
    assert.equal(answer.statusCode, 200);
    await once(answer, 'data');
    asked.destroy();
    await once(asked, 'close');
    await untilFree(() => ask('GET', path.replace('08-31', '09-30'), { headers }));
  }
});

/** A place of an export is free again; it is noticed when the next page is written. */
async function untilFree(look: () => Promise<{ readonly status: number }>): Promise<void> {
  const patience = Date.now() + 60_000;
  while ((await look()).status === 429) {
    assert.ok(Date.now() < patience, 'no place became free');
    await new Promise((done) => setTimeout(done, 20));
  }
}
