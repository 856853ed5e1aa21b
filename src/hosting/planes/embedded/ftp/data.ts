import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { type SecureContext, TLSSocket } from 'node:tls';
import { peerOf, plainAddress } from './door.ts';

/** Passive ports that this server hands out; null: whichever is free. */
export interface PortRange {
  readonly from: number;
  readonly to: number;
}

/** Listens on one passive port for each caller; the ports of a range go round, so that none is reused at once. */
export interface Ports {
  /** Null: every port of the range is busy, or `peer` waits at half of them already: others go on. */
  listen(server: Server, address: string, peer: string): Promise<number | null>;
}

export function createPorts(range: PortRange | null): Ports {
  const size = range === null ? 1 : range.to - range.from + 1;
  let next = range === null ? 0 : Math.floor(Math.random() * size);
  const share = range === null ? Number.POSITIVE_INFINITY : Math.max(1, Math.floor(size / 2));
  const held = new Map<string, Set<Server>>();
  return {
    listen: async (server, address, peer) => {
      if (!takes(held, peer, server, share)) return null;
      for (let tried = 0; tried < size; tried += 1) {
        const port = range === null ? 0 : range.from + next;
        next = (next + 1) % size;
        if (await listens(server, address, port)) return portOf(server);
      }
      return null;
    },
  };
}

/** Counts `server` among those at which `peer` waits, until it is closed; false: they are `most` already. */
function takes(held: Map<string, Set<Server>>, peer: string, server: Server, most: number): boolean {
  const mine = held.get(peer) ?? new Set();
  // A server that has its connection listens no more; its 'close' comes when that connection ends.
  for (const one of mine) if (!one.listening) mine.delete(one);
  if (mine.size >= most) return false;
  held.set(peer, mine.add(server));
  server.once('close', () => {
    mine.delete(server);
    if (mine.size === 0 && held.get(peer) === mine) held.delete(peer);
  });
  return true;
}

async function listens(server: Server, address: string, port: number): Promise<boolean> {
  try {
    server.listen({ host: address, port, backlog: 4, exclusive: true });
    await once(server, 'listening');
    return true;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE') return false;
    throw new Error(`cannot listen for data on ${address}:${port}`, { cause });
  }
}

export function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** The other end does not come: long enough for a slow line, short enough not to hold a port for nothing. */
const connectMs = 30_000;
/** After our end is sent, how long the client may take to hang up. */
const lingerMs = 5_000;

/** Where the next transfer's bytes go. One per control connection; a new PASV or PORT replaces the old. */
export interface Channel {
  /** Null: no port is free. */
  passive(): Promise<number | null>;
  active(port: number): void;
  ready(): boolean;
  /** The connection, paused, under TLS when `context` is given. Throws when it does not come about. */
  open(context: SecureContext | null, stalledMs: number): Promise<Socket>;
  drop(): void;
}

/** Both ends are those of the control connection (RFC 2577: nobody else may be sent to, or be let in). */
export function createChannel(ports: Ports, localAddress: string, peerAddress: string): Channel {
  let pending: Promise<Socket> | null = null;
  let dial: (() => Promise<Socket>) | null = null;
  let release: () => void = () => undefined;

  function drop(): void {
    release();
    pending = null;
    dial = null;
    release = () => undefined;
  }

  return {
    drop,
    ready: () => pending !== null || dial !== null,
    passive: async () => {
      drop();
      const server = createServer({ pauseOnConnect: true, allowHalfOpen: true });
      const port = await ports.listen(server, localAddress, peerOf(peerAddress));
      if (port === null) return null;
      const accepted = accept(server, peerAddress);
      pending = accepted.socket;
      release = accepted.release;
      return port;
    },
    active: (port) => {
      drop();
      dial = () => call(peerAddress, port, localAddress);
    },
    open: async (context, stalledMs) => {
      const raw = await (dial === null ? pending : dial());
      if (raw === null) throw new Error('no data connection was asked for');
      const end = release;
      release = () => {
        end();
        raw.destroy();
      };
      raw.setNoDelay(true);
      const socket = context === null ? raw : await secured(raw, context);
      socket.setTimeout(stalledMs, () => socket.destroy(new Error('the data connection stalled')));
      return socket;
    },
  };
}

