import { parseArgs } from 'node:util';
import { isRefusal, type Refusal, refuse } from '../refusal.ts';
import { askCentre, folderOf } from './centre.ts';
import type { Shell } from './command.ts';
import { refused } from './evaluate.ts';

const inviteUsage = `usage: hostpledge invite EMAIL --role owner|sales|support|operator|finance|customer
         [--name NAME] [--customer ID] [--lang zh|en] [--data DIR]

Prints the link with which that person chooses a password; it is mailed too once there is a mail relay.`;

/** `hostpledge invite`: how the owner of the data folder lets somebody in, with or without a mail relay. */
export async function inviteCommand(args: readonly string[], shell: Shell): Promise<number> {
  const options = readInvitation(args, shell);
  if (isRefusal(options)) return refused(shell, options, inviteUsage);
  return printLink(options.folder, '/control/invite', options.body, shell);
}

/** `hostpledge setup-link`: another link of the set-up; the one before is dead. */
export async function setupCommand(args: readonly string[], shell: Shell): Promise<number> {
  try {
    const { values } = parseArgs({ args: [...args], options: { data: { type: 'string' } } });
    return await printLink(folderOf(values.data, shell), '/control/setup-link', {}, shell);
  } catch (error) {
    return refused(shell, refuse('option-invalid', '', (error as Error).message));
  }
}

async function printLink(folder: string, path: string, body: object, shell: Shell): Promise<number> {
  const said = await askCentre(folder, 'post', path, body);
  if (isRefusal(said)) return refused(shell, said);
  shell.out(`${(said as { link: string }).link}\n`);
  return 0;
}

function readInvitation(args: readonly string[], shell: Shell): { folder: string; body: object } | Refusal {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        role: { type: 'string' },
        name: { type: 'string' },
        customer: { type: 'string' },
        lang: { type: 'string', default: 'zh' },
        data: { type: 'string' },
      },
    });
    const [email, ...more] = positionals;
    if (email === undefined || more.length > 0)
      return refuse('argument-invalid', 'EMAIL', 'one mail address');
    const { role, customer = null, lang, name = email.split('@')[0] } = values;
    if (role === undefined) return refuse('option-invalid', '--role', 'what that person may do here');
    return { folder: folderOf(values.data, shell), body: { email, name, role, customer, lang } };
  } catch (error) {
    return refuse('option-invalid', '', (error as Error).message);
  }
}
