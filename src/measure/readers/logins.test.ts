import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { loginLine } from '../../hosting/login.ts';
import { type FollowLoginsOptions, followLogins, LoginReader, type PlacedLogin } from './logins.ts';

const text = (i: number, probe = false): string =>
  loginLine({
    atMs: 1_793_500_020_000 + i,
    host: 'h1',
    account: `ftp${i}`,
    client: '192.0.2.1',
    tls: true,
    outcome: i % 2 === 0 ? 'ok' : 'wrong-password',
    tookMs: 12,
    probe,
    reply: '530 Wrong "password"',
  });

interface World {
  readonly path: string;
  readonly options: FollowLoginsOptions;
  /** By the key that the receiver keeps once. */
  readonly rows: Map<string, PlacedLogin>;
  saved: string | null;
  killed: boolean;
  readonly said: string[];
}

function world(t: TestContext): World {
  const folder = mkdtempSync(join(tmpdir(), 'hostpledge-logins-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'login.log');
  const rows = new Map<string, PlacedLogin>();
  const made: World = {
    path,
    rows,
    saved: null,
    killed: false,
    said: [],
    options: {
      path,
      state: {
        load: async () => (made.saved === null ? null : JSON.parse(made.saved)),
        save: async (state) => {
          if (made.killed) throw new Error('killed');
          made.saved = JSON.stringify(state);
        },
      },
      mishap: (said) => made.said.push(said),
      hand: async (file, logins) => {
        for (const login of logins) {
          const key = `${file} ${login.offset}`;
          if (rows.has(key)) assert.deepEqual(login, rows.get(key));
          rows.set(key, login);
        }
      },
    },
  };
  return made;
}

async function read(one: World): Promise<LoginReader> {
  const reader = await LoginReader.open(one.options);
  try {
    for (let idle = 0; idle < 4; ) idle = (await reader.step()) ? 0 : idle + 1;
  } catch (error) {
    if (!one.killed) throw error;
  }
  await reader.close().catch(() => undefined);
  return reader;
}

const accounts = (one: World): string[] => [...one.rows.values()].map(({ line }) => line.account);

test('each attempt is handed over with the place where its line begins', async (t) => {
  const one = world(t);
  appendFileSync(one.path, text(0) + text(1));
  await read(one);
  const [first, second] = [...one.rows.values()];
  assert.equal(first!.offset, 0);
  assert.equal(second!.offset, text(0).length);
  assert.equal(second!.line.outcome, 'wrong-password');
  assert.equal(second!.line.reply, '530 Wrong \\x22password\\x22');
});

test('attempts of our own checks are not handed over, and move no place of another', async (t) => {
  const one = world(t);
  appendFileSync(one.path, text(0, true) + text(1) + text(2, true) + text(3));
  const reader = await read(one);
  assert.deepEqual(accounts(one), ['ftp1', 'ftp3']);
  const [first, second] = [...one.rows.values()];
  assert.equal(first!.offset, text(0, true).length);
  assert.equal(second!.offset, text(0, true).length + text(1).length + text(2, true).length);
  assert.equal(reader.malformed, 0);
});

test('a log with nothing but our own checks is read, its place kept', async (t) => {
  const one = world(t);
  appendFileSync(one.path, text(0, true));
  await read(one);
  assert.equal(JSON.parse(one.saved!).tail.offset, text(0, true).length);
  appendFileSync(one.path, text(1));
  await read(one);
  assert.deepEqual(accounts(one), ['ftp1']);
});

test('lines that are not ours are counted, passed over and move no place', async (t) => {
  const one = world(t);
  const noise = `GET /\n\0\n${'x'.repeat(70_000)}\n${text(0).slice(20)}`;
  appendFileSync(one.path, `${text(0)}${noise}${text(1)}`);
  const reader = await read(one);
  assert.equal(reader.malformed, 4);
  assert.deepEqual(one.said, [`${one.path}: a line was not understood, at byte ${text(0).length}`]);
  assert.deepEqual(
    [...one.rows.values()].map(({ offset }) => offset),
    [0, text(0).length + noise.length],
  );
});

test('killed with the log at any byte, between hand-over and saving too, each attempt has one key', async (t) => {
  const whole = Array.from({ length: 5 }, (_, i) => text(i)).join('');
  for (let at = 0; at <= whole.length; at += 1) {
    const one = world(t);
    appendFileSync(one.path, whole.slice(0, at));
    one.killed = at % 2 === 0;
    await read(one);
    one.killed = false;
    appendFileSync(one.path, whole.slice(at));
    await read(one);
    assert.deepEqual(accounts(one), ['ftp0', 'ftp1', 'ftp2', 'ftp3', 'ftp4'], `killed at byte ${at}`);
  }
});

test('a log turned over while the reader runs keeps its attempts apart by file', async (t) => {
  const one = world(t);
  const reader = await followLogins({ ...one.options, everyMs: 2 });
  for (let i = 0; i < 6; i += 1) {
    appendFileSync(one.path, text(i));
    if (i % 2 === 1) renameSync(one.path, `${one.path}.${3 - i}`);
    await new Promise((done) => setTimeout(done, 40));
  }
  await reader.stop();
  assert.deepEqual(accounts(one), ['ftp0', 'ftp1', 'ftp2', 'ftp3', 'ftp4', 'ftp5']);
  assert.equal(new Set([...one.rows.keys()].map((key) => key.split(' ')[0])).size, 3);
});
