import { connect, isIP, type Socket, SocketAddress, type TcpNetConnectOpts } from 'node:net';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import { probeHeader, probeMark } from '../../hosting/mark.ts';
import type { ProbeWorld, WebTarget } from '../probe.ts';
import type { CertificateFacts, Reading } from '../reading.ts';
import { Attempt, connectionCodes, Ended, failureIn, giveBuffer, peerOf, takeBuffer } from './attempt.ts';
import { type Head, HeadReader, headLimit } from './head.ts';
import { anyName, contextFor, examine, learnGroup, tlsCodes, unadorned } from './trust.ts';

/** Every code of a web reading. */
export const webCodes = [
  'ok', // 2xx, 401, or 3xx that leads nowhere that is ours (SEMANTICS §3)
  ...connectionCodes,
  'not-ours', // the name resolves to an address that is not ours
  ...tlsCodes,
  'not-http', // what came is not an HTTP/1 response
  'head-too-large', // no end of the head within 64 kB
  'http-status', // any other status
  'redirect-loop', // more than five redirects within the host's own names
] as const;
export type WebCode = (typeof webCodes)[number];

/** Where one request goes. `path` is ASCII without spaces, beginning with `/`. */
interface Place {
  readonly scheme: 'http' | 'https';
  /** Lower case, without brackets or trailing dot. */
  readonly name: string;
  readonly port: number;
  readonly path: string;
}

/** What the attempt has come to know, kept for the reading even when it ends badly. */
interface Trace {
  status: number | null;
  certificate: CertificateFacts | null;
  readonly redirects: string[];
}

const redirectsMax = 5;
const check = 'web';

/**
 * Asks for the target's page as a visitor would and reads the response's head, no more: one attempt, one
 * deadline over everything. Phases: `resolve`, `connect`, `tls`, `head` (request written to head complete),
 * each the sum over the redirects that were followed. Rejects only for our own trouble (no descriptors, the process stood still).
 */
export async function probeWeb(target: WebTarget, world: ProbeWorld): Promise<Reading> {
  // Made at most once for all: its 10 ms are not the target's.
  if (target.scheme === 'https') contextFor(target.authorities, target.id);
  const attempt = new Attempt(world, target.deadlineMs);
  const trace: Trace = { status: null, certificate: null, redirects: [] };
  try {
    const line = await visit(attempt, target, trace, world);
    return attempt.end({ check, target: target.id, result: 'pass', code: 'ok', detail: line }, trace);
  } catch (error) {
    if (!(error instanceof Ended)) throw error;
    const { code, message } = error;
    return attempt.end({ check, target: target.id, result: 'fail', code, detail: message }, trace);
  } finally {
    attempt.close();
  }
}

/** The status line of the answer that passes; throws `Ended` for every other end. */
async function visit(attempt: Attempt, target: WebTarget, trace: Trace, world: ProbeWorld): Promise<string> {
  let place = firstPlace(target);
  let address = await ourAddress(attempt, target, place.name);
  for (;;) {
    const request = requestFor(target, place, attempt.at, world);
    const head = await ask(attempt, target, trace, place, address, request);
    trace.status = head.status;
    const next = judged(head, place, target);
    if (next === null) return head.line;
    if (trace.redirects.length === redirectsMax) {
      throw new Ended('redirect-loop', `more than ${redirectsMax} redirects, the last to ${urlOf(next)}`);
    }
    trace.redirects.push(urlOf(next).slice(0, 2_000));
    if (next.name !== place.name) address = await ourAddress(attempt, target, next.name);
    place = next;
  }
}

/** Null: the answer passes. A place: it leads on within the host's own names. Throws `Ended` for any other status. */
function judged(head: Head, place: Place, target: WebTarget): Place | null {
  const { status } = head;
  if ((status >= 200 && status < 300) || status === 401) return null;
  if (status < 300 || status >= 400) throw new Ended('http-status', head.line);
  if (head.location === null) return null;
  const url = URL.parse(head.location, urlOf(place));
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return null;
  const next = placeOf(url);
  return next.name === bare(target.name) || target.names.some((name) => bare(name) === next.name)
    ? next
    : null;
}

async function ourAddress(attempt: Attempt, target: WebTarget, name: string): Promise<string> {
  const address = await attempt.address(name);
  if (target.addresses.length === 0) return address;
  const canonical = canonicalAddress(address);
  if (target.addresses.some((ours) => canonicalAddress(ours) === canonical)) return address;
  throw new Ended('not-ours', `${name} resolves to ${address}, which is not ours`);
}

