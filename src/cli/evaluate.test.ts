import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { commands } from './command.ts';

const cases = new URL('../../test/cases/', import.meta.url);
const casePath = (name: string): string => fileURLToPath(new URL(`${name}.case.json`, cases));
const text = (name: string): Promise<string> => readFile(casePath(name), 'utf8');
const expected = async (name: string): Promise<unknown> =>
  JSON.parse(await readFile(new URL(`${name}.settlement.json`, cases), 'utf8'));

const outage = '02-eight-hours-down';
const quiet = '01-quiet-month';

interface Told {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command as it is registered; `chunks` is what comes on standard input. */
async function run(args: readonly string[], chunks: readonly (string | Uint8Array)[] = []): Promise<Told> {
  const out: string[] = [];
  const err: string[] = [];
  const shell = {
    out: (more: string) => void out.push(more),
    err: (more: string) => void err.push(more),
    input: inputOf(chunks),
    env: {},
  };
  const code = await commands['evaluate']!.run(args, shell);
  return { code, out: out.join(''), err: err.join('') };
}

async function* inputOf(chunks: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
}

async function folder(t: TestContext): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'evaluate-'));
  t.after(() => rm(made, { recursive: true, force: true }));
  return made;
}

const lineOf = async (name: string): Promise<string> => JSON.stringify(JSON.parse(await text(name)));
const linesOf = (out: string): unknown[] => {
  assert(out === '' || out.endsWith('\n'), 'every line is ended');
  return out
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
};

test('a case file gives its settlement, from a path or from standard input', async () => {
  const fromPath = await run([casePath(outage)]);
  assert.equal(fromPath.code, 0);
  assert.equal(fromPath.err, '');
  assert.deepEqual(JSON.parse(fromPath.out), await expected(outage));
  const fromInput = await run(['-'], [await text(outage)]);
  assert.deepEqual(fromInput, fromPath);
});

test('a case that is refused: the path of the fault on the error channel, exit code 2, nothing printed', async (t) => {
  const file = join(await folder(t), 'wrong.json');
  const json = JSON.parse(await text(outage));
  json.terms.guarantees.push(json.terms.guarantees[0]);
  await writeFile(file, JSON.stringify(json));
  assert.deepEqual(await run([file]), {
    code: 2,
    out: '',
    err: 'refused: terms.guarantees[1].id: "web" is used twice (case-invalid)\n',
  });
  await writeFile(file, '{"format":');
  const broken = await run([file]);
  assert.deepEqual([broken.code, broken.out], [2, '']);
  assert.match(broken.err, /^refused: .*\(case-not-json\)\n$/);
});

test('a refusal is one line, whatever the case file calls its keys', async () => {
  const { err } = await run(['-'], ['{"\\u001b[2J\\u009b\\n":1,"format":"hostpledge/case@1"}', ' ']);
  assert.equal(err.split('\n').length, 2);
  assert.doesNotMatch(err.trimEnd(), /\p{Cc}/u);
  const broken = await run(['-'], ['{"a"\n\u001b[31m']);
  assert.doesNotMatch(broken.err.trimEnd(), /\p{Cc}/u);
});

test('a missing file, a folder and a file that is no text are refused', async (t) => {
  const dir = await folder(t);
  const missing = await run([join(dir, 'none.json')]);
  assert.deepEqual([missing.code, missing.out], [2, '']);
  assert.match(missing.err, /none\.json: ENOENT.*\(file-unreadable\)/);
  assert.match((await run([dir])).err, /\(file-unreadable\)/);
  await writeFile(join(dir, 'bytes'), Uint8Array.of(0xff, 0xfe, 0, 1));
  assert.match((await run([join(dir, 'bytes')])).err, /\(case-not-json\)/);
});

test('wrong arguments are refused with the usage', async () => {
  const wrong = [
    [],
    ['a', 'b'],
    ['--jsonl', 'a'],
    ['--unknown'],
    ['a', '--lang', 'fr'],
    ['a', '--explain=1'],
  ];
  for (const args of wrong) {
    const { code, out, err } = await run(args);
    assert.deepEqual([code, out], [2, ''], args.join(' '));
    assert.match(err, /^refused: [\s\S]*usage: hostpledge evaluate/, args.join(' '));
  }
});