/** The first connection that comes from `peer`; others are hung up on and change nothing. */
function accept(server: Server, peer: string): { socket: Promise<Socket>; release: () => void } {
  let taken: Socket | null = null;
  let fail: (error: Error) => void = () => undefined;
  const timer = setTimeout(() => give(new Error('the client did not connect')), connectMs);
  const socket = new Promise<Socket>((resolve, reject) => {
    fail = reject;
    server.on('connection', (candidate) => {
      candidate.on('error', () => candidate.destroy());
      if (taken !== null || plainAddress(candidate.remoteAddress ?? '') !== peer) {
        candidate.destroy();
        return;
      }
      taken = candidate;
      clearTimeout(timer);
      server.close();
      resolve(candidate);
    });
  });
  // Nobody may be waiting yet when it fails; whoever waits later still sees the failure.
  socket.catch(() => undefined);
  server.on('error', () => give(new Error('the passive port failed')));
  function give(error: Error): void {
    clearTimeout(timer);
    server.close();
    fail(error);
  }
  return {
    socket,
    release: () => {
      give(new Error('the data connection was dropped'));
      if (taken !== null) hangUp(taken);
    },
  };
}

async function call(peer: string, port: number, localAddress: string): Promise<Socket> {
  const socket = connect({ host: peer, port, localAddress, allowHalfOpen: true });
  socket.on('error', () => socket.destroy());
  const timer = setTimeout(() => socket.destroy(new Error('connecting took too long')), connectMs);
  try {
    await once(socket, 'connect');
    socket.pause();
    return socket;
  } finally {
    clearTimeout(timer);
  }
}

/** RFC 4217 §7: the client is the TLS client whichever side connected. */
async function secured(raw: Socket, context: SecureContext): Promise<TLSSocket> {
  const socket = serverTls(raw, context);
  await handshake(socket, connectMs);
  return socket;
}

/** One context for control and data, so a client can resume the control connection's session (RFC 4217 §10.2). */
export function serverTls(raw: Socket, context: SecureContext): TLSSocket {
  return new TLSSocket(raw, { isServer: true, secureContext: context });
}

/** Resolves once the handshake is done; throws with the reason that TLS gave. */
export function handshake(socket: TLSSocket, withinMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let reason: Error = new Error('the client left during the TLS handshake');
    const timer = setTimeout(() => socket.destroy(new Error('the TLS handshake took too long')), withinMs);
    const because = (error: Error) => {
      reason = error;
    };
    // A socket that may stay half open does not close by itself when the client hangs up instead of answering.
    const gone = () => socket.destroy();
    socket.on('error', because);
    socket.once('_tlsError', because);
    socket.once('end', gone);
    socket.once('close', () => {
      clearTimeout(timer);
      reject(reason);
    });
    socket.once('secure', () => {
      clearTimeout(timer);
      socket.off('end', gone);
      resolve();
    });
  });
}

/** Ends politely what was never used, and for good a moment later. */
function hangUp(socket: Socket): void {
  if (socket.destroyed) return;
  socket.end();
  const timer = setTimeout(() => socket.destroy(), lingerMs);
  socket.once('close', () => clearTimeout(timer));
}

/** Sends all of `chunks` and our end (under TLS: close_notify first). Throws when the client does not take it. */
export async function send(
  socket: Socket,
  chunks: AsyncIterable<Buffer | string>,
  sent: (bytes: number) => void,
): Promise<void> {
  socket.resume();
  for await (const chunk of chunks) {
    if (socket.destroyed) break;
    if (!socket.write(chunk)) await drained(socket);
    sent(Buffer.byteLength(chunk));
  }
  await finish(socket);
  // Only what was handed to the kernel whole counts as sent.
  if (!socket.writableFinished) throw socket.errored ?? new Error(hungUp);
}

/** Takes everything until the client's end. `take` answers false to stop at once. Throws when the line breaks. */
export async function receive(socket: Socket, take: (chunk: Buffer) => Promise<boolean>): Promise<boolean> {
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    if (!(await take(chunk))) return false;
  }
  // The client's end has come, so all is here; how it hangs up no longer matters.
  await finish(socket);
  return true;
}

const hungUp = 'the client closed the data connection';

/** Until the client has taken what was written; rejects when it never will. Leaves nothing behind on the socket. */
function drained(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    const closed = () => {
      socket.off('drain', taken);
      reject(socket.errored ?? new Error(hungUp));
    };
    const taken = () => {
      socket.off('close', closed);
      resolve();
    };
    if (socket.destroyed) closed();
    else socket.once('drain', taken).once('close', closed);
  });
}

/** Sends our end and waits until it is with the kernel; then lets the client hang up first. */
async function finish(socket: Socket): Promise<void> {
  if (socket.destroyed) return;
  await new Promise<void>((done) => socket.end(() => done()));
  const timer = setTimeout(() => socket.destroy(), lingerMs);
  socket.once('close', () => clearTimeout(timer));
}
