import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { withDatabase } from '../../test/database.ts';
import { enter, openFront } from '../../test/entrance.ts';
import { begin, makeHost, makeWorld } from '../../test/world.ts';
import { addCustomer } from '../people/flow.ts';
import { apiCommand } from './api.ts';

const now = begin + 1000;

/** The command against a real server, with the key of a sales person. */
async function open(t: TestContext) {
  const database = await withDatabase(t);
  await makeWorld(database.db);
  await makeHost(database.db, 'one.example');
  const front = await openFront(t, database, () => now);
  const { headers } = await enter(database, now, 'sales');
  const folder = await mkdtemp(join(tmpdir(), 'hostpledge-api-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'key');
  await writeFile(file, `${headers.authorization.slice('Bearer '.length)}\n`);
  const run = async (...args: string[]) => {
    const said = { out: '', err: '' };
    const code = await apiCommand(args, {
      out: (text) => {
        said.out += text;
      },
      err: (text) => {
        said.err += text;
      },
      input: (async function* () {})(),
      env: { HOSTPLEDGE_URL: front.origin, HOSTPLEDGE_KEY_FILE: file },
    });
    return { code, ...said };
  };
  return { database, folder, run };
}

test('the operations are the server’s own, and each says what it takes', async (t) => {
  const { run } = await open(t);
  const all = await run();
  assert.equal(all.code, 0);
  assert.match(all.out, /^hosts\.bind +Binds one more domain$/m);
  const hosts = await run('hosts');
  assert(hosts.out.split('\n').every((line) => line === '' || line.startsWith('hosts.')));
  assert.match(
    (await run('hosts.bind', '--help')).out,
    /POST \/api\/hosts\/\{id\}\/domains\nhosts\.bind takes id\*, domain\*/,
  );
  const unknown = await run('luck');
  assert.deepEqual([unknown.code, /operation-unknown/.test(unknown.err)], [2, true]);
});

test('what is made, read and listed is what the API says, as a table or as JSON', async (t) => {
  const { run, database } = await open(t);
  const made = await run(
    ...[
      'customers.add',
      'kind=company',
      'particulars.name=青禾书店',
      'particulars.email=qh@customer.example',
      '--json',
    ],
  );
  assert.equal(made.code, 0, made.err);
  assert.equal((JSON.parse(made.out) as { id: string }).id, 'c000003');
  const shown = await run('customers.read', 'id=c000003');
  assert.match(shown.out, /^particulars\.name: 青禾书店$/m);
  const table = await run('hosts.list');
  assert.match(table.out, /^id +customer/);
  assert.match(table.out, /^h000001 +c000001/m);
  for (let i = 0; i < 5; i += 1) {
    const particulars = { name: `n${i}`, email: 'n@customer.example' };
    await addCustomer(database.db, now, { kind: 'person', particulars });
  }
  assert.match((await run('customers.list', 'limit=3')).out, /… more with --all/);
  const every = await run('customers.list', 'limit=3', '--all', '--json');
  assert.equal((JSON.parse(every.out) as { items: unknown[] }).items.length, 8);
});

test('an edit carries the ETag of what it changes', async (t) => {
  const { run } = await open(t);
  const changed = await run(
    ...[
      'customers.change',
      'id=c000001',
      'kind=person',
      'particulars.name=New',
      'particulars.email=new@customer.example',
    ],
  );
  assert.equal(changed.code, 0, changed.err);
  assert.match((await run('customers.read', 'id=c000001')).out, /particulars\.name: New/);
});

test('what does not fit is refused by name before anything is sent, and a refusal of the server is said as it is', async (t) => {
  const { run, folder } = await open(t);
  const refusals: readonly [RegExp, ...string[]][] = [
    [/argument-unknown/, 'customers.read', 'id=c000001', 'luck=1'],
    [/id: id=….*argument-missing/, 'customers.read'],
    [/limit|cursor/, 'customers.list', 'limit=many'],
    [/customer-unknown/, 'customers.read', 'id=c999999'],
    [/right-missing/, 'drills.begin', 'kind=web-down', 'forMs=1000'],
    [/key-missing/, 'hosts.list', '--key-file', join(folder, 'none')],
    [/server-silent/, 'hosts.list', '--url', 'http://127.0.0.1:1'],
    [/option-invalid/, 'hosts.list', '--url', 'ftp://x'],
    [/option-invalid/, 'hosts.list', '--key', 'hp_x'],
  ];
  for (const [pattern, ...args] of refusals) {
    const { code, err } = await run(...args);
    assert.equal(code, 2, args.join(' '));
    assert.match(err, pattern, args.join(' '));
  }
  await writeFile(join(folder, 'bad'), 'hp_short');
  const bad = await run('hosts.list', '--key-file', join(folder, 'bad'));
  assert.match(bad.err, /key-invalid/);
  assert(!bad.err.includes('hp_short'), 'what stands in a key file is never said');
});
