import { caseCommand } from './case.ts';
import { drillCommand } from './drill.ts';
import { evaluateCommand } from './evaluate.ts';
import { inviteCommand, setupCommand } from './link.ts';
import { logCommand } from './log.ts';
import { probeCommand } from './probe.ts';

/** What a command may use of its surroundings; everything it prints goes through here. */
export interface Shell {
  out(text: string): void;
  err(text: string): void;
  readonly input: AsyncIterable<Uint8Array>;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Runs with the arguments after its own name; resolves to the exit code: 0 done, 1 "no", 2 refused input. */
export type Command = (args: readonly string[], shell: Shell) => Promise<number>;

/** Every command by its name. To add one: a file beside this and a row here (docs/how-to/add-a-command.md). */
export const commands: Readonly<Record<string, { readonly run: Command; readonly summary: string }>> = {
  api: {
    run: async (args, shell) => (await import('./api.ts')).apiCommand(args, shell),
    summary: 'ask the API with a key: whatever the console can do',
  },
  audit: {
    run: async (args, shell) => (await import('./audit.ts')).auditCommand(args, shell),
    summary: 'verify the evidence chain, leaf by leaf',
  },
  backup: {
    run: async (args, shell) => (await import('./backup.ts')).backupCommand(args, shell),
    summary: 'write everything that is kept to an empty folder, while it runs',
  },
  case: { run: caseCommand, summary: 'export the case file of a month' },
  document: {
    run: async (args, shell) => (await import('./sign.ts')).documentCommand(args, shell),
    summary: 'write the two originals of an agreement',
  },
  drill: { run: drillCommand, summary: 'break the running embedded plane for a while' },
  evaluate: { run: evaluateCommand, summary: 'judge a case file: print its settlement' },
  invite: { run: inviteCommand, summary: 'let somebody in: print the link of an invitation' },
  log: { run: (args, shell) => logCommand(args, shell.out, shell.err), summary: 'sum an access log' },
  probe: { run: (args, shell) => probeCommand(args, shell.out, shell.err), summary: 'make one check' },
  restore: {
    run: async (args, shell) => (await import('./restore.ts')).restoreCommand(args, shell),
    summary: 'make an installation of a backup',
  },
  sign: {
    run: async (args, shell) => (await import('./sign.ts')).signCommand(args, shell),
    summary: 'sign and seal both originals for a party',
  },
  verify: {
    run: async (args, shell) => (await import('./verify.ts')).verifyCommand(args, shell),
    summary: 'say who signed a PDF and whether it is whole',
  },
  'setup-link': { run: setupCommand, summary: 'print another link of the first set-up' },
};
