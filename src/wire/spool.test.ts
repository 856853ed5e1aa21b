import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { isRefusal } from '../refusal.ts';
import { drain } from './drain.ts';
import type { SpoolRecord } from './segment.ts';
import { openSpool, type Spool } from './spool.ts';

async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hostpledge-spool-'));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

/** Drains until `count` records have come, with what the receiver does to each batch. */
async function receive(
  spool: Spool,
  count: number,
  meet: (batch: readonly SpoolRecord[]) => void = () => {},
) {
  const got: SpoolRecord[] = [];
  const end = new AbortController();
  const send = async (batch: readonly SpoolRecord[]) => {
    meet(batch);
    got.push(...batch);
    if (got.length >= count) end.abort();
  };
  if (count === 0) return got;
  const limit = AbortSignal.timeout(10_000);
  await drain(spool, send, {
    signal: AbortSignal.any([end.signal, limit]),
    leastMs: 1,
    mostMs: 5,
    batchRecords: 3,
  });
  return got;
}

async function segmentsOf(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith('.spool')).sort();
}

test('what was appended comes out in order, once, and is gone after a reopening', async (t) => {
  const folder = await folderOf(t);
  const spool = await openSpool(folder, { batchMs: 0 });
  const seqs = await Promise.all(Array.from({ length: 10 }, (_, i) => spool.append('round', { i })));
  assert.deepEqual(seqs, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  const got = await receive(spool, 10);
  assert.deepEqual(
    got.map(({ seq, kind, body }) => [seq, kind, body]),
    seqs.map((seq, i) => [seq, 'round', { i }]),
  );
  await spool.close();
  const again = await openSpool(folder, { batchMs: 0 });
  assert.equal(again.state().acked, 10);
  assert.equal(await again.append('round', {}), 11);
  assert.deepEqual(
    (await receive(again, 1)).map((record) => record.seq),
    [11],
  );
  await again.close();
});

test('an acknowledgement that the disk does not take is tried again, and nothing is sent twice for it', async (t) => {
  const spool = await openSpool(await folderOf(t), { batchMs: 0 });
  let failures = 2;
  const full: Spool = {
    ...spool,
    acknowledge: async (seq, lost) => {
      failures -= 1;
      if (failures >= 0) throw new Error('no space left on device');
      await spool.acknowledge(seq, lost);
    },
  };
  await spool.append('a', 1);
  await spool.append('b', 2);
  const end = new AbortController();
  const sent: number[] = [];
  const send = async (batch: readonly SpoolRecord[]) => void sent.push(...batch.map(({ seq }) => seq));
  const failed: number[] = [];
  const onFailure = (_: unknown, count: number) => void failed.push(count);
  const done = drain(full, send, { signal: end.signal, leastMs: 1, mostMs: 5, onFailure });
  while (spool.state().acked < 2) await delay(5);
  end.abort();
  await done;
  assert.deepEqual(
    [sent, failed],
    [
      [1, 2],
      [1, 2],
    ],
  );
  await spool.close();
});

test('a record appended while the drain waits is sent without delay', async (t) => {
  const spool = await openSpool(await folderOf(t), { batchMs: 0 });
  const got = receive(spool, 2);
  await spool.append('a', 1);
  await delay(20);
  await spool.append('b', 2);
  assert.deepEqual(
    (await got).map((record) => record.kind),
    ['a', 'b'],
  );
  await spool.close();
});

test('a receiver that is away gets the same batch until it takes it', async (t) => {
  const spool = await openSpool(await folderOf(t), { batchMs: 0 });
  for (let i = 0; i < 5; i += 1) await spool.append('a', i);
  const tried: number[][] = [];
  const got = await receive(spool, 5, (batch) => {
    tried.push(batch.map((record) => record.seq));
    if (tried.length < 3) throw new Error('away');
  });
  assert.deepEqual(
    got.map((record) => record.body),
    [0, 1, 2, 3, 4],
  );
  assert.deepEqual(tried, [
    [1, 2, 3],
    [1, 2, 3],
    [1, 2, 3],
    [4, 5],
  ]);
  await spool.close();
});

test('cut at any byte, the spool keeps every whole record and goes on after the last', async (t) => {
  const folder = await folderOf(t);
  const spool = await openSpool(folder, { batchMs: 0 });
  const ends = [0];
  for (const body of ['a', '汉字', 'ccc', '']) {
    await spool.append('turn', { body });
    ends.push(spool.state().bytes);
  }
  const { sender } = spool.state();
  await spool.close();
  const [name] = await segmentsOf(folder);
  const size = (await stat(join(folder, name!))).size;
  for (let cut = 0; cut <= size; cut += 1) {
    const copy = await folderOf(t);
    await cp(folder, copy, { recursive: true });
    await truncate(join(copy, name!), cut);
    const torn = await openSpool(copy, { batchMs: 0 });
    const whole = ends.filter((end) => end <= cut).length - 1;
    assert.deepEqual([torn.state().last, torn.state().sender], [whole, sender], `cut at ${cut}`);
    assert.equal(await torn.append('next', null), whole + 1);
    const got = await receive(torn, whole + 1);
    assert.deepEqual(
      got.map((record) => record.seq),
      Array.from({ length: whole + 1 }, (_, i) => i + 1),
    );
    await torn.close();
  }
});

test('an end of zeros or of another record is not taken for a record', async (t) => {
  for (const rest of [Buffer.alloc(64), null]) {
    const folder = await folderOf(t);
    const spool = await openSpool(folder, { batchMs: 0 });
    await spool.append('a', 1);
    await spool.close();
    const path = join(folder, (await segmentsOf(folder))[0]!);
    const bytes = await readFile(path);
    await writeFile(path, Buffer.concat([bytes, rest ?? bytes]));
    const again = await openSpool(folder);
    assert.equal(again.state().last, 1);
    await again.close();
  }
});

test('what SIGKILL interrupts keeps every number that was given', async (t) => {
  const folder = await folderOf(t);
  const code = `
    import { openSpool } from ${JSON.stringify(new URL('./spool.ts', import.meta.url).href)};
    const spool = await openSpool(${JSON.stringify(folder)}, { batchMs: 1, segmentBytes: 2000 });
    for (;;) await Promise.all([1, 2, 3].map(async (i) => process.stdout.write((await spool.append('k', 'x'.repeat(90 * i))) + '\\n')));`;
  let given = 0;
  for (let round = 0; round < 4; round += 1) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'close');
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.length > 200 + round * 37) child.kill('SIGKILL');
    });
    await ended;
    const seqs = said.split('\n').slice(0, -1).map(Number);
    assert(seqs[0]! > given, 'a number was given twice');
    given = seqs.at(-1)!;
    const spool = await openSpool(folder);
    assert(spool.state().last >= given);
    await spool.close();
  }
  const spool = await openSpool(folder);
  const got = await receive(spool, spool.state().last);
  assert.deepEqual(
    got.map((record) => record.seq),
    Array.from({ length: spool.state().last }, (_, i) => i + 1),
  );
  assert.equal((await segmentsOf(folder)).length, 1);
  await spool.close();
});

