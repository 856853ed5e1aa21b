import { connect, isIP, type Socket, type TcpNetConnectOpts } from 'node:net';
import { type ConnectionOptions, connect as connectTls, type SecureContext, type TLSSocket } from 'node:tls';
import type { FtpTarget } from '../probe.ts';
import { type Attempt, Ended, failureIn, giveBuffer, takeBuffer } from './attempt.ts';
import { anyName, examine, unadorned } from './trust.ts';

/** A listing is read to its end, or up to here: more shows no more. Bytes. */
export const listingMax = 1_048_576;

/** How the data connection is protected: as the control connection is, whose session it resumes. */
export interface Protection {
  readonly context: SecureContext;
  /** Many servers demand it (RFC 4217 §10.2); undefined: the server gave none. */
  readonly session: Buffer | undefined;
}

/**
 * One passive data connection to the server's own address, from which a listing is read. Under TLS the hello
 * goes out as soon as the connection stands: the server finds it waiting when it has heard LIST.
 */
export class Listing {
  readonly #attempt: Attempt;
  readonly #target: FtpTarget;
  #bytes = 0;
  #connected = false;
  #ended = false;
  #secure: TLSSocket | null = null;
  #fault: Error | null = null;
  #wake: () => void = () => {};

  constructor(
    attempt: Attempt,
    target: FtpTarget,
    address: string,
    port: number,
    protection: Protection | null,
  ) {
    this.#attempt = attempt;
    this.#target = target;
    const socket =
      protection === null ? this.#plain(address, port) : this.#protected(address, port, protection);
    attempt.own(socket);
    socket.once('connect', () => {
      this.#connected = true;
      this.#wake();
    });
    socket.on('error', (error) => this.#failed(failureIn('data', error)));
    socket.once('end', () => this.#over());
    socket.once('close', () => this.#over());
  }

  /** Resolves once the connection stands; rejects with `Ended` or our own trouble, as all here. */
  opened(): Promise<void> {
    return this.#until(() => this.#connected);
  }

  /** Reads to the end, or until more than `listingMax` came; resolves to the bytes. */
  async read(protection: Protection | null): Promise<number> {
    if (protection !== null) await this.#trusted();
    await this.#until(() => this.#ended);
    return this.#bytes;
  }

  #plain(host: string, port: number): Socket {
    const buffer = takeBuffer();
    const callback = (size: number): boolean => this.#take(socket, size);
    const socket = connect({ host, port, autoSelectFamily: false, onread: { buffer, callback } });
    socket.once('close', () => giveBuffer(buffer));
    return socket;
  }

  #protected(host: string, port: number, { context, session }: Protection): TLSSocket {
    const { name } = this.#target;
    const options: ConnectionOptions & Pick<TcpNetConnectOpts, 'autoSelectFamily'> = {
      host,
      port,
      secureContext: context,
      rejectUnauthorized: false,
      checkServerIdentity: anyName,
      autoSelectFamily: false,
    };
    if (isIP(name) === 0) options.servername = name;
    if (session !== undefined) options.session = session;
    const socket = unadorned(connectTls(options));
    socket.once('secureConnect', () => {
      this.#secure = socket;
      this.#wake();
    });
    socket.on('data', (piece: Buffer) => void this.#take(socket, piece.length));
    return socket;
  }

  /** A session that was resumed has no certificate of its own; what it resumes was judged before. */
  async #trusted(): Promise<void> {
    await this.#until(() => this.#secure !== null || this.#ended);
    const secure = this.#secure;
    if (secure === null) {
      throw new Ended('data-connection', 'TLS of the data connection: it was closed during the handshake');
    }
    if (secure.isSessionReused()) return;
    const { fault } = examine(secure, this.#target.id, this.#target.name);
    if (fault !== null) throw new Ended(fault.code, `data connection: ${fault.detail}`);
  }

  #take(socket: Socket, size: number): boolean {
    this.#bytes += size;
    if (this.#bytes <= listingMax) return true;
    this.#over();
    socket.destroy();
    return false;
  }

  #over(): void {
    this.#ended = true;
    this.#wake();
  }

  #failed(why: Error): void {
    // One that we cut short ourselves may break as it likes.
    if (this.#ended) return;
    const known = why instanceof Ended && why.code !== 'timeout';
    this.#fault ??= known ? new Ended('data-connection', why.message) : why;
    this.#wake();
  }

  async #until(holds: () => boolean): Promise<void> {
    for (;;) {
      if (this.#fault !== null) throw this.#fault;
      if (holds()) return;
      await this.#attempt.wait<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