/** Connects, writes one request, reads one head. The connection is ended with it: the body is not fetched. */
function ask(
  attempt: Attempt,
  target: WebTarget,
  trace: Trace,
  place: Place,
  address: string,
  request: string,
): Promise<Head> {
  attempt.peer = peerOf(address, place.port);
  attempt.enter('connect');
  return attempt.wait<Head>((resolve, reject) => {
    const reader = new HeadReader();
    let answered = false;
    const take = (size: number, bytes: Buffer): boolean => {
      const head = reader.take(bytes, size);
      if (head === null) return true;
      answered = true;
      socket.destroy();
      if (typeof head === 'object') resolve(head);
      else reject(new Ended(head, faultWording(head, bytes, size)));
      return false;
    };
    const ready = (): void => {
      attempt.enter('head');
      socket.write(request, 'latin1');
    };
    const secured = (peer: TLSSocket): void => {
      const { certificate, fault } = examine(peer, target.id, place.name);
      trace.certificate = certificate;
      if (fault === null) {
        learnGroup(peer, target.id);
        ready();
      } else reject(new Ended(fault.code, fault.detail));
    };
    const left = (): void => {
      if (!answered) reject(ending(attempt.phase, reader.size));
    };
    const socket =
      place.scheme === 'http'
        ? openPlain(address, place.port, take, ready)
        : openTls(address, place, target, take, () => attempt.enter('tls'), secured);
    attempt.own(socket);
    socket.on('error', (error) => reject(failureIn(attempt.phase, error)));
    socket.once('end', left);
    socket.once('close', left);
  });
}

type Take = (size: number, bytes: Buffer) => boolean;

function openPlain(address: string, port: number, take: Take, connected: () => void): Socket {
  const buffer = takeBuffer();
  const onread = { buffer, callback: (size: number) => take(size, buffer) };
  const socket = connect({ host: address, port, autoSelectFamily: false, onread });
  socket.once('connect', connected);
  socket.once('close', () => giveBuffer(buffer));
  return socket;
}

function openTls(
  address: string,
  place: Place,
  target: WebTarget,
  take: Take,
  connected: () => void,
  secured: (socket: TLSSocket) => void,
): TLSSocket {
  const options: ConnectionOptions & Pick<TcpNetConnectOpts, 'autoSelectFamily'> = {
    host: address,
    port: place.port,
    secureContext: contextFor(target.authorities, target.id),
    rejectUnauthorized: false,
    checkServerIdentity: anyName,
    autoSelectFamily: false,
  };
  // A literal address is never sent as a server name (RFC 6066 §3).
  if (isIP(place.name) === 0) options.servername = place.name;
  const socket = unadorned(connectTls(options));
  socket.once('connect', connected);
  socket.once('secureConnect', () => secured(socket));
  socket.on('data', (bytes: Buffer) => take(bytes.length, bytes));
  return socket;
}

function ending(phase: string, size: number): Ended {
  if (phase === 'tls') return new Ended('tls-handshake', 'the connection was closed during the handshake');
  return new Ended('closed', `the connection was closed after ${size} bytes, before the head was complete`);
}

function faultWording(fault: 'not-http' | 'head-too-large', bytes: Buffer, size: number): string {
  if (fault === 'head-too-large') return `no end of the response head within ${headLimit} bytes`;
  return `not an HTTP/1 response: ${JSON.stringify(bytes.toString('latin1', 0, Math.min(size, 60)))}`;
}

function requestFor(target: WebTarget, place: Place, atMs: number, world: ProbeWorld): string {
  const mark =
    target.key === null
      ? ''
      : `${probeHeader}: ${probeMark(target.key, place.name, atMs, world.nonce())}\r\n`;
  return `GET ${place.path} HTTP/1.1\r\nHost: ${authorityOf(place)}\r\nUser-Agent: Hostpledge-Check/1\r\nAccept: */*\r\n${mark}Connection: close\r\n\r\n`;
}

const plainName = /^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/;
const plainPath = /^\/[\x21\x22\x24-\x7e]*$/;

/** Nearly every target is plain already; any other is normalised as a browser would, so that nothing can be smuggled into the request. */
function firstPlace(target: WebTarget): Place {
  const { scheme, name, port, path } = target;
  if (plainName.test(name) && plainPath.test(path)) return { scheme, name, port, path };
  const host = isIP(bare(name)) === 6 ? `[${bare(name)}]` : name;
  const base = new URL(`${scheme}://${host}:${port}/`);
  return placeOf(new URL(`${base.origin}${path.startsWith('/') ? '' : '/'}${path}`));
}

function placeOf(url: URL): Place {
  const scheme = url.protocol === 'https:' ? 'https' : 'http';
  const port = url.port === '' ? defaultPort(scheme) : Number(url.port);
  return { scheme, name: bare(url.hostname), port, path: url.pathname + url.search };
}

function urlOf(place: Place): string {
  return `${place.scheme}://${authorityOf(place)}${place.path}`;
}

function authorityOf({ scheme, name, port }: Place): string {
  const host = name.includes(':') ? `[${name}]` : name;
  return port === defaultPort(scheme) ? host : `${host}:${port}`;
}

function defaultPort(scheme: 'http' | 'https'): number {
  return scheme === 'https' ? 443 : 80;
}

function bare(name: string): string {
  const lower = name.toLowerCase();
  if (lower.startsWith('[')) return lower.slice(1, -1);
  return lower.endsWith('.') ? lower.slice(0, -1) : lower;
}

/** IPv6 has many spellings of one address. */
function canonicalAddress(address: string): string {
  if (isIP(address) !== 6) return address;
  return new SocketAddress({ address, family: 'ipv6' }).address;
}