test('a full spool refuses, says so, and takes again once something was acknowledged', async (t) => {
  const folder = await folderOf(t);
  const spool = await openSpool(folder, { batchMs: 0, maxBytes: 2000 });
  let refused: unknown;
  for (let i = 0; i < 100 && !isRefusal(refused); i += 1) refused = await spool.append('a', 'x'.repeat(80));
  assert(isRefusal(refused));
  assert.equal(refused.code, 'spool-full');
  const { full, last } = spool.state();
  assert(full && last >= 20);
  await receive(spool, last);
  assert.equal(spool.state().full, false);
  assert.equal(await spool.append('a', 1), last + 1);
  await spool.close();
});

test('finished files are removed and the position survives without them', async (t) => {
  const folder = await folderOf(t);
  const spool = await openSpool(folder, { batchMs: 0, segmentBytes: 100 });
  for (let i = 0; i < 20; i += 1) await spool.append('a', 'x'.repeat(40));
  assert((await segmentsOf(folder)).length > 5);
  await receive(spool, 20);
  assert.equal((await segmentsOf(folder)).length, 1);
  await spool.close();
  for (const name of await segmentsOf(folder)) await rm(join(folder, name));
  const again = await openSpool(folder, { batchMs: 0 });
  assert.equal(await again.append('a', 1), 21);
  await again.close();
});

test('without its position everything that is left is sent again under the same name', async (t) => {
  const folder = await folderOf(t);
  const spool = await openSpool(folder, { batchMs: 0 });
  for (let i = 0; i < 4; i += 1) await spool.append('a', i);
  await receive(spool, 3);
  const { sender } = spool.state();
  await spool.close();
  await writeFile(join(folder, 'position.json'), '{"sen');
  const again = await openSpool(folder);
  assert.equal(again.state().sender, sender);
  assert.equal((await receive(again, 4)).length, 4);
  await again.close();
});

test('a spoilt file loses no other file’s records, and the loss is counted', async (t) => {
  const folder = await folderOf(t);
  const spool = await openSpool(folder, { batchMs: 0, segmentBytes: 150 });
  for (let i = 0; i < 12; i += 1) await spool.append('a', 'x'.repeat(40));
  await spool.close();
  const path = join(folder, (await segmentsOf(folder))[1]!);
  const bytes = await readFile(path);
  bytes[20]! ^= 1;
  await writeFile(path, bytes);
  const again = await openSpool(folder, { batchMs: 0, segmentBytes: 150 });
  const got = await receive(again, 9);
  const missing = Array.from({ length: 12 }, (_, i) => i + 1).filter(
    (seq) => !got.some((record) => record.seq === seq),
  );
  assert.deepEqual(missing, [4, 5, 6].slice(0, again.state().lost));
  assert(again.state().lost > 0);
  await again.close();
});

test('a body that is not JSON, or too long, is a bug of the sender', async (t) => {
  const spool = await openSpool(await folderOf(t));
  assert.throws(() => spool.append('a', undefined), RangeError);
  assert.throws(() => spool.append('a'.repeat(256), 1), RangeError);
  assert.throws(() => spool.append('a', 'x'.repeat(17 * 1024 * 1024)), RangeError);
  assert.equal(spool.state().bytes, 0);
  await spool.close();
});
