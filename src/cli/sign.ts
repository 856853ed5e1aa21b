import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isRefusal, type Refusal, refuse } from '../refusal.ts';
import { askCentre, folderOf } from './centre.ts';
import type { Shell } from './command.ts';
import { refused } from './evaluate.ts';

const documentUsage = `usage: hostpledge document AGREEMENT [--lang zh|en] [--to DIR] [--data DIR]

Prints the two originals of an agreement, or gives those that stand, and writes them to DIR (here).`;

interface Printed {
  readonly number: string;
  readonly revision: number;
  readonly lang: string;
  readonly digest: string;
  readonly copies: readonly { readonly holder: string; readonly base64: string }[];
}

/** `hostpledge document`: both originals as files. */
export async function documentCommand(args: readonly string[], shell: Shell): Promise<number> {
  const parsed = optionsOf(args, {
    lang: { type: 'string' },
    to: { type: 'string' },
    data: { type: 'string' },
  });
  if (isRefusal(parsed)) return refused(shell, parsed, documentUsage);
  const { values, positionals } = parsed;
  const [number, ...more] = positionals;
  const lang = values['lang'] ?? null;
  if (number === undefined || more.length > 0 || (lang !== null && lang !== 'zh' && lang !== 'en')) {
    return refused(shell, refuse('argument-invalid', 'AGREEMENT', 'an agreement; zh or en'), documentUsage);
  }
  const body = { number, lang };
  const made = await askCentre(folderOf(values['data'], shell), 'post', '/control/document', body);
  if (isRefusal(made)) return refused(shell, made);
  const { copies, revision, digest } = made as Printed;
  const into = values['to'] ?? '.';
  await mkdir(into, { recursive: true });
  for (const { holder, base64 } of copies) {
    const path = join(into, `${number}-${holder}.pdf`);
    await writeFile(path, Buffer.from(base64, 'base64'));
    shell.out(`${path}\n`);
  }
  shell.out(`${number} revision ${revision}, content digest ${digest}\n`);
  return 0;
}

const signUsage = `usage: hostpledge sign AGREEMENT provider|customer [--p12 FILE] [--passphrase-file FILE] [--data DIR]

Signs and seals both originals for a party. A customer's key is kept under the passphrase in the file; the first
time one is made, or taken from the P12.`;

/** `hostpledge sign`: for whoever owns the data folder. */
export async function signCommand(args: readonly string[], shell: Shell): Promise<number> {
  const text = { type: 'string' } as const;
  const parsed = optionsOf(args, { p12: text, 'passphrase-file': text, data: text });
  if (isRefusal(parsed)) return refused(shell, parsed, signUsage);
  const { values, positionals } = parsed;
  const [number, party, ...more] = positionals;
  if (number === undefined || (party !== 'provider' && party !== 'customer') || more.length > 0) {
    return refused(shell, refuse('argument-invalid', 'AGREEMENT', 'an agreement and a party'), signUsage);
  }
  const p12 = await contentOf(values['p12']);
  const phrase = await contentOf(values['passphrase-file']);
  if (isRefusal(p12)) return refused(shell, p12);
  if (isRefusal(phrase)) return refused(shell, phrase);
  const passphrase = phrase?.toString('utf8').replace(/\r?\n$/, '') ?? null;
  const body = { number, party, passphrase, p12: p12?.toString('base64') ?? null };
  const made = await askCentre(folderOf(values['data'], shell), 'post', '/control/sign', body);
  if (isRefusal(made)) return refused(shell, made);
  for (const { holder, act, subject, level } of (made as Done).acts) {
    shell.out(`${number}: ${act} the ${holder}'s original as ${subject} (${level})\n`);
  }
  return 0;
}

interface Done {
  readonly acts: readonly {
    readonly holder: string;
    readonly act: string;
    readonly subject: string;
    readonly level: string;
  }[];
}

async function contentOf(path: string | undefined): Promise<Buffer | null | Refusal> {
  if (path === undefined) return null;
  return readFile(path).catch((error: Error) => refuse('file-unreadable', path, error.message));
}

type Flags = Readonly<Record<string, { readonly type: 'string' }>>;
interface Parsed {
  readonly values: Readonly<Record<string, string | undefined>>;
  readonly positionals: readonly string[];
}

function optionsOf(args: readonly string[], options: Flags): Parsed | Refusal {
  try {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
    return { values: { ...values }, positionals };
  } catch (error) {
    return refuse('option-invalid', '', (error as Error).message);
  }
}
