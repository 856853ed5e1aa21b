import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { needs } from '../needs.ts';
import { hostpledge, type Installation, install, newFolder, run, until } from './installation.ts';

/** The product as a person meets it: started, looked at, broken by drills, recomputed, ended. */

interface Run {
  readonly first: string;
  readonly last: string;
  readonly result: string;
}

interface CaseFile {
  readonly series: readonly {
    readonly check: string;
    readonly vantage: string;
    readonly runs: readonly Run[];
  }[];
  readonly windows: readonly { readonly from: string; readonly values?: readonly (number | null)[] }[];
}

interface Settled {
  readonly guarantees: readonly { readonly id: string; readonly ms: { readonly bad: number } }[];
  readonly compensation: { readonly amount: string };
}

const month = (): string => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 7);
const agreement = (text: string): string => /QA-\d{4}-\d{6}/.exec(text)?.[0] ?? '';

/** The running month: its case file, and what `evaluate` makes of it. */
async function judged(one: Installation, number: string): Promise<{ file: CaseFile; settled: Settled }> {
  const args = ['case', number, month(), '--as-of', 'now', '--data', one.data];
  const exported = await hostpledge(args);
  assert.equal(exported.code, 0, exported.err);
  const evaluated = await hostpledge(['evaluate', '-'], exported.out);
  assert.equal(evaluated.code, 0, evaluated.err);
  return { file: JSON.parse(exported.out), settled: JSON.parse(evaluated.out) };
}

function badOf(settled: Settled, id: string): number {
  return settled.guarantees.find((g) => g.id === id)!.ms.bad;
}

async function page(one: Installation, query = ''): Promise<string> {
  const response = await fetch(`${one.ready.site}/${query}`);
  assert.equal(response.status, 200);
  return response.text();
}

test('the sample installation serves, measures, judges, pays and ends', { timeout: 300_000 }, async (t) => {
  if (!needs(t, 'curl')) return;
  const one = await install(t, await newFolder(t));
  const { demo, hosts, site } = one.ready;
  assert(demo !== null);
  const ftp = `${hosts.ftp.replace('ftp://', `ftp://${demo.ftp.account}:${demo.ftp.password}@`)}/`;
  const number = agreement(await page(one));

  await t.test('the demo host answers by name, and what is uploaded is served', async () => {
    await until(30_000, 'the demo host', async () => (await run('curl', ['-sf', demo.url])).code === 0);
    const path = join(one.data, 'hello.html');
    await writeFile(path, '<p>hello</p>');
    assert.equal((await run('curl', ['-sS', '-T', path, `${ftp}hello.html`])).code, 0);
    assert.equal((await run('curl', ['-sf', `${demo.url}hello.html`])).out, '<p>hello</p>');
  });

  await t.test(
    'both languages are there, and the statement’s digest is that of the exported case',
    async () => {
      const [zh, en] = [await page(one, '?lang=zh'), await page(one, '?lang=en')];
      assert.match(zh, /<html lang="zh/);
      assert.match(en, /<html lang="en/);
      const last = /(\d{4}-\d{2})/.exec(lastMonth())![1]!;
      const exported = await hostpledge(['case', number, last, '--data', one.data]);
      assert.equal(exported.code, 0, exported.err);
      const digest = createHash('sha256').update(exported.out).digest('hex');
      assert(en.replace(/<[^>]*>|\s/g, '').includes(digest), 'the page names the digest of the case');
    },
  );

  const php = needs(t, 'php-fpm8.2');
  if (php) {
    const path = join(one.data, 'sleep.php');
    await writeFile(
      path,
      '<?php if (isset($_GET["s"])) usleep(2000000); echo strlen(file_get_contents("php://input"));',
    );
    assert.equal((await run('curl', ['-sS', '-T', path, `${ftp}sleep.php`])).code, 0);
  }

  await t.test('web-down is bad while it lasts, and evaluate says the same', async () => {
    await until(30_000, 'a good verdict', async () => !(await page(one)).includes('class="verdict bad"'));
    const before = badOf((await judged(one, number)).settled, 'web');
    const began = Date.now();
    const drill = await hostpledge(['drill', 'web-down', '--for', '8s', '--no-watch', '--data', one.data]);
    assert.equal(drill.code, 0, drill.err);
    await until(
      6_000,
      'a bad minute',
      async () => badOf((await judged(one, number)).settled, 'web') > before,
    );
    await until(30_000, 'the host', async () => (await run('curl', ['-sf', demo.url])).code === 0);
    const after = await until(30_000, 'the recovery', async () => {
      const { file, settled } = await judged(one, number);
      const last = file.series.find((s) => s.check === 'web' && s.vantage === 'inside')!.runs.at(-1)!;
      return last.result === 'pass' ? { file, settled } : null;
    });
    const more = badOf(after.settled, 'web') - before;
    assert(more >= 5_000 && more <= 14_000, `8 s down, counted as ${more} ms`);
    const fail = after.file.series
      .find((s) => s.check === 'web' && s.vantage === 'inside')!
      .runs.findLast((r) => r.result === 'fail')!;
    assert(
      Date.parse(fail.first) >= began && Date.parse(fail.first) < began + 4_000,
      'the first failing observation',
    );
  });

  await t.test('a killed plane was bad although nobody served who could say so', async () => {
    const before = badOf((await judged(one, number)).settled, 'ftp');
    await hostpledge(['drill', 'plane-killed', '--for', '6s', '--no-watch', '--data', one.data]);
    const { file, settled } = await until(60_000, 'the plane’s own word', async () => {
      const now = await judged(one, number);
      const inside = now.file.series.find((s) => s.check === 'ftp' && s.vantage === 'inside')!.runs.at(-1)!;
      return now.file.series.some((s) => s.vantage === 'plane') && inside.result === 'pass' ? now : null;
    });
    const dead = file.series.find((s) => s.vantage === 'plane' && s.check === 'ftp')!.runs.at(-2)!;
    assert.equal(dead.result, 'fail');
    const length = Date.parse(dead.last) - Date.parse(dead.first);
    assert(length >= 5_000 && length < 20_000, `dead for ${length} ms`);
    assert(badOf(settled, 'ftp') - before >= 4_000);
  });

  if (php) {
    await t.test('a script that sleeps makes its minute slow, an upload that crawls does not', async () => {
      const slow = Date.now();
      assert.equal((await run('curl', ['-sf', `${demo.url}sleep.php?s=1`])).code, 0);
      const minuteOf = (at: number): number => at - (at % 60_000);
      const { file } = await until(150_000, 'the slow minute', async () => {
        const now = await judged(one, number);
        return valueAt(now.file, minuteOf(slow)) === undefined ? null : now;
      });
      assert(valueAt(file, minuteOf(slow))! >= 2_000);
    });
  }

  await t.test('ports and folders in use are refused by name', async () => {
    const port = new URL(site).port;
    const taken = await hostpledge(['serve', '--data', one.data, '--port', '0']);
    assert.equal(taken.code, 2);
    assert.match(taken.err, /data-folder-in-use/);
    const other = await newFolder(t);
    const clash = await hostpledge([
      'serve',
      '--data',
      other,
      '--port',
      port,
      '--hosts-port',
      '0',
      '--hosts-tls-port',
      '0',
      '--ftp-port',
      '0',
    ]);
    assert.equal(clash.code, 2);
    assert.match(clash.err, new RegExp(`port ${port} is taken`));
  });

  assert.equal(await one.end(), 0, one.said());
});

function lastMonth(): string {
  const now = new Date(Date.now() + 8 * 3_600_000);
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1)).toISOString().slice(0, 7);
}

