import { parseArgs } from 'node:util';
import { isRefusal, refuse } from '../refusal.ts';
import { askCentre, folderOf } from './centre.ts';
import type { Shell } from './command.ts';
import { refused } from './evaluate.ts';

const usage = `usage: hostpledge case AGREEMENT MONTH [--as-of now|INSTANT] [--data DIR]

Prints the case file of a month: of its statement once it was judged, else as it stands. \`evaluate\` judges it.`;

/** `hostpledge case`: the exported case file, byte for byte what was digested and judged. */
export async function caseCommand(args: readonly string[], shell: Shell): Promise<number> {
  let parsed: { values: { data?: string; 'as-of'?: string }; positionals: string[] };
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { data: { type: 'string' }, 'as-of': { type: 'string' } },
    });
  } catch (error) {
    return refused(shell, refuse('option-invalid', '', (error as Error).message), usage);
  }
  const [agreement, month, ...more] = parsed.positionals;
  if (agreement === undefined || month === undefined || more.length > 0) {
    return refused(shell, refuse('argument-invalid', 'AGREEMENT MONTH', 'an agreement and a month'), usage);
  }
  const query = new URLSearchParams({ agreement, month });
  const asOf = parsed.values['as-of'];
  if (asOf !== undefined) query.set('asOf', asOf);
  const answer = await askCentre(folderOf(parsed.values.data, shell), 'get', `/control/case?${query}`);
  if (isRefusal(answer)) return refused(shell, answer);
  // Not even a line end is added: the bytes are those that were digested.
  shell.out((answer as { text: string }).text);
  return 0;
}
