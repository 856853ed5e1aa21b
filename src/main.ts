import { commands, type Shell } from './cli/command.ts';
import { roleNames } from './roles/talk.ts';

/**
 * The composition root: which words start what. Adapters are picked in roles/, which is read only by those who
 * run it: a command that judges a file needs neither database nor servers.
 */

const shell: Shell = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  input: process.stdin,
  env: process.env,
};

async function main(args: readonly string[]): Promise<number | null> {
  const [word = 'help', ...rest] = args;
  const role = roleNames.find((name) => word === 'role' && name === rest[0]);
  if (role !== undefined) return (await import('./roles/live.ts')).liveAs(role);
  if (word === 'serve' || word === 'start') {
    return (await import('./roles/command.ts')).startCommand(word === 'start', rest, shell);
  }
  const command = Object.hasOwn(commands, word) ? commands[word] : undefined;
  if (command !== undefined) return command.run(rest, shell);
  const isHelp = ['help', '--help', '-h'].includes(word);
  (isHelp ? shell.out : shell.err)(usage(isHelp ? null : word));
  return isHelp ? 0 : 2;
}

function usage(unknown: string | null): string {
  const rows = Object.entries({
    start: { summary: 'run everything, with sample data in an empty folder' },
    serve: { summary: 'run everything' },
    ...commands,
  }).map(([name, { summary }]) => `  ${name.padEnd(12)}${summary}`);
  const head = unknown === null ? 'hostpledge COMMAND' : `hostpledge: there is no command "${unknown}"`;
  return `${head}\n\n${rows.join('\n')}\n`;
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever read our output has gone (`| head`): there is nothing left to say.
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

try {
  const code = await main(process.argv.slice(2));
  if (code !== null) process.exitCode = code;
} catch (error) {
  shell.err(`hostpledge: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
