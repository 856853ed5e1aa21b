import { folderVerbs } from './folder.ts';
import { identityVerbs } from './identity.ts';
import type { Command } from './line.ts';
import { listingVerbs } from './listing.ts';
import { openingVerbs } from './opening.ts';
import { closing, type Reply, reply } from './reply.ts';
import type { Session } from './session.ts';
import { settingVerbs } from './setting.ts';
import { transferVerbs } from './transfer.ts';
import type { Tree } from './tree.ts';
import type { Verb, Verbs } from './verb.ts';

/** Everything the server understands: verb → row. To add a verb, add a row to the file that it belongs to. */
const verbs: Verbs = {
  ...identityVerbs,
  ...settingVerbs,
  ...openingVerbs,
  ...folderVerbs,
  ...listingVerbs,
  ...transferVerbs,
};

export interface VerbTable {
  readonly names: readonly string[];
  run(session: Session, command: Command): Promise<Reply | null>;
}

export const verbTable: VerbTable = { names: Object.keys(verbs).sort(), run };

async function run(session: Session, command: Command): Promise<Reply | null> {
  const verb = Object.hasOwn(verbs, command.verb) ? verbs[command.verb] : undefined;
  if (command.verb !== 'RNTO') session.renaming = null;
  if (verb === undefined) {
    return session.tree === null ? reply(530, 'Log in first') : reply(500, 'Command not understood');
  }
  if (verb.who !== 'anyone' && session.tree === null) return reply(530, 'Log in first');
  const wrong = wrongArgument(verb, command.argument);
  if (wrong !== null) return wrong;
  if (verb.who === 'anyone') return verb.run(session, command.argument);
  const tree = session.tree!;
  if (!stillGood(session, tree)) return closing(421, 'This login has ended');
  if (verb.who === 'account' && tree.probe) return reply(550, 'Not permitted');
  return verb.run(session, tree, command.argument);
}

function wrongArgument(verb: Verb, argument: string): Reply | null {
  if (verb.argument === 'required' && argument === '') return reply(501, 'An argument is needed');
  if (verb.argument === 'none' && argument.trim() !== '') return reply(501, 'No argument is taken');
  return null;
}

/** A host that is closed, an account that is removed or has another password: whoever is inside must go. */
function stillGood(session: Session, tree: Tree): boolean {
  const now = session.shared.options.accounts.find(tree.account);
  if (now === null || now.state.kind !== 'serving') return false;
  const was = tree.login;
  return now.host === was.host && now.root === was.root && now.secret === was.secret && now.kind === was.kind;
}
