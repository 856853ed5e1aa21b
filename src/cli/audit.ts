import { parseArgs } from 'node:util';
import type { ChainState } from '../db/evidence.ts';
import { isRefusal, type Refusal, refuse } from '../refusal.ts';
import { ask, folderOf, reachCentre } from './centre.ts';
import type { Shell } from './command.ts';
import { refused } from './evaluate.ts';

const usage = `usage: hostpledge audit verify [--json] [--data DIR]

Walks the whole evidence chain: every audit entry, cause and statement against its leaf, every day against its
digest. Exit code 0: it is sound; 1: it is not, and the first that does not fit is named.
The entries themselves: \`hostpledge api audit.list\`.`;

/** Years of leaves take their time. */
const timeoutMs = 3_600_000;

/** `hostpledge audit verify`, on the running centre of the folder. */
export async function auditCommand(args: readonly string[], shell: Shell): Promise<number> {
  const options = readOptions(args, shell);
  if (isRefusal(options)) return refused(shell, options, usage);
  const link = reachCentre(options.folder, timeoutMs);
  if (isRefusal(link)) return refused(shell, link);
  try {
    const said = await ask(link, 'get', '/control/evidence');
    if (isRefusal(said)) return refused(shell, said);
    const { chain, newest } = said as Told;
    if (options.json) shell.out(`${JSON.stringify({ ...chain, newest })}\n`);
    else shell.out(`${sentence(chain)}\n${newest === null ? '' : dayLine(newest)}`);
    return chain.kind === 'sound' ? 0 : 1;
  } finally {
    link.close();
  }
}

interface Told {
  readonly chain: ChainState;
  readonly newest: { readonly day: string; readonly digest: string } | null;
}

function sentence(chain: ChainState): string {
  if (chain.kind === 'broken')
    return `证据链断裂于 / the evidence chain is broken at ${chain.at}: ${chain.what}`;
  return `证据链完好 / the evidence chain is sound: ${chain.leaves} leaves, ${chain.days} days`;
}

function dayLine({ day, digest }: { readonly day: string; readonly digest: string }): string {
  return `${day}  ${digest}\n`;
}

function readOptions(args: readonly string[], shell: Shell) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { data: { type: 'string' }, json: { type: 'boolean', default: false } },
    });
    if (positionals.length !== 1 || positionals[0] !== 'verify') return badVerb;
    return { folder: folderOf(values.data, shell), json: values.json };
  } catch (error) {
    return refuse('option-invalid', '', (error as Error).message);
  }
}

const badVerb: Refusal = refuse('argument-invalid', 'VERB', '`verify`');
