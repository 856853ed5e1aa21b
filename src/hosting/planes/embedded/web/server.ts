import { constants } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createServer as createSecureServer, type SecureContext } from 'node:tls';
import type { Address } from '../../../plane.ts';
import { peerOf, plainAddress } from '../ftp/door.ts';
import type { KeyPair } from './certificate.ts';
import { Connection, type Stage } from './connection.ts';
import { statusPage } from './page.ts';
import { route } from './route.ts';
import type { Sites } from './site.ts';
import type { Visit } from './visit.ts';
import type { WebWorld } from './world.ts';

export interface WebOptions {
  readonly address: string;
  /** 0: any free one. */
  readonly httpPort: number;
  readonly httpsPort: number | null;
  readonly sites: Sites;
  readonly world: WebWorld;
  /** For names without a certificate of their own. */
  readonly own: KeyPair;
  readonly ownContext: SecureContext;
  /** One whole line per request, at its end. */
  readonly onLine: (line: string) => void;
  /** Epoch ms. */
  readonly now: () => number;
}

export interface WebServer {
  readonly http: Address;
  readonly https: Address | null;
  /** Stops listening and ends every connection; `resume` listens again at the same ports. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Every request waits this long before it is answered, within its measured time; 0: none does. */
  stall(ms: number): void;
  close(): Promise<void>;
}

/** How often connections are looked at for what takes too long. */
const checkMs = 500;
/** How long a client may keep us waiting although others find no place. */
const patienceMs = 250;

/** Listens, or throws why it cannot. */
export async function startWeb(options: WebOptions): Promise<WebServer> {
  const web = new Web(options);
  const settings = { allowHalfOpen: true, noDelay: true };
  const http = createServer(settings, (socket) => web.take(socket, 'http'));
  const https =
    options.httpsPort === null
      ? null
      : createSecureServer({ ...settings, ...secure(options) }, (socket) => web.take(socket, 'https'));
  const servers: Server[] = https === null ? [http] : [http, https];
  web.guard(http, false);
  if (https !== null) web.guard(https, true);
  try {
    await listen(http, options.httpPort, options.address);
    if (https !== null) await listen(https, options.httpsPort ?? 0, options.address);
  } catch (cause) {
    await Promise.all(servers.map((server) => shut(server)));
    throw new Error(`cannot listen on ${options.address}`, { cause });
  }
  const ports = servers.map(portOf);
  const sweep = setInterval(() => web.check(), checkMs);
  return {
    http: { address: options.address, port: ports[0]! },
    https: https === null ? null : { address: options.address, port: ports[1]! },
    pause: async () => {
      const gone = servers.map(shut);
      web.cut();
      await Promise.all(gone);
    },
    resume: async () => {
      for (const [i, server] of servers.entries()) {
        if (!server.listening) await listen(server, ports[i]!, options.address);
      }
    },
    stall: (ms) => {
      web.stallMs = ms;
    },
    close: async () => {
      const gone = Promise.all(servers.map(shut));
      web.retire();
      await Promise.race([gone, delay(options.world.limits.graceMs, undefined, { ref: false })]);
      clearInterval(sweep);
      web.cut();
      await gone;
    },
  };
}

/** The connections of both ports. */
class Web {
  readonly #options: WebOptions;
  readonly #stage: Stage;
  /** Everything that is open, also before its handshake is done. */
  readonly #sockets = new Set<Socket>();
  readonly #connections = new Set<Connection>();
  /** Connections by address. */
  readonly #crowd = new Map<string, number>();
  /** Handshakes under way by the client's address and port, the oldest first. */
  readonly #shaking = new Map<string, { readonly socket: Socket; readonly sinceMs: number }>();
  /** What a drill makes each request wait, ms. */
  stallMs = 0;

