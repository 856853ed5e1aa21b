import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Bench, type Judged, judged, type Report } from './report.ts';
import { figure, goalText, table } from './table.ts';

/**
 * `npm run bench [-- NAME … --rounds N --quick --json]`: runs the benches of this folder one after another, each
 * beside what a user would use instead, and prints one table and what was missed. Ends with 1 when a goal was.
 */
const usage = 'npm run bench [-- NAME … --rounds N --quick --json]';

interface Run {
  readonly lines: readonly Judged[];
  readonly notes: readonly string[];
  readonly missing: readonly string[];
  readonly broken: readonly string[];
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: 'string', default: '5' },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const rounds = values.quick ? 1 : Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds takes 1, 2, 3 …: ${usage}`);
  if (!existsSync('/proc/self/stat')) throw new Error('the benches count CPU and memory in Linux’s /proc');
  const benches = await chosen(positionals);
  const runs: Run[] = [];
  for (const bench of benches) runs.push(await tried(bench, rounds, values.quick));
  const lines = runs.flatMap((run) => run.lines);
  const [notes, missing, broken] = (['notes', 'missing', 'broken'] as const).map((part) =>
    runs.flatMap((run) => run[part]),
  );
  if (values.json)
    console.log(JSON.stringify({ rounds, quick: values.quick, lines, notes, missing, broken }, null, 2));
  else print(lines, notes!, missing!, broken!);
  if (broken!.length > 0 || lines.some(({ met }) => met === false)) process.exitCode = 1;
}

/** The files of this folder that export `bench`; all, or those named. */
async function chosen(names: readonly string[]): Promise<readonly Bench[]> {
  const benches: Bench[] = [];
  for (const file of readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith('.ts'))
    .sort()) {
    if (join(import.meta.dirname, file) === import.meta.filename) continue;
    const { bench } = (await import(join(import.meta.dirname, file))) as { readonly bench?: Bench };
    if (bench !== undefined) benches.push(bench);
  }
  const unknown = names.filter((name) => !benches.some((bench) => bench.name === name));
  if (unknown.length > 0) {
    const known = benches.map(({ name, about }) => `  ${name}: ${about}`).join('\n');
    throw new Error(`no bench ${unknown.join(', ')}; there are\n${known}`);
  }
  return names.length === 0 ? benches : benches.filter(({ name }) => names.includes(name));
}

async function tried(bench: Bench, rounds: number, quick: boolean): Promise<Run> {
  const folder = await mkdtemp(join(tmpdir(), `hostpledge-bench-${bench.name}-`));
  const lines: Judged[] = [];
  const notes: string[] = [];
  const broken: string[] = [];
  const missing = Object.entries(bench.peers)
    .filter(([peer]) => !isHere(peer))
    .map(([peer, from]) => `${bench.name} stands beside ${peer}, which is not here (${from})`);
  const report: Report = {
    rounds,
    quick,
    folder,
    has: isHere,
    line(line) {
      // What is that small shows only that it runs.
      lines.push({ ...judged(bench.name, line), ...(quick ? { met: null } : {}) });
      console.error(`${bench.name}: ${line.what}: ${figure(line.ours)} ${line.unit}`);
    },
    note: (text) => void notes.push(`${bench.name}: ${text}`),
  };
  try {
    console.error(`${bench.name}: ${bench.about}`);
    await bench.run(report);
  } catch (error) {
    // One that breaks does not take the others' figures along.
    broken.push(`${bench.name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return { lines, notes, missing, broken };
}

function isHere(peer: string): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin'];
  const files = peer.startsWith('/') ? [peer] : folders.map((folder) => join(folder, peer));
  const runs = files.some((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  return runs || existsSync(join(import.meta.dirname, '..', 'node_modules', peer, 'package.json'));
}

function print(
  lines: readonly Judged[],
  notes: readonly string[],
  missing: readonly string[],
  broken: readonly string[],
): void {
  console.log(`\n${table(lines, process.stdout.columns ?? 120)}`);
  section('Notes', notes);
  section('Not compared', missing);
  section('Broke off', broken);
  const missed = lines.filter(({ met }) => met === false);
  section(
    missed.length === 0 ? 'Every goal that could be judged was met.' : 'Missed',
    missed.map(({ bench, what, unit, ours, quotient, goal }) => {
      const got = goal?.of === 'ratio' ? `${figure(quotient)} ×` : `${figure(ours)} ${unit}`;
      return `${bench}: ${what}: ${got}, goal ${goalText(goal)}`;
    }),
  );
}

function section(head: string, texts: readonly string[]): void {
  if (texts.length === 0 && !head.endsWith('.')) return;
  console.log(`\n${[head, ...texts.map((text) => `  ${text}`)].join('\n')}`);
}

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
});
