import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withDatabase } from '../../test/database.ts';
import { at, enter, openFront } from '../../test/entrance.ts';
import { begin, hourMs, makeHost, makeWorld } from '../../test/world.ts';
import { replaceOutages } from '../measure/store.ts';

const one = 'h000001';
const two = 'h000002';

async function open(t: Parameters<typeof withDatabase>[0]) {
  const database = await withDatabase(t);
  await database.transaction(async (tx) => {
    await makeWorld(tx);
    await makeHost(tx, 'one.customer.example', 'c000001');
    await makeHost(tx, 'two.customer.example', 'c000002');
    const row = (host: string, check: string, hour: number, hours: number | null) => {
      const from = begin + hour * hourMs;
      const to = hours === null ? null : from + hours * hourMs;
      return { host, check, from, to, firstFail: from, lastFail: to ?? from, code: 'timeout' };
    };
    await replaceOutages(tx, one, 'web', begin, [row(one, 'web', 1, null)]);
    await replaceOutages(tx, one, 'ftp', begin, [row(one, 'ftp', 2, 1), row(one, 'ftp', 5, 1)]);
    await replaceOutages(tx, two, 'web', begin, [row(two, 'web', 2, 3), row(two, 'web', 9, null)]);
  });
  const now = () => begin + 24 * hourMs;
  const front = await openFront(t, database, now);
  const read = async (headers: Readonly<Record<string, string>>, query: string) => {
    const { status, body } = await front.ask('GET', `/api/outages${query}`, { headers });
    const items = (at(body, 'items') ?? []) as readonly object[];
    const told = items.map((item) => `${at(item, 'host')} ${at(item, 'check')} ${hourOf(at(item, 'from'))}`);
    return { status, body, told, next: at(body, 'next') };
  };
  return { database, front, read, now: now() };
}

const hourOf = (instant: unknown) => (Date.parse(String(instant)) - begin) / hourMs;

test('outages of all hosts: those that last first, page by page, none twice', async (t) => {
  const { database, read, now } = await open(t);
  const { headers } = await enter(database, now, 'operator');
  const all = ['h000002 web 9', 'h000001 web 1', 'h000001 ftp 5', 'h000002 web 2', 'h000001 ftp 2'];
  const whole = await read(headers, '');
  assert.deepEqual([whole.told, whole.next], [all, null]);
  assert.equal(at(whole.body, 'items', 0, 'domain'), 'two.customer.example');
  const walked: string[] = [];
  for (let query = '?limit=2'; ; ) {
    const { told, next } = await read(headers, query);
    walked.push(...told);
    if (next === null) break;
    query = `?limit=2&cursor=${String(next)}`;
  }
  assert.deepEqual(walked, all);
  assert.deepEqual((await read(headers, '?open=true&check=web')).told, all.slice(0, 2));
  assert.deepEqual((await read(headers, `?open=false&host=${one}`)).told, [all[2], all[4]]);
  const wrong = await read(headers, `?cursor=${Buffer.from('elsewhere').toString('base64url')}`);
  assert.deepEqual([wrong.status, at(wrong.body, 'code')], [422, 'cursor-invalid']);
});

test('a customer sees their own outages; another’s host does not exist', async (t) => {
  const { database, read, now } = await open(t);
  const { headers } = await enter(database, now, 'customer', 'c000001');
  assert.deepEqual((await read(headers, '')).told, ['h000001 web 1', 'h000001 ftp 5', 'h000001 ftp 2']);
  assert.equal((await read(headers, `?host=${two}`)).status, 404);
  const { headers: other } = await enter(database, now, 'customer', 'c000009', 'nobody@example.cn');
  assert.deepEqual((await read(other, '')).told, []);
});