  constructor(options: WebOptions) {
    const { world, now, onLine } = options;
    this.#options = options;
    this.#stage = {
      limits: world.limits,
      tick: world.tick,
      now,
      onLine,
      begin: (visit) => this.#begin(visit),
    };
  }

  guard(server: Server, shakes: boolean): void {
    server.on('connection', (socket: Socket) => this.#admit(socket, shakes));
  }

  take(socket: Socket, scheme: Connection['scheme']): void {
    this.#shaking.delete(endOf(socket));
    if (socket.destroyed) return;
    const client = plainAddress(socket.remoteAddress ?? '');
    const connection = new Connection(socket, client, scheme, this.#stage);
    this.#connections.add(connection);
    socket.once('close', () => this.#connections.delete(connection));
  }

  check(): void {
    const now = this.#options.world.tick();
    for (const connection of this.#connections) connection.check(now);
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  retire(): void {
    for (const connection of this.#connections) connection.retire();
  }

  /**
   * Over its share of connections, an address gets no further one; those it has go on. When all places are taken,
   * the client that keeps us waiting longest gives its place to the one that comes.
   */
  #admit(socket: Socket, shakes: boolean): void {
    const end = endOf(socket);
    if (shakes) this.#shaking.set(end, { socket, sinceMs: this.#stage.tick() });
    const peer = peerOf(plainAddress(socket.remoteAddress ?? ''));
    const count = (this.#crowd.get(peer) ?? 0) + 1;
    this.#crowd.set(peer, count);
    this.#sockets.add(socket);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      if (this.#shaking.get(end)?.socket === socket) this.#shaking.delete(end);
      const rest = (this.#crowd.get(peer) ?? 1) - 1;
      if (rest <= 0) this.#crowd.delete(peer);
      else this.#crowd.set(peer, rest);
    });
    const { perAddress, total } = this.#options.world.limits;
    const isFull = count > perAddress || (this.#sockets.size > total && !this.#makeRoom());
    if (isFull) socket.destroy();
  }

  /** False: nobody keeps us waiting, all are being served. */
  #makeRoom(): boolean {
    let longest = this.#stage.tick() - patienceMs;
    let slowest: Socket | null = null;
    for (const { socket, sinceMs } of this.#shaking.values()) {
      if (sinceMs >= longest) break;
      [longest, slowest] = [sinceMs, socket];
    }
    for (const connection of this.#connections) {
      const since = connection.awaitedMs;
      if (since === null || since >= longest) continue;
      [longest, slowest] = [since, connection.socket];
    }
    slowest?.destroy();
    return slowest !== null;
  }

  #begin(visit: Visit): void {
    const { world, sites } = this.#options;
    try {
      const work = this.stallMs > 0 ? this.#later(visit) : route(world, sites, visit);
      if (work !== undefined) work.catch((error: unknown) => this.#failed(visit, error));
    } catch (error) {
      this.#failed(visit, error);
    }
  }

  async #later(visit: Visit): Promise<void> {
    await delay(this.stallMs);
    if (!visit.left) await route(this.#options.world, this.#options.sites, visit);
  }

  /** A mishap of our own: told to the operator, and to the client as 500. */
  #failed(visit: Visit, error: unknown): void {
    this.#options.world.onError(error);
    if (!visit.left) visit.answer(500, statusPage(500));
  }
}

/** The client's end of a connection, alike before and after its handshake. */
function endOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

/** One name, one map look-up, one secure context kept with the host; a client that names nobody gets our own pair. */
function secure({ sites, own, ownContext }: WebOptions) {
  return {
    key: own.key,
    cert: own.cert,
    minVersion: 'TLSv1.2' as const,
    // A second handshake costs us ten times what it costs the client, and nobody needs it (RFC 9325 §3.5).
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
    handshakeTimeout: 10_000,
    ALPNProtocols: ['http/1.1'],
    SNICallback: (name: string, done: (error: Error | null, context?: SecureContext) => void) => {
      done(null, sites.named(name.toLowerCase())?.secureContext ?? ownContext);
    },
  };
}

async function listen(server: Server, port: number, address: string): Promise<void> {
  server.listen({ port, host: address, backlog: 4096 });
  await once(server, 'listening');
}

/** Resolves when the last connection has ended. */
async function shut(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  await closed;
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  return address.port;
}
