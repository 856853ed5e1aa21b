import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { open, readFile, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { accessLine } from '../../hosting/access.ts';
import { AccessReader, followAccess } from './follow.ts';

const start = 1_793_500_020_000;

const line = (endedMs: number): string =>
  accessLine({
    host: 'a',
    endedMs,
    durationMs: 10,
    headMs: 5,
    upstreamHeadMs: null,
    upstreamDurationMs: null,
    status: 200,
    bytesIn: 1,
    bytesOut: 1,
    client: 'c',
    probe: '',
    type: '',
    scheme: 'http',
    method: 'GET',
    target: '/',
    referer: '',
    agent: '',
  });

/** It has its place in the log: from here on no line may be lost. */
const ready = (): boolean => process.stdout.write('ready\n');

/** The process that is killed: follows the log and writes `minute part requests;` lines, each on disk before it goes on. */
async function victim(log: string, output: string, toTheEnd: boolean): Promise<void> {
  const state = `${output}.state`;
  const options = {
    path: log,
    plane: 'p',
    state: {
      load: async (): Promise<unknown> => JSON.parse(await readFile(state, 'utf8').catch(() => 'null')),
      save: async (value: unknown) => {
        await writeFile(`${state}.new`, JSON.stringify(value), { flush: true });
        await rename(`${state}.new`, state);
        ready();
      },
    },
    names: () => new Map([['a', 'a']]),
    isOurs: () => false,
    loopDelay: () => 0,
    now: () => start + 86_400_000,
    mishap: (text: string) => process.stderr.write(`${text}\n`),
    hand: async (
      minutes: readonly { minute: number; part: number; hosts: readonly { requests: number }[] }[],
    ) => {
      const rows = minutes.map((one) => `${one.minute} ${one.part} ${one.hosts[0]?.requests ?? 0};\n`);
      const file = await open(output, 'a');
      await file.write(`\n${rows.join('')}`);
      await file.sync();
      await file.close();
    },
    everyMs: 1,
    lateMs: 1000,
    graceMs: 86_400_000,
  };
  if (!toTheEnd) {
    if ((await options.state.load()) !== null) ready();
    await followAccess(options);
    return;
  }
  const reader = await AccessReader.open({ ...options, graceMs: 0 });
  for (let idle = 0; idle < 4; ) idle = (await reader.step()) ? 0 : idle + 1;
  await reader.close();
}

const [, , log, output, end] = process.argv;
if (log !== undefined && output !== undefined) await victim(log, output, end === 'end');
else {
  test('a process killed with SIGKILL again and again loses and doubles nothing', {
    timeout: 60_000,
  }, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'hostpledge-kill-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const [path, received] = [join(folder, 'access.log'), join(folder, 'received')];
    writeFileSync(received, '');
    const child = (...more: string[]): ChildProcess => {
      const made = spawn(process.execPath, [import.meta.filename, path, received, ...more]);
      t.after(() => made.kill('SIGKILL'));
      return made;
    };
    let written = 0;
    const write = (count: number): void =>
      appendFileSync(path, Array.from({ length: count }, () => line(start + 50 * written++)).join(''));
    write(200);
    for (let round = 0; round < 8; round += 1) {
      const one = child();
      await once(one.stdout!, 'data');
      for (let part = 0; part < 10 * (round + 1); part += 1) {
        write(200);
        if (written % 3000 === 0) renameSync(path, `${path}.20261103-${written}`);
        await new Promise((done) => setTimeout(done, 2));
      }
      one.kill('SIGKILL');
      await once(one, 'exit');
    }
    const last = child('end');
    assert.deepEqual(await once(last, 'exit'), [0, null]);
    const rows = readFileSync(received, 'utf8').split('\n');
    const kept = new Map(
      rows.map((row) => /^(\d+ \d+) (\d+);$/.exec(row)).flatMap((m) => (m ? [[m[1]!, Number(m[2])]] : [])),
    );
    assert.equal(
      [...kept.values()].reduce((sum, requests) => sum + requests, 0),
      written,
    );
    assert.ok(kept.size > 50);
  });
}
