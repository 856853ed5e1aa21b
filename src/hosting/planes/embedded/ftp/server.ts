import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import type { LoginLine } from '../../../login.ts';
import type { Address } from '../../../plane.ts';
import { createPorts, type PortRange, portOf } from './data.ts';
import { createDoor, type Limits, peerOf, plainAddress } from './door.ts';
import { createJudge, type FtpLogin } from './login.ts';
import { closing, wire } from './reply.ts';
import { Session, type Shared } from './session.ts';
import { verbTable } from './verbs.ts';

export interface FtpOptions {
  readonly address: string;
  /** 0: any free one. */
  readonly port: number;
  /** The IPv4 address that PASV names, where it differs from the one connected to (NAT); null: that one. */
  readonly passiveAddress: string | null;
  readonly passivePorts: PortRange | null;
  /** Asked for at every handshake, so a renewed certificate needs no restart. The same object lets sessions be resumed. */
  readonly secureContext: () => SecureContext;
  readonly accounts: { find(name: string): FtpLogin | null };
  /** 32 bytes; see hosting/mark.ts. */
  readonly probeKey: Buffer;
  readonly limits: Limits;
  /** Once for each login attempt, when it is decided. */
  readonly onLogin: (line: LoginLine) => void;
  /** Mishaps of the server's own (disk, lookup); the session has been answered and goes on. */
  readonly onError: (error: unknown) => void;
  /** Epoch ms. */
  readonly now: () => number;
}

export interface FtpServer {
  readonly address: Address;
  /** Ends the sessions of a host that is closed or removed; resolves when none of them touches its files any more. */
  drop(host: string): Promise<void>;
  sessions(): number;
  /** Stops listening and ends every connection; `resume` listens again at the same port. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  close(): Promise<void>;
}

/** Listens, or throws why it cannot. */
export async function startFtp(options: FtpOptions): Promise<FtpServer> {
  const shared: Shared = {
    options,
    door: createDoor(options.limits, options.now),
    ports: createPorts(options.passivePorts),
    judge: createJudge(options.probeKey, options.now),
    verbs: verbTable,
  };
  const sessions = new Set<Session>();
  const server = createServer({ allowHalfOpen: true }, (socket) => welcome(shared, sessions, socket));
  server.listen(options.port, options.address);
  await once(server, 'listening');
  // Whatever befalls the listener, those who are inside go on.
  server.on('error', options.onError);
  const port = portOf(server);
  const pause = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    await Promise.all([...sessions].map((session) => session.shut()));
    await closed;
  };
  return {
    address: { address: options.address, port },
    drop: async (host) => {
      const inside = [...sessions].filter((session) => session.tree?.login.host === host);
      await Promise.all(inside.map((session) => session.end(closing(421, 'This login has ended'))));
    },
    sessions: () => sessions.size,
    pause,
    resume: async () => {
      if (server.listening) return;
      server.listen(port, options.address);
      await once(server, 'listening');
    },
    close: pause,
  };
}

function welcome(shared: Shared, sessions: Set<Session>, socket: Socket): void {
  const address = plainAddress(socket.remoteAddress ?? '');
  // Gone before it was looked at.
  if (address === '' || socket.localAddress === undefined) {
    socket.destroy();
    return;
  }
  if (shared.door.full()) makeRoom(sessions);
  if (!shared.door.enter(peerOf(address))) {
    turnAway(shared, socket, address);
    return;
  }
  const session = new Session(shared, socket, () => sessions.delete(session));
  sessions.add(session);
}

/**
 * Whoever holds a place and says nothing gives it to who comes: a crowd of silent ones keeps nobody out, our own
 * checks least of all. The longest silent goes first, then who began a login that is not being judged.
 */
function makeRoom(sessions: ReadonlySet<Session>): void {
  const waiting = [...sessions].filter((one) => one.tree === null && !one.judging);
  const last = waiting.find((one) => one.attempt === null) ?? waiting[0];
  last?.say(closing(421, 'Others wait for this place'));
  last?.close();
}

/** Refused at the door: told so, and a login attempt all the same. */
function turnAway(shared: Shared, socket: Socket, client: string): void {
  const answer = closing(421, 'Too many connections');
  socket.on('error', () => socket.destroy());
  socket.resume();
  socket.end(wire(answer), () => socket.destroy());
  const atMs = shared.options.now();
  const line = { atMs, host: '-', account: '', client, tls: false, tookMs: 0, probe: false } as const;
  shared.options.onLogin({ ...line, outcome: 'limited', reply: '421 Too many connections' });
}
