import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { Found } from '../agreement/document/record.ts';
import { type Verdict, verify } from '../agreement/document/verify.ts';
import { isRefusal, type Refusal, refuse } from '../refusal.ts';
import { ask, folderOf, reachCentre } from './centre.ts';
import type { Shell } from './command.ts';
import { refused } from './evaluate.ts';

const usage = `usage: hostpledge verify FILE.pdf [--json] [--data DIR]

Says who signed an agreement and when, and whether the file is whole. Where an installation runs on DIR it also
says whether the content is the one on record, and whether both originals agree. Exit code 0: all of it holds;
1: something does not; 2: there is no such file.`;

/** No agreement of ours comes near it. */
const mostBytes = 64 * 1024 * 1024;

/** `hostpledge verify`: the file alone decides, the record only adds to it. */
export async function verifyCommand(args: readonly string[], shell: Shell): Promise<number> {
  const options = readOptions(args, shell);
  if (isRefusal(options)) return refused(shell, options, usage);
  const file = await readFile(options.file).catch((error: NodeJS.ErrnoException) => error);
  if (!Buffer.isBuffer(file)) return refused(shell, refuse('file-unreadable', options.file, file.message));
  if (file.length > mostBytes)
    return refused(shell, refuse('file-large', options.file, `a file of at most ${mostBytes} bytes`));
  const verdict = await verify(file);
  const record = await askRecord(options.data, verdict);
  if (isRefusal(record)) return refused(shell, record);
  if (options.json) shell.out(`${JSON.stringify({ ...verdict, record: record ?? null }, null, 2)}\n`);
  else shell.out(`${[...verdictLines(verdict), ...recordLines(record)].join('\n')}\n`);
  return verdict.whole && (record === undefined || holds(record)) ? 0 : 1;
}

/** Undefined: nothing runs on the folder, so there is no record to ask; null: it knows no such agreement. */
async function askRecord(folder: string, verdict: Verdict): Promise<Found | null | undefined | Refusal> {
  const link = reachCentre(folder);
  if (isRefusal(link)) return undefined;
  try {
    const { number, contentDigest, fileDigest } = verdict;
    const signatures = verdict.signatures.map(({ field, fingerprint }) => ({ field, fingerprint }));
    const body = { number, contentDigest, fileDigest, signatures };
    const answer = await ask(link, 'post', '/control/record', body);
    return isRefusal(answer) ? answer : (answer as { record: Found | null }).record;
  } finally {
    link.close();
  }
}

function holds(record: Found | null): boolean {
  return record?.sameContent === true && record.sameSigners && record.holder !== null;
}

function verdictLines(verdict: Verdict): readonly string[] {
  const head = verdict.whole
    ? 'whole: every signature is valid and nothing else was added (whether the certificates are who they say, the record tells)'
    : `NOT whole: ${verdict.faults.join('; ')}`;
  return [
    head,
    `agreement ${verdict.number ?? 'unknown'}, ${verdict.pages} pages`,
    `content digest ${verdict.contentDigest ?? 'none'}`,
    ...verdict.signatures.map((one) => {
      const when = one.signedAt === null ? 'no time' : new Date(one.signedAt).toISOString();
      const stamp =
        one.stamp === null ? '' : `, time stamp ${new Date(one.stamp.at).toISOString()} by ${one.stamp.by}`;
      const state = one.valid ? 'valid' : `NOT valid: ${one.fault}`;
      return `  ${one.field}: ${plain(one.name)}, ${when}${stamp}, certified by ${plain(one.issuer)}: ${state}`;
    }),
  ];
}

function recordLines(record: Found | null | undefined): readonly string[] {
  if (record === undefined) return ['record: no installation runs here to ask'];
  if (record === null) return ['record: this installation knows no such agreement'];
  const yes = (holds: boolean, is: string, isNot: string) => `record: ${holds ? is : isNot}`;
  const copy = record.holder === null ? '' : `the ${record.holder}’s original`;
  return [
    yes(record.sameContent, 'the content is the one on record', 'the content is NOT the one on record'),
    yes(
      record.holder !== null,
      `${copy}, as it was left ${record.latest ? 'last' : 'after an earlier signature'}`,
      'NOT one of the two originals',
    ),
    yes(record.sameSigners, 'the certificates are those on record', 'a certificate is NOT the one on record'),
    yes(record.copiesAgree, 'both originals say the same and are whole', 'the two originals do NOT agree'),
  ];
}

/** A name in a file may come from anybody: it must not steer a terminal. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd');
}

interface Options {
  readonly file: string;
  readonly json: boolean;
  readonly data: string;
}

function readOptions(args: readonly string[], shell: Shell): Options | Refusal {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { data: { type: 'string' }, json: { type: 'boolean', default: false } },
    });
    const [file] = positionals;
    if (file === undefined || file === '' || positionals.length > 1) {
      return refuse('argument-invalid', 'FILE', 'one PDF file');
    }
    return { file, json: values.json, data: folderOf(values.data, shell) };
  } catch (error) {
    return refuse('option-invalid', '', (error as Error).message);
  }
}
