import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { withDatabase } from '../../test/database.ts';
import { enter, openFront } from '../../test/entrance.ts';
import { begin, makeHost, makeWorld } from '../../test/world.ts';

async function open(t: TestContext) {
  const database = await withDatabase(t);
  await database.transaction(async (tx) => {
    await makeWorld(tx);
    await makeHost(tx, 'one.customer.example', 'c000001');
    await makeHost(tx, 'two.customer.example', 'c000002');
  });
  const front = await openFront(t, database, () => begin);
  const listen = async (headers: Record<string, string>) => {
    const stop = new AbortController();
    t.after(() => stop.abort());
    const answer = await fetch(`${front.origin}/api/live`, { headers, signal: stop.signal });
    const heard: unknown[] = [];
    void (async () => {
      let rest = '';
      for await (const part of answer.body!.pipeThrough(new TextDecoderStream())) {
        const lines = (rest + part).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) if (line.startsWith('data: ')) heard.push(JSON.parse(line.slice(6)));
      }
    })().catch(() => {});
    return { status: answer.status, heard };
  };
  return { database, front, listen };
}

async function until(met: () => boolean): Promise<void> {
  for (let i = 0; i < 400 && !met(); i += 1) await delay(25);
  assert.ok(met(), 'within ten seconds');
}

test('a change is heard by whose it is and by staff, after it is kept; another customer hears nothing', async (t) => {
  const { database, front, listen } = await open(t);
  const one = await enter(database, begin, 'customer', 'c000001');
  const two = await enter(database, begin, 'customer', 'c000002');
  const owner = await enter(database, begin, 'owner');
  const [own, foreign, staff] = [
    await listen(one.headers),
    await listen(two.headers),
    await listen(owner.headers),
  ];
  const path = '/api/hosts/h000001/domains';
  const refused = await front.ask('POST', path, {
    headers: one.headers,
    body: { domain: 'two.customer.example' },
  });
  assert.equal(refused.status, 422, 'what is refused is no news');
  const bound = await front.ask('POST', path, { headers: one.headers, body: { domain: 'b.example' } });
  assert.equal(bound.status, 200);
  await until(() => own.heard.length > 0 && staff.heard.length > 0);
  assert.deepEqual(own.heard, [{ kind: 'host', id: 'h000001' }]);
  assert.deepEqual(staff.heard, own.heard);
  const drill = { kind: 'web-down', forMs: 1000 };
  assert.equal((await front.ask('POST', '/api/drills', { headers: owner.headers, body: drill })).status, 200);
  await until(() => staff.heard.length > 1);
  assert.deepEqual(staff.heard[1], { kind: 'drill', id: 'web-down' });
  assert.deepEqual([own.heard.length, foreign.heard], [1, []]);
});

test('who comes back is told to look again; who is nobody hears nothing', async (t) => {
  const { database, listen } = await open(t);
  const { headers } = await enter(database, begin, 'customer', 'c000001');
  const back = await listen({ ...headers, 'last-event-id': '7' });
  await until(() => back.heard.length > 0);
  assert.deepEqual(back.heard, [{ kind: 'again', id: null }]);
  assert.equal((await listen({})).status, 401);
});

test('whatever a listener says it heard last, it is told to look again; nothing can be sent there', async (t) => {
  const { database, front, listen } = await open(t);
  const { headers } = await enter(database, begin, 'customer', 'c000001');
  const odd = ['', ' ', '-1', '9'.repeat(400), 'id: 1', '%0d%0adata: x', "' or 1=1", '\u00ff', '{}'];
  for (const id of odd) {
    const back = await listen({ ...headers, 'last-event-id': id });
    assert.equal(back.status, 200, id);
    await until(() => back.heard.length > 0);
    assert.deepEqual(back.heard, [{ kind: 'again', id: null }], id);
  }
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    const { status } = await front.ask(method, '/api/live', { headers, body: {} });
    assert.ok(status === 404 || status === 405, `${method}: ${status}`);
  }
});

test('whoever leaves, at whatever moment, is listened for no more', async (t) => {
  const { database, front } = await open(t);
  const { headers } = await enter(database, begin, 'customer', 'c000001');
  const { port } = new URL(front.origin);
  const given = Object.entries({ host: 'localhost', ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  const leave = async (afterMs: number): Promise<void> => {
    const socket = connect(Number(port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write(`GET /api/live HTTP/1.1\r\n${given.join('')}\r\n`);
    await delay(afterMs);
    socket.destroy();
    await once(socket, 'close');
  };
  for (let round = 0; round < 20; round += 1) await Promise.all([0, 1, 2, 4, 8, 16].map(leave));
  await delay(500);
  await until(() => front.house.pulse.size === 0);
});
