import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { needs } from '../needs.ts';
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

const agreement = (text: string): string => /QA-\d{4}-\d{6}/.exec(text)?.[0] ?? '';

/** The running month: its case file, and what `evaluate` makes of it. */
async function judged(one: Installation, number: string): Promise<{ file: CaseFile; settled: Settled }> {
  const args = ['case', number, runningMonth(), '--as-of', 'now', '--data', one.data];
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

/** What every part of the long test looks at. */
interface World {
  readonly one: Installation;
  readonly number: string;
  /** Its page, and its FTP door with the sample's login. */
  readonly url: string;
  readonly ftp: string;
}

test('the sample installation serves, measures, judges, pays and ends', { timeout: 900_000 }, async (t) => {
  if (!needs(t, 'curl')) return;
  const one = await install(t, await newFolder(t));
  const { demo, hosts } = one.ready;
  assert(demo !== null);
  const ftp = `${hosts.ftp.replace('ftp://', `ftp://${demo.ftp.account}:${demo.ftp.password}@`)}/`;
  const world: World = { one, number: agreement(await page(one)), url: demo.url, ftp };
  await t.test('the demo host answers by name, and what is uploaded is served', () => uploads(world));
  await t.test('both languages are there, and the digest is that of the exported case', () =>
    languages(world),
  );
  await t.test('web-down is bad while it lasts, and evaluate says the same', () => webDown(world));
  await t.test('a killed plane was bad although nobody served who could say so', () => planeKilled(world));
  await t.test(
    'a script that sleeps makes its minute slow, an upload that crawls does not',
    async (inner) => {
      if (needs(inner, 'php-fpm8.2')) await slowMinutes(world);
    },
  );
  await t.test('ports and folders in use are refused by name', (inner) => refusals(inner, world));
  assert.equal(await one.end(), 0, one.said());
});

async function upload({ one, ftp }: World, name: string, text: string): Promise<void> {
  const path = join(one.data, name);
  await writeFile(path, text);
  const done = await run('curl', ['-sS', '-T', path, `${ftp}${name}`]);
  assert.equal(done.code, 0, done.err);
}

async function uploads(world: World): Promise<void> {
  await until(30_000, 'the demo host', async () => (await run('curl', ['-sf', world.url])).code === 0);
  await upload(world, 'hello.html', '<p>hello</p>');
  assert.equal((await run('curl', ['-sf', `${world.url}hello.html`])).out, '<p>hello</p>');
}

async function languages({ one, number }: World): Promise<void> {
  const [zh, en] = [await page(one, '?lang=zh'), await page(one, '?lang=en')];
  assert.match(zh, /<html lang="zh/);
  assert.match(en, /<html lang="en/);
  const exported = await hostpledge(['case', number, closedMonth(), '--data', one.data]);
  assert.equal(exported.code, 0, exported.err);
  const digest = createHash('sha256').update(exported.out).digest('hex');
  assert(en.replace(/<[^>]*>|\s/g, '').includes(digest), 'the page names the digest of the case');
}

/** The last run of a check as the prober saw it. */
function inside(file: CaseFile, check: string): readonly Run[] {
  return file.series.find((s) => s.check === check && s.vantage === 'inside')?.runs ?? [];
}

async function webDown({ one, number, url }: World): Promise<void> {
  await until(30_000, 'a good verdict', async () => !(await page(one)).includes('class="verdict bad"'));
  const before = badOf((await judged(one, number)).settled, 'web');
  const began = Date.now();
  const drill = await hostpledge(['drill', 'web-down', '--for', '8s', '--no-watch', '--data', one.data]);
  assert.equal(drill.code, 0, drill.err);
  await until(8_000, 'bad time', async () => badOf((await judged(one, number)).settled, 'web') > before);
  await until(30_000, 'the host', async () => (await run('curl', ['-sf', url])).code === 0);
  const { file, settled } = await until(30_000, 'the recovery', async () => {
    const now = await judged(one, number);
    return inside(now.file, 'web').at(-1)?.result === 'pass' ? now : null;
  });
  const more = badOf(settled, 'web') - before;
  assert(more >= 5_000 && more <= 16_000, `8 s down, counted as ${more} ms`);
  const fail = inside(file, 'web').findLast((one) => one.result === 'fail')!;
  const first = Date.parse(fail.first) - began;
  assert(first >= 0 && first < 5_000, `the first failing observation came after ${first} ms`);
}

async function planeKilled({ one, number }: World): Promise<void> {
  const before = badOf((await judged(one, number)).settled, 'ftp');
  await hostpledge(['drill', 'plane-killed', '--for', '6s', '--no-watch', '--data', one.data]);
  const { file, settled } = await until(60_000, 'the plane’s own word', async () => {
    const now = await judged(one, number);
    const told = now.file.series.some((s) => s.vantage === 'plane');
    return told && inside(now.file, 'ftp').at(-1)?.result === 'pass' ? now : null;
  });
  const dead = file.series.find((s) => s.vantage === 'plane' && s.check === 'ftp')!.runs.at(-2)!;
  assert.equal(dead.result, 'fail');
  const length = Date.parse(dead.last) - Date.parse(dead.first);
  assert(length >= 5_000 && length < 20_000, `dead for ${length} ms`);
  assert(badOf(settled, 'ftp') - before >= 4_000);
}

async function slowMinutes(world: World): Promise<void> {
  const { one, number, url } = world;
  const script =
    '<?php if (isset($_GET["s"])) usleep(2000000); echo strlen(file_get_contents("php://input"));';
  await upload(world, 'sleep.php', script);
  const body = join(one.data, 'body.bin');
  await writeFile(body, Buffer.alloc(400_000));
  await untilMinuteBegins();
  const crawling = Date.now();
  const args = ['-sf', '--limit-rate', '40k', '-X', 'POST', '--data-binary', `@${body}`, `${url}sleep.php`];
  assert.equal((await run('curl', args)).out, '400000');
  assert(Date.now() - crawling > 8_000, 'the upload took its time');
  const crawled = minuteOf(Date.now());
  await until(65_000, 'another minute', async () => minuteOf(Date.now()) > crawled);
  assert.equal((await run('curl', ['-sf', `${url}sleep.php?s=1`])).code, 0);
  const slow = minuteOf(Date.now());
  const { file } = await until(150_000, 'the slow minute', async () => {
    const now = await judged(one, number);
    return valueAt(now.file, slow) === undefined ? null : now;
  });
  assert(valueAt(file, slow)! >= 2_000);
  assert(valueAt(file, crawled)! < 1_500, `the upload counted as ${valueAt(file, crawled)} ms`);
}

const minuteOf = (at: number): number => at - (at % 60_000);

/** So that what takes a while begins and ends in one minute. */
async function untilMinuteBegins(): Promise<void> {
  await until(65_000, 'a fresh minute', async () => Date.now() % 60_000 < 40_000);
}

async function refusals(t: TestContext, { one }: World): Promise<void> {
  const taken = await hostpledge(['serve', '--data', one.data, '--port', '0']);
  assert.equal(taken.code, 2);
  assert.match(taken.err, /data-folder-in-use/);
  const ports = { port: one.ready.site, 'hosts-port': one.ready.hosts.http, 'ftp-port': one.ready.hosts.ftp };
  for (const [flag, address] of Object.entries(ports)) {
    const { port } = new URL(address);
    const rest = ['port', 'hosts-port', 'hosts-tls-port', 'ftp-port'].filter((name) => name !== flag);
    const free = rest.flatMap((name) => [`--${name}`, '0']);
    const clash = await hostpledge(['serve', '--data', await newFolder(t), `--${flag}`, port, ...free]);
    assert.equal(clash.code, 2, clash.err);
    assert(clash.err.includes(port), `${clash.err} names port ${port}`);
  }
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
  timeout: 900_000,
}, async (t) => {
  if (!needs(t, 'curl')) return;
  const data = await newFolder(t);
  const one = await install(t, data);
  const { demo, site } = one.ready;
  assert(demo !== null);
  const number = agreement(await page(one));
  const filed = await hostpledge(['case', number, closedMonth(), '--data', data]);
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
  const after = await hostpledge(['case', number, closedMonth(), '--data', data]);
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