/** The response value of a minute; undefined: not read yet, or no request. */
function valueAt(file: CaseFile, minute: number): number | undefined {
  for (const { from, values } of file.windows) {
    const value = values?.[(minute - Date.parse(from)) / 60_000];
    if (value !== undefined && value !== null) return value;
  }
  return undefined;
}

test('each process may be killed at any moment, and the whole without a word', {
  timeout: 240_000,
}, async (t) => {
  if (!needs(t, 'curl')) return;
  const data = await newFolder(t);
  const one = await install(t, data);
  const { demo, site } = one.ready;
  assert(demo !== null);
  const number = agreement(await page(one));
  const filed = await hostpledge(['case', number, lastMonth(), '--data', data]);
  assert.equal(filed.code, 0, filed.err);
  const roles = await pidsOf(one.child.pid!);
  assert.equal(roles.length, 3);
  for (const pid of roles) process.kill(pid, 'SIGKILL');
  await until(60_000, 'the site and the host at their old addresses', async () => {
    const answers = await Promise.all(
      [site, demo.url].map((url) => run('curl', ['-sf', '-o', '/dev/null', url])),
    );
    return answers.every(({ code }) => code === 0);
  });
  const all = await pidsOf(one.child.pid!);
  one.child.kill('SIGKILL');
  await until(20_000, 'the end of the three', async () => all.every((pid) => !isAlive(pid)));
  const again = await install(t, data);
  const after = await hostpledge(['case', number, lastMonth(), '--data', data]);
  assert.equal(after.out, filed.out, 'the filed case has the same bytes');
  const { file } = await until(60_000, 'the dead time', async () => {
    const now = await judged(again, number);
    return now.file.series.some((s) => s.vantage === 'plane') ? now : null;
  });
  assert(
    file.series.filter((s) => s.vantage === 'plane').every((s) => s.runs.some((r) => r.result === 'fail')),
  );
  assert.equal(await again.end(), 0);
});

/** The children of a process. */
async function pidsOf(parent: number): Promise<readonly number[]> {
  const listed = await readFile(`/proc/${parent}/task/${parent}/children`, 'utf8');
  return listed.trim().split(' ').map(Number);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
