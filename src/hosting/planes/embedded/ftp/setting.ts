import { type Fact, factNames } from './list.ts';
import { type Reply, reply } from './reply.ts';
import type { Session } from './session.ts';
import type { Tree } from './tree.ts';
import { anyone, insider, type Verbs } from './verb.ts';

export const settingVerbs: Verbs = {
  SYST: anyone('none', () => reply(215, 'UNIX Type: L8')),
  FEAT: anyone('none', features),
  OPTS: anyone('required', options),
  HELP: anyone('optional', help),
  NOOP: anyone('optional', () => reply(200, 'Still here')),
  CLNT: anyone('optional', () => reply(200, 'Noted')),
  ALLO: insider('required', allocate),
  TYPE: insider('required', type),
  MODE: insider('required', (_session, _tree, mode) => only(mode, 'S', 'Stream')),
  STRU: insider('required', (_session, _tree, structure) => only(structure, 'F', 'File')),
  SITE: insider('required', (_session, _tree, command) => site(command)),
};

/** RFC 2389 §3.2, RFC 3659 §7.8: facts that are on carry an asterisk. */
function features(session: Session): Reply {
  const facts = factNames.map((fact) => `${fact}${session.facts.includes(fact) ? '*' : ''};`).join('');
  return reply(
    211,
    'Extensions:',
    'AUTH TLS',
    'EPRT',
    'EPSV',
    'MDTM',
    'MFMT',
    `MLST ${facts}`,
    'PBSZ',
    'PROT',
    'REST STREAM',
    'SIZE',
    'TVFS',
    'UTF8',
    'End',
  );
}

function options(session: Session, argument: string): Reply {
  const [name = '', value = ''] = argument.split(/ +/, 2);
  if (/^UTF-?8$/i.test(name)) {
    return /^(ON)?$/i.test(value) ? reply(200, 'Names are UTF-8') : reply(504, 'Names are always UTF-8');
  }
  if (/^MLST$/i.test(name)) {
    const wanted = value.toLowerCase().split(';');
    session.facts = factNames.filter((fact: Fact) => wanted.includes(fact));
    const chosen = session.facts.map((fact) => `${fact};`).join('');
    return reply(200, chosen === '' ? 'MLST OPTS' : `MLST OPTS ${chosen}`);
  }
  return reply(501, 'No such option');
}

function help(session: Session): Reply {
  const names = [...session.shared.verbs.names];
  const rows: string[] = [];
  while (names.length > 0) rows.push(names.splice(0, 10).join(' '));
  return reply(214, 'Commands:', ...rows, 'End');
}

/**
 * Both types transfer the bytes as they are (image). Every client of today lists in A and transfers in I; converting
 * line ends in A damages files and makes SIZE and REST wrong (RFC 3659 §4 shows how), so nothing is converted.
 */
function type(session: Session, _tree: unknown, argument: string): Reply {
  const wanted = argument.trim().toUpperCase();
  if (wanted === 'A' || wanted === 'A N') session.ascii = true;
  else if (wanted === 'I' || wanted === 'L 8') session.ascii = false;
  else return reply(504, 'TYPE A or I');
  return reply(200, session.ascii ? 'Type A: bytes are sent as they are' : 'Type I');
}

function only(given: string, taken: string, name: string): Reply {
  return given.trim().toUpperCase() === taken ? reply(200, name) : reply(504, `Only ${taken}`);
}

/** RFC 959 ALLO: what does not fit is refused before it is sent. */
function allocate(_session: Session, tree: Tree, size: string): Reply {
  const bytes = /^(\d{1,15})(?: R \d+)?$/i.exec(size.trim());
  if (bytes === null) return reply(501, 'A number of bytes is needed');
  const left = tree.space.limitBytes() - tree.space.usage().bytes;
  return Number(bytes[1]) > left
    ? reply(552, `Only ${Math.max(0, left)} bytes are left`)
    : reply(200, 'There is room');
}

/** CHMOD is taken and changes nothing: clients send it after every upload, and the plane decides who may read. */
function site(command: string): Reply {
  const verb = command.trim().split(/ +/)[0]!.toUpperCase();
  if (verb === 'HELP') return reply(214, 'SITE commands:', 'HELP CHMOD', 'End');
  if (verb === 'CHMOD') return reply(202, 'Permissions are kept by the server');
  return reply(504, 'No such SITE command');
}
