import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { openDatabase } from '../../src/db/connection.ts';
import { dumpTables } from '../../src/db/dump.ts';
import { rowsFile } from '../../src/wire/manifest.ts';
import { findPostgres, startPostgres } from '../postgres.ts';
import {
  closedMonth,
  hostpledge,
  type Installation,
  install,
  newFolder,
  run,
  runningMonth,
  until,
} from './installation.ts';

/** Losing a machine, rehearsed: backup while it runs, restored elsewhere, onto either database. */

const launcher = fileURLToPath(new URL('../../bin/hostpledge', import.meta.url));

/** What must be the same afterwards. */
interface Seen {
  readonly number: string;
  /** The closed month's case file: all that its settlement comes from. */
  readonly file: string;
  readonly page: string;
}

test('a backup of a running installation is one again, on either database', {
  timeout: 900_000,
}, async (t) => {
  const folder = await newFolder(t);
  const [url, other] = await postgres(t);
  const first = await install(t, join(folder, 'first'), 'start', named(url));
  const before = await look(first);
  const kept = join(folder, 'kept');
  const taken = await hostpledge(['backup', kept, '--data', first.data]);
  assert.equal(taken.code, 0, taken.err);
  assert.match(taken.out, /files and folders, .* rows/);
  await refusesToWrite(first.data, kept);
  await first.end();
  const second = await killedAndRestored(t, kept, join(folder, 'second'));
  assert.deepEqual(await look(second), before);
  await goesOn(second, before.number);
  const again = join(folder, 'again');
  assert.equal((await hostpledge(['backup', again, '--data', second.data])).code, 0);
  await second.end();
  await refusesDamage(again, join(folder, 'third'));
  const third = ['restore', again, '--data', join(folder, 'third'), ...named(other)];
  const restored = await hostpledge(third);
  assert.equal(restored.code, 0, restored.err);
  assert.match(restored.out, /evidence chain is sound/);
  await sameRows(again, join(folder, 'third'), other);
});

/** Two empty databases; without a PostgreSQL here, none: the embedded one then takes their place. */
async function postgres(t: TestContext): Promise<readonly [string | null, string | null]> {
  const bin = findPostgres();
  if (bin === null) return [null, null];
  const server = await startPostgres(bin);
  t.after(() => server.stop());
  const admin = new pg.Client(`${server.url}/postgres`);
  await admin.connect();
  await admin.query('create database other').finally(() => admin.end());
  return [`${server.url}/postgres`, `${server.url}/other`];
}

const named = (url: string | null): readonly string[] => (url === null ? [] : ['--database', url]);

async function look(one: Installation): Promise<Seen> {
  const site = await (await fetch(one.ready.site)).text();
  const number = /QA-\d{4}-\d{6}/.exec(site)?.[0] ?? '';
  const file = await hostpledge(['case', number, closedMonth(), '--data', one.data]);
  assert.equal(file.code, 0, file.err);
  const port = new URL(one.ready.hosts.http).port;
  const page = await run('curl', ['-s', '-H', 'Host: demo.localhost', `http://127.0.0.1:${port}/`]);
  assert.equal(page.code, 0);
  assert.match(page.out, /<html/i);
  return { number, file: file.out, page: page.out };
}

/** Neither over something else, nor into itself; and nothing half done is left there. */
async function refusesToWrite(data: string, kept: string): Promise<void> {
  const answers = await Promise.all([
    hostpledge(['backup', kept, '--data', data]),
    hostpledge(['backup', join(data, 'inside'), '--data', data]),
    hostpledge(['restore', kept, '--data', data]),
  ]);
  for (const { code, err } of answers)
    assert.deepEqual([code, /(backup|restore)-target/.test(err)], [2, true]);
}

/** Killed in the middle, a start refuses what is there; the same restore again makes it whole. */
async function killedAndRestored(t: TestContext, kept: string, data: string): Promise<Installation> {
  const args = [launcher, 'restore', kept, '--data', data];
  const child = spawn('sh', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (text.includes('the database')) child.kill('SIGKILL');
  });
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
  assert.equal(signal, 'SIGKILL');
  const started = await hostpledge(['serve', '--data', data, '--port', '0']);
  assert.equal(started.code, 2);
  assert.match(started.err, /restore-unfinished/);
  const restored = await hostpledge(args.slice(1));
  assert.equal(restored.code, 0, restored.err);
  assert.match(restored.out, /evidence chain is sound/);
  return install(t, data, 'serve');
}

/** Every row of the backup is a row there, and nothing else is. */
async function sameRows(kept: string, data: string, url: string | null): Promise<void> {
  const database = await openDatabase(url, data);
  try {
    const rows = new Map<string, string>();
    const take = async (table: string, more: readonly string[]): Promise<void> => {
      rows.set(table, [rows.get(table) ?? '', ...more.map((row) => `${row}\n`)].join(''));
    };
    await database.transaction((tx) => dumpTables(tx, take), { snapshot: true });
    assert(rows.size > 20);
    for (const [table, text] of rows)
      assert.equal(text, await readFile(rowsFile(kept, table), 'utf8'), table);
  } finally {
    await database.close();
  }
}

/** The prober's spool goes on where it was: what it says is taken, once. */
async function goesOn(one: Installation, number: string): Promise<void> {
  const rows = async (): Promise<number> => {
    const text = await hostpledge(['case', number, runningMonth(), '--as-of', 'now', '--data', one.data]);
    const series = (JSON.parse(text.out) as { series: { runs: { count: number }[] }[] }).series;
    return series.flatMap(({ runs }) => runs).reduce((sum, { count }) => sum + count, 0);
  };
  const from = await rows();
  await until(20_000, 'the next checks', async () => (await rows()) > from);
}

/** A byte more or less in the largest file there is: refused by name, and nothing is written. */
async function refusesDamage(kept: string, data: string): Promise<void> {
  const page = join(kept, 'data/plane/hosts/h000001/web/index.html');
  const { length } = await readFile(page);
  await appendFile(page, '!');
  const refused = await hostpledge(['restore', kept, '--data', data]);
  assert.equal(refused.code, 2);
  assert.match(refused.err, /data\/plane\/hosts\/h000001\/web\/index\.html.*\(backup-damaged\)/);
  await assert.rejects(readFile(join(data, 'restoring.json')), /ENOENT/);
  await truncate(page, length);
}
