import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { isRefusal, type Refusal, refuse } from '../refusal.ts';
import { readCaseText } from '../settlement/case.ts';
import { judge } from '../settlement/evaluate.ts';
import { explain } from '../settlement/explain.ts';
import { plain } from '../settlement/sentence.ts';
import { evaluate, settlementText } from '../settlement/settlement.ts';
import type { Lang } from '../terms/words.ts';
import type { Shell } from './command.ts';

export const evaluateUsage = `usage: hostpledge evaluate CASE.json [--explain] [--lang zh|en]
       hostpledge evaluate --jsonl < CASES.jsonl

CASE.json may be - for standard input. Exit code 2: refused, with the path of the fault.`;

/** `hostpledge evaluate`: the settlement of a case file; nothing else is needed to recompute a statement. */
export async function evaluateCommand(args: readonly string[], shell: Shell): Promise<number> {
  const options = readOptions(args);
  if (isRefusal(options)) return refused(shell, options, evaluateUsage);
  if (options.jsonl) return evaluateLines(shell);
  let text: string;
  try {
    text = options.file === '-' ? await readAll(shell.input) : await readFile(options.file, 'utf8');
  } catch (error) {
    return refused(shell, refuse('file-unreadable', options.file, (error as Error).message));
  }
  const read = readCaseText(text);
  if (isRefusal(read)) return refused(shell, read);
  shell.out(options.explain ? explain(read, judge(read), options.lang) : settlementText(evaluate(read)));
  return 0;
}

/** One case a line in, one settlement a line out, in order; a bad line is answered in its place. */
async function evaluateLines(shell: Shell): Promise<number> {
  let code = 0;
  for await (const lines of linesOf(shell.input)) {
    const said: string[] = [];
    for (const line of lines) {
      const read = readCaseText(line);
      if (isRefusal(read)) code = 2;
      said.push(`${JSON.stringify(isRefusal(read) ? refusalOf(read) : evaluate(read))}\n`);
    }
    // What came together is answered together: a write for each line costs as much as reading it.
    shell.out(said.join(''));
  }
  return code;
}

function refusalOf({ code, path, rule }: Refusal): object {
  return { refusal: { code, path, rule } };
}

/** Lines as they arrive, those of a chunk together; the last may lack its line end, blank ones are passed over. */
export async function* linesOf(input: AsyncIterable<Uint8Array>): AsyncGenerator<readonly string[]> {
  let rest: Buffer[] = [];
  for await (const chunk of input) {
    let from = 0;
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const lines: string[] = [];
    for (;;) {
      const end = bytes.indexOf(10, from);
      if (end < 0) break;
      const line = Buffer.concat([...rest, bytes.subarray(from, end)]).toString('utf8');
      rest = [];
      if (line.trim() !== '') lines.push(line);
      from = end + 1;
    }
    if (from < bytes.length) rest.push(Buffer.from(bytes.subarray(from)));
    if (lines.length > 0) yield lines;
  }
  const last = Buffer.concat(rest).toString('utf8');
  if (last.trim() !== '') yield [last];
}

export async function readAll(input: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of input) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

interface Options {
  readonly file: string;
  readonly jsonl: boolean;
  readonly explain: boolean;
  readonly lang: Lang;
}

function readOptions(args: readonly string[]): Options | Refusal {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        jsonl: { type: 'boolean', default: false },
        explain: { type: 'boolean', default: false },
        lang: { type: 'string', default: 'zh' },
      },
    });
    const { lang } = values;
    if (lang !== 'zh' && lang !== 'en') return refuse('option-invalid', '--lang', 'zh or en');
    const [file] = positionals;
    if (positionals.length > 1 || (file === undefined) !== values.jsonl) {
      return refuse('argument-invalid', 'CASE.json', 'one case file, or --jsonl and standard input');
    }
    return { file: file ?? '-', jsonl: values.jsonl, explain: values.explain, lang };
  } catch (error) {
    return refuse('option-invalid', '', (error as Error).message);
  }
}

/** Says a refusal on the error channel, for a person; exit code 2. */
export function refused(shell: Pick<Shell, 'err'>, refusal: Refusal, usage = ''): number {
  const path = refusal.path === '' ? '' : `${refusal.path}: `;
  const line = plain(`refused: ${path}${refusal.rule} (${refusal.code})`);
  shell.err(`${line}\n${usage === '' ? '' : `${usage}\n`}`);
  return 2;
}
