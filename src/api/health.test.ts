import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { type TestContext, test } from 'node:test';
import { withDatabase } from '../../test/database.ts';
import { at, enter, openFront } from '../../test/entrance.ts';
import { begin, makeHost, makeWorld } from '../../test/world.ts';
import { seePlane } from '../hosting/store.ts';
import { upsertProber } from '../measure/store.ts';
import { healthRoutes } from './health.ts';
import { metricsRoute } from './metrics.ts';
import { createServer } from './server.ts';

const health = {
  ...{ address: '127.0.0.1', httpPort: 1, httpsPort: null, ftpPort: 2, hosts: 1, quarantined: [] },
  ...{ loopDelayMs: 0, lostLines: 0 },
};

async function open(t: TestContext) {
  const database = await withDatabase(t);
  await makeWorld(database.db);
  await makeHost(database.db, 'one.example');
  const front = await openFront(t, database, () => begin);
  const server = createServer(1000, (error) => assert.fail(error));
  const data = tmpdir();
  healthRoutes(server, { database, clock: front.house.clock, data });
  metricsRoute(server, front.house, data);
  t.after(() => server.close());
  const get = async (url: string, headers: Record<string, string> = {}) => {
    const { statusCode, body } = await server.inject({ method: 'GET', url, headers });
    return {
      status: statusCode,
      text: body,
      body: statusCode === 200 && url === '/metrics' ? null : JSON.parse(body),
    };
  };
  return { database, get };
}

test('the centre is ready when database, planes, probers and disk are, and says which part is not', async (t) => {
  const { database, get } = await open(t);
  const parts = async () => {
    const { status, body } = await get('/readyz');
    const list = at(body, 'parts') as { part: string; ok: boolean }[];
    return [status, ...list.filter(({ ok }) => !ok).map(({ part }) => part)];
  };
  assert.deepEqual(await parts(), [503, 'planes'], 'a plane that never said anything');
  await seePlane(database.db, 'p1', health, begin - 59_000);
  assert.deepEqual(await parts(), [200]);
  await seePlane(database.db, 'p1', health, begin - 61_000);
  await upsertProber(database.db, { id: 'north', tokenDigest: Buffer.alloc(32), key: 'k' }, begin);
  assert.deepEqual(await parts(), [503, 'planes', 'probers']);
});

test('without its database the centre lives and is not ready', async (t) => {
  const gone = await withDatabase({ after: () => {} });
  await gone.close();
  const server = createServer(1000, (error) => assert.fail(error));
  healthRoutes(server, { database: gone, clock: { now: () => begin }, data: tmpdir() });
  t.after(() => server.close());
  const ready = await server.inject({ method: 'GET', url: '/readyz' });
  assert.equal(ready.statusCode, 503);
  const { parts } = ready.json() as { parts: { part: string; ok: boolean }[] };
  assert.deepEqual(
    parts.map(({ part, ok }) => [part, ok]),
    [
      ['database', false],
      ['disk', true],
    ],
  );
  assert.equal((await server.inject({ method: 'GET', url: '/healthz' })).statusCode, 200);
});

test('metrics are for who may read them, in the text format, and no label names a host or a customer', async (t) => {
  const { database, get } = await open(t);
  assert.equal((await get('/metrics')).status, 401);
  const { headers: sales } = await enter(database, begin, 'sales');
  assert.equal((await get('/metrics', sales)).status, 403);
  await seePlane(database.db, 'p1', health, begin - 5000);
  const { headers } = await enter(database, begin, 'operator');
  await get('/metrics', headers);
  const { status, text } = await get('/metrics', headers);
  assert.equal(status, 200);
  const lines = text.split('\n').filter((line) => line !== '');
  for (const line of lines)
    assert.match(line, /^(# (HELP|TYPE) .+|[a-z_0-9]+(\{[^}]*\})? (-?[\d.e+-]+|Na[nN]|\+Inf))$/);
  const value = (name: string) => lines.find((line) => line.startsWith(`${name} `))?.split(' ')[1];
  assert.equal(value('hostpledge_hosts'), '1');
  assert.equal(value('hostpledge_plane_silent_seconds{plane="p1"}'), '5');
  assert.equal(value('hostpledge_part_ready{part="database"}'), '1');
  assert.match(text, /hostpledge_request_seconds_count\{method="GET",route="\/metrics",status="200"\} 1/m);
  assert.doesNotMatch(text, /h000001|c000001|one\.example/);
});
