import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { withDatabase } from '../../test/database.ts';
import {
  begin,
  makeHost,
  makeProber,
  makeWorld,
  minuteMs,
  seen,
  slotOf,
  wantedOf,
} from '../../test/world.ts';
import { upsertPlane } from '../hosting/store.ts';
import { syncTargets } from '../measure/flow.ts';
import { packMinute } from '../measure/pack.ts';
import { readMinutes, readReceipts, readTurns, upsertProber } from '../measure/store.ts';
import { Gate } from './gate.ts';
import { ingestRoutes } from './ingest.ts';
import { type Beat, Pulse } from './pulse.ts';
import { createServer } from './server.ts';

const now = begin + 60 * minuteMs;
const web = 'web:h000001';
const tokens = { p1: 'plane-one', p2: 'plane-two', a: 'prober-a', b: 'prober-b' } as const;
type Agent = keyof typeof tokens;

const digestOf = (token: string) => createHash('sha256').update(token).digest();

/** Two planes and two probers, each with a token of its own, on a server that listens. */
async function open(t: TestContext) {
  const database = await withDatabase(t);
  const speakers = await database.transaction(async (tx) => {
    await makeWorld(tx);
    await makeHost(tx);
    await syncTargets(tx, await wantedOf(tx, ['h000001']));
    const [a, b] = [await makeProber(tx, 'a'), await makeProber(tx, 'b')];
    for (const { prober } of [a, b]) {
      await upsertProber(tx, { ...prober, tokenDigest: digestOf(tokens[prober.id as 'a']) }, begin);
    }
    for (const id of ['p1', 'p2'] as const) await upsertPlane(tx, id, 'embedded', digestOf(tokens[id]));
    return { a, b };
  });
  const mishaps: string[] = [];
  const server = createServer(1 << 20, (error, where) => void mishaps.push(`${where}: ${error.stack}`));
  const beats: Beat[] = [];
  const pulse = new Pulse();
  pulse.listen((beat) => void beats.push(beat));
  ingestRoutes(server, {
    database,
    clock: { now: () => now },
    gate: new Gate(),
    pulse,
    admit: (request, digest) => digestOf(String(request.headers['x-token'])).equals(digest),
  });
  const address = await server.listen({ host: '127.0.0.1', port: 0 });
  t.after(() => server.close());
  const tell = async (as: Agent | null, path: string, body: unknown, packed = false) => {
    const text = JSON.stringify(body);
    const answer = await fetch(`${address}${path}`, {
      method: 'POST',
      body: packed ? gzipSync(text) : text,
      headers: {
        'content-type': 'application/json',
        ...(packed ? { 'content-encoding': 'gzip' } : {}),
        ...(as === null ? {} : { 'x-token': tokens[as] }),
      },
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  return { database, db: database.db, tell, mishaps, beats, ...speakers };
}

const roundOf = (minute: number, turns: readonly object[] = []) => ({
  round: begin + minute * minuteMs,
  intervalMs: minuteMs,
  version: 1,
  targets: 2,
  missed: [],
  turns,
});
const minutesOf = (minute: number) => {
  const one = { plane: 'p1', minute: begin + minute * minuteMs, part: 0, loopDelayMs: 0, hosts: [] };
  return [{ minute: one.minute, part: 0, packed: packMinute(one).toString('base64') }];
};

test('a round is taken in once, packed or plain, and told again it is acknowledged and adds nothing', async (t) => {
  const { db, tell, a, mishaps } = await open(t);
  const said = a.say('round', roundOf(1, [seen(web, slotOf(web, 1), 'pass')]));
  assert.equal((await tell('a', '/probers/a/said', said, true)).status, 200);
  for (let i = 0; i < 3; i += 1) assert.equal((await tell('a', '/probers/a/said', said)).status, 200);
  assert.equal((await readReceipts(db, begin, now)).length, 1);
  assert.equal((await readTurns(db, [web], begin, now)).length, 1);
  assert.deepEqual(mishaps, []);
});

test('open pages hear of what moved, its customer named, once; of what is refused they hear nothing', async (t) => {
  const { tell, a, b, beats } = await open(t);
  const said = a.say('round', roundOf(1, [seen(web, slotOf(web, 1), 'fail')]));
  await tell('a', '/probers/a/said', { ...said, signature: b.say('round', roundOf(1)).signature });
  assert.deepEqual(beats, []);
  await tell('a', '/probers/a/said', said);
  assert.deepEqual(beats, [{ kind: 'verdict', id: web.split(':')[1], customer: 'c000001' }]);
  await tell('a', '/probers/a/said', said);
  assert.equal(beats.length, 1);
});

test('nobody speaks for another: without the agent’s own token everything is a 401', async (t) => {
  const { db, tell, a } = await open(t);
  const said = a.say('round', roundOf(1));
  for (const as of [null, 'b', 'p1'] as const) {
    const { status, body } = await tell(as, '/probers/a/said', said);
    assert.deepEqual([status, body['code']], [401, 'token-invalid'], `as ${as}`);
  }
  const minutes = { spool: 's', seq: 1, minutes: minutesOf(1) };
  for (const as of [null, 'p2', 'a'] as const) {
    assert.equal((await tell(as, '/planes/p1/minutes', minutes)).status, 401);
  }
  assert.equal((await tell('p1', '/planes/p9/minutes', minutes)).status, 404);
  assert.deepEqual(await readReceipts(db, begin, now), []);
  assert.deepEqual(await readMinutes(db, 'p1', { minute: 0, part: 0 }, now, 10), []);
});

test('with one’s own token another’s signature is still a forgery', async (t) => {
  const { db, tell, a, b } = await open(t);
  const forged = [
    b.say('round', roundOf(1)),
    { ...a.say('round', roundOf(1)), text: JSON.stringify(roundOf(2)) },
    { ...a.say('round', roundOf(1)), signature: 'AAAA' },
  ];
  for (const said of forged) {
    const { status, body } = await tell('a', '/probers/a/said', said);
    assert.equal(status, 422);
    assert.equal(body['path'], 'signature', JSON.stringify(body));
  }
  assert.deepEqual(await readReceipts(db, begin, now), []);
});

test('a clock that runs ahead is refused; what it says of the future is not taken in', async (t) => {
  const { db, tell, a } = await open(t);
  const { status, body } = await tell('a', '/probers/a/said', a.say('round', roundOf(60 * 24)));
  assert.equal(status, 422, JSON.stringify(body));
  assert.match(String(body['rule']), /future|clock|ahead/);
  assert.deepEqual(await readReceipts(db, begin, begin + 1e10), []);
});

test('what is not well-formed is refused with its path and changes nothing', async (t) => {
  const { db, tell, a } = await open(t);
  const whole = a.say('round', roundOf(1));
  const wrong: readonly [string, string, unknown][] = [
    ['a', '/probers/a/said', null],
    ['a', '/probers/a/said', []],
    ['a', '/probers/a/said', { ...whole, seq: -1 }],
    ['a', '/probers/a/said', { ...whole, seq: 1e300 }],
    ['a', '/probers/a/said', { ...whole, kind: 'constructor' }],
    ['a', '/probers/a/said', a.say('round', { ...roundOf(3), turns: [{}] })],
    ['p1', '/planes/p1/minutes', { spool: 's', seq: 1, minutes: [{ minute: 1.5, part: 0, packed: '' }] }],
    ['p1', '/planes/p1/minutes', { spool: 's', seq: 1, minutes: minutesOf(1), more: 1 }],
    ['p1', '/planes/p1/death', { spool: 's', seq: 1, from: now, to: begin }],
    ['p1', '/planes/p1/logins', { spool: 's', seq: 1, file: '../x', logins: [{}] }],
  ];
  for (const [as, path, body] of wrong) {
    const answer = await tell(as as Agent, path, body);
    assert.ok([400, 422].includes(answer.status), `${path} ${JSON.stringify(body)}: ${answer.status}`);
  }
  assert.deepEqual(await readMinutes(db, 'p1', { minute: 0, part: 0 }, now, 10), []);
});

test('a spool that was lost begins anew under another name, and the same minutes stand once', async (t) => {
  const { db, tell } = await open(t);
  for (const spool of ['first', 'second']) {
    for (const seq of [1, 2]) {
      const { status } = await tell('p1', '/planes/p1/minutes', { spool, seq, minutes: minutesOf(seq) });
      assert.equal(status, 200);
    }
  }
  const kept = await readMinutes(db, 'p1', { minute: 0, part: 0 }, now, 10);
  assert.deepEqual(
    kept.map((row) => (row.minute - begin) / minuteMs),
    [1, 2],
  );
});

test('a packed body that grows without end is refused, and the next one is served', async (t) => {
  const { tell, a, mishaps } = await open(t);
  const { status } = await tell('a', '/probers/a/said', { pad: 'x'.repeat(8 << 20) }, true);
  assert.equal(status, 413);
  assert.equal((await tell('a', '/probers/a/said', a.say('round', roundOf(1)))).status, 200);
  assert.deepEqual(mishaps, []);
});
