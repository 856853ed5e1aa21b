import { isIPv4, isIPv6 } from 'node:net';
import { plainAddress } from './door.ts';
import { type Reply, reply } from './reply.ts';
import type { Session } from './session.ts';
import type { Tree } from './tree.ts';
import { insider, type Verbs } from './verb.ts';

/** How the next transfer's data connection is opened (RFC 959, 2428), where it begins (RFC 3659 §5), and ABOR. */
export const openingVerbs: Verbs = {
  PORT: insider('required', port),
  EPRT: insider('required', extendedPort),
  PASV: insider('none', passive),
  EPSV: insider('optional', extendedPassive),
  REST: insider('required', restart),
  ABOR: insider('none', abort),
};

const epsvOnly = reply(503, 'EPSV ALL was given');
const busy = reply(425, 'No data port is free; try again');

function port(session: Session, _tree: Tree, argument: string): Reply {
  if (session.onlyEpsv) return epsvOnly;
  const shape = /^(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3})$/.exec(argument.trim());
  const numbers = shape?.slice(1).map(Number) ?? [];
  if (shape === null || numbers.some((number) => number > 255)) return reply(501, 'PORT h1,h2,h3,h4,p1,p2');
  return active(session, numbers.slice(0, 4).join('.'), numbers[4]! * 256 + numbers[5]!);
}

/** `|1|132.235.1.2|6275|`, with any delimiter (RFC 2428 §2). */
function extendedPort(session: Session, _tree: Tree, argument: string): Reply {
  if (session.onlyEpsv) return epsvOnly;
  const delimiter = argument[0]!;
  const [head, family, address = '', port = '', tail] = argument.split(delimiter);
  const shaped =
    head === '' && tail === '' && /^\d{1,5}$/.test(port) && argument.split(delimiter).length === 5;
  if (!shaped) return reply(501, 'EPRT |family|address|port|');
  if (family !== '1' && family !== '2') return reply(522, 'Network protocol not supported, use (1,2)');
  const fits = family === '1' ? isIPv4(address) : isIPv6(address);
  return fits ? active(session, address, Number(port)) : reply(501, 'That is no address of this family');
}

/** RFC 2577 §3: nobody but the client itself is called, and none of the ports where services live. */
function active(session: Session, address: string, port: number): Reply {
  if (!sameAddress(address, session.address)) return reply(500, 'Only to your own address');
  if (port < 1024 || port > 65_535) return reply(500, 'Only to ports from 1024 to 65535');
  session.channel.active(port);
  return reply(200, 'Port taken');
}

/** An IPv6 address may be written in many ways; URL writes each in one. */
function sameAddress(a: string, b: string): boolean {
  const [one, other] = [plainAddress(a), plainAddress(b)];
  if (isIPv6(one) && isIPv6(other))
    return new URL(`ftp://[${one}]`).hostname === new URL(`ftp://[${other}]`).hostname;
  return one === other;
}

async function passive(session: Session): Promise<Reply> {
  if (session.onlyEpsv) return epsvOnly;
  const address = session.shared.options.passiveAddress ?? session.localAddress;
  if (!isIPv4(address)) return reply(522, 'Use EPSV here');
  const port = await session.channel.passive();
  if (port === null) return busy;
  const numbers = [...address.split('.'), port >> 8, port & 255].join(',');
  return reply(227, `Entering Passive Mode (${numbers}).`);
}

async function extendedPassive(session: Session, _tree: Tree, argument: string): Promise<Reply> {
  const wanted = argument.trim().toUpperCase();
  if (wanted === 'ALL') {
    session.onlyEpsv = true;
    return reply(200, 'EPSV only');
  }
  const family = isIPv6(session.localAddress) ? '2' : '1';
  if (wanted !== '' && wanted !== family)
    return reply(522, `Network protocol not supported, use (${family})`);
  const port = await session.channel.passive();
  return port === null ? busy : reply(229, `Entering Extended Passive Mode (|||${port}|)`);
}

function restart(session: Session, _tree: Tree, argument: string): Reply {
  if (!/^\d{1,15}$/.test(argument.trim())) return reply(501, 'A number of bytes is needed');
  session.restart = Number(argument);
  return reply(350, `Restarting at ${session.restart}`);
}

/** By the time this runs the transfer, if there was one, has been ended and answered with 426 (session.ts). */
function abort(session: Session): Reply {
  session.channel.drop();
  return reply(226, 'Nothing is being transferred');
}