test('--explain tells it in words, Chinese unless English is asked for', async () => {
  assert.match((await run([casePath(outage), '--explain'])).out, /^质量协议 QA-2026-000001/);
  assert.match((await run([casePath(outage), '--explain', '--lang', 'en'])).out, /^Quality agreement QA-/);
});

test('--jsonl: one settlement a line in the order of the cases, blank lines passed over', async () => {
  const lines = [await lineOf(outage), '', await lineOf(quiet), '  ', await lineOf(outage)];
  const { code, out, err } = await run(['--jsonl'], [`${lines.join('\n')}\n`]);
  assert.deepEqual([code, err], [0, '']);
  assert.deepEqual(linesOf(out), [await expected(outage), await expected(quiet), await expected(outage)]);
});

test('--jsonl: a bad line is answered in its place, the others still come, exit code 2', async () => {
  const bad = JSON.parse(await text(quiet));
  bad.month = '2026-13';
  const lines = [await lineOf(quiet), '{"not', JSON.stringify(bad), '[]', await lineOf(outage)];
  const { code, out } = await run(['--jsonl'], [lines.join('\r\n')]);
  assert.equal(code, 2);
  const [first, second, third, fourth, fifth] = linesOf(out);
  assert.deepEqual([first, fifth], [await expected(quiet), await expected(outage)]);
  assert.equal((second as { refusal: { code: string } }).refusal.code, 'case-not-json');
  assert.deepEqual(third, {
    refusal: { code: 'case-invalid', path: 'month', rule: 'a month of the calendar (2026-10)' },
  });
  assert.equal((fourth as { refusal: { code: string } }).refusal.code, 'case-invalid');
});

test('--jsonl: lines may be split anywhere, even within a character', async () => {
  const json = JSON.parse(await text(quiet));
  json.agreement.number = '协议-一号';
  const bytes = Buffer.from(`${JSON.stringify(json)}\n${await lineOf(outage)}`);
  for (const size of [1, 7, 1000]) {
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.subarray(i * size, (i + 1) * size),
    );
    const [first, second] = linesOf((await run(['--jsonl'], chunks)).out);
    assert.equal((first as { agreement: string }).agreement, '协议-一号');
    assert.deepEqual(second, await expected(outage));
  }
});

test('--jsonl: an answer comes before the next case is asked for', async () => {
  const answered: number[] = [];
  const out: string[] = [];
  async function* oneByOne(): AsyncGenerator<Uint8Array> {
    for (const line of [await lineOf(quiet), await lineOf(outage)]) {
      yield Buffer.from(`${line}\n`);
      answered.push(out.length);
    }
  }
  const shell = { out: (more: string) => void out.push(more), err: () => {}, input: oneByOne(), env: {} };
  assert.equal(await commands['evaluate']!.run(['--jsonl'], shell), 0);
  assert.deepEqual(answered, [1, 2]);
});

test('--jsonl: no cases, no lines', async () => {
  assert.deepEqual(await run(['--jsonl'], ['\n\n']), { code: 0, out: '', err: '' });
});

/** The program itself, as `bin/hostpledge` starts it. */
async function start(args: readonly string[], input: string): Promise<Told> {
  const main = fileURLToPath(new URL('../main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, 'evaluate', ...args], { stdio: 'pipe' });
  const [out, err] = [child.stdout, child.stderr].map(async (stream) => (await stream.toArray()).join(''));
  child.stdin.end(input);
  const code = await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve(status ?? -1));
  });
  return { code, out: (await out) ?? '', err: (await err) ?? '' };
}

test('the program prints a settlement, refuses with exit code 2, and streams lines', async () => {
  const single = await start([casePath(outage)], '');
  assert.equal(single.err, '');
  assert.deepEqual([single.code, JSON.parse(single.out)], [0, await expected(outage)]);
  const refused = await start(['-'], '{}');
  assert.deepEqual([refused.code, refused.out], [2, '']);
  assert.match(refused.err, /^refused: format: /);
  const many = 300;
  const line = await lineOf(quiet);
  const streamed = await start(['--jsonl'], `${`${line}\n`.repeat(many)}{}\n`);
  assert.equal(streamed.code, 2);
  assert.equal(linesOf(streamed.out).length, many + 1);
});
