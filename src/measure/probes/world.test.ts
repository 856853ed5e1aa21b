import { strict as assert } from 'node:assert';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { virtualClock } from '../../clock.ts';
import { parseNames, realWorld } from './world.ts';

/** A real resolver on this machine: A and AAAA records from a table, a number for a failure code (RFC 1035 §4.1.1). */
async function resolver(
  t: TestContext,
  table: Readonly<Record<string, number | { readonly a?: string; readonly aaaa?: Buffer }>>,
): Promise<{ address: string; asked: string[] }> {
  const asked: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (query, from) => {
    const labels: string[] = [];
    let at = 12;
    for (let size = query[at]!; size > 0; size = query[at]!) {
      labels.push(query.toString('latin1', at + 1, at + 1 + size));
      at += size + 1;
    }
    const name = labels.join('.').toLowerCase();
    const type = query.readUInt16BE(at + 1);
    asked.push(`${name} ${type === 1 ? 'A' : 'AAAA'}`);
    const known = table[name] ?? 3;
    const failure = typeof known === 'number' ? known : 0;
    const { a, aaaa } = typeof known === 'number' ? {} : known;
    const data = type === 1 ? a && Buffer.from(a.split('.').map(Number)) : aaaa;
    const head = Buffer.from(query.subarray(0, 12));
    head.writeUInt16BE(0x8180 | failure, 2);
    head.writeUInt16BE(data ? 1 : 0, 6);
    head.writeUInt32BE(0, 8);
    const record = data
      ? Buffer.concat([Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 0, 0, data.length]), data])
      : Buffer.alloc(0);
    socket.send(Buffer.concat([head, query.subarray(12, at + 5), record]), from.port, from.address);
  });
  await once(socket.bind(0, '127.0.0.1'), 'listening');
  t.after(() => socket.close());
  return { address: `127.0.0.1:${socket.address().port}`, asked };
}

test('an address is its own, and localhost is this machine, without asking', async (t) => {
  const { address, asked } = await resolver(t, {});
  const world = realWorld({ servers: [address], namesFile: null });
  assert.deepEqual(await world.resolve('192.0.2.7'), ['192.0.2.7']);
  assert.deepEqual(await world.resolve('2001:db8::1'), ['2001:db8::1']);
  assert.deepEqual(await world.resolve('[::1]'), ['::1']);
  for (const name of ['localhost', 'demo.localhost', 'A.B.LocalHost.']) {
    assert.deepEqual(await world.resolve(name), ['127.0.0.1'], name);
  }
  assert.deepEqual(asked, []);
});

test('IPv4 is asked for first, IPv6 when there is none', async (t) => {
  const six = Buffer.from('20010db8000000000000000000000006', 'hex');
  const { address, asked } = await resolver(t, {
    'both.test': { a: '192.0.2.4', aaaa: six },
    'six.test': { aaaa: six },
    'none.test': {},
  });
  const world = realWorld({ servers: [address], namesFile: null });
  assert.deepEqual(await world.resolve('both.test'), ['192.0.2.4']);
  assert.deepEqual(await world.resolve('six.test'), ['2001:db8::6']);
  assert.deepEqual(await world.resolve('none.test'), []);
  assert.deepEqual(await world.resolve('nowhere.test'), []);
  assert.deepEqual(asked.slice(0, 3), ['both.test A', 'six.test A', 'six.test AAAA']);
});

test('an answer is not kept: a name that moved is seen at its new address at once', async (t) => {
  const table: Record<string, { a: string }> = { 'moving.test': { a: '192.0.2.1' } };
  const { address } = await resolver(t, table);
  const world = realWorld({ servers: [address], namesFile: null });
  assert.deepEqual(await world.resolve('moving.test'), ['192.0.2.1']);
  table['moving.test'] = { a: '192.0.2.2' };
  assert.deepEqual(await world.resolve('moving.test'), ['192.0.2.2']);
});

test('a resolver’s own failure is told apart from a name that is not there', async (t) => {
  const { address } = await resolver(t, { 'broken.test': 2, 'forbidden.test': 5 });
  const world = realWorld({ servers: [address], namesFile: null });
  await assert.rejects(world.resolve('broken.test'), { code: 'ESERVFAIL' });
  await assert.rejects(world.resolve('forbidden.test'), { code: 'EREFUSED' });
});

test('the machine’s own table of names comes before the resolvers', async (t) => {
  const { address } = await resolver(t, { 'other.test': { a: '192.0.2.9' } });
  const folder = await mkdtemp(join(tmpdir(), 'names-'));
  t.after(() => rm(folder, { recursive: true }));
  const namesFile = join(folder, 'hosts');
  await writeFile(namesFile, '192.0.2.5 own.test alias.test # comment\n');
  await utimes(namesFile, 1, 1);
  const world = realWorld({ servers: [address], namesFile });
  assert.deepEqual(await world.resolve('OWN.test.'), ['192.0.2.5']);
  assert.deepEqual(await world.resolve('other.test'), ['192.0.2.9']);
  const missing = realWorld({ servers: [address], namesFile: join(folder, 'none') });
  assert.deepEqual(await missing.resolve('own.test'), []);
});

test('a table of names: comments, many names, many addresses, nonsense', () => {
  const table = parseNames(
    '# x\n::1 six both\n127.0.0.1\tboth  Upper # tail\n\n192.0.2.1 both\nnonsense line\n10.0.0.1\n',
  );
  assert.deepEqual(
    [...table],
    [
      ['six', ['::1']],
      ['both', ['127.0.0.1', '192.0.2.1', '::1']],
      ['upper', ['127.0.0.1']],
    ],
  );
});

test('nonces are 16 hex digits and never twice the same; the clock is the one given', () => {
  const world = realWorld({ clock: virtualClock(1_234) });
  const nonces = Array.from({ length: 2_000 }, () => world.nonce());
  assert.ok(nonces.every((nonce) => /^[0-9a-f]{16}$/.test(nonce)));
  assert.equal(new Set(nonces).size, nonces.length);
  assert.equal(world.now(), 1_234);
});
