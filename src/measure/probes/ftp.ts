import { strict as assert } from 'node:assert';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type SecureContext, type TLSSocket } from 'node:tls';
import type { FtpTarget, ProbeWorld } from '../probe.ts';
import type { CertificateFacts, Reading } from '../reading.ts';
import { Attempt, connectionCodes, Ended, failureIn, giveBuffer, peerOf, takeBuffer } from './attempt.ts';
import { Listing, listingMax } from './listing.ts';
import { extendedPort, passiveAddress, type Reply, ReplyReader } from './reply.ts';
import { anyName, contextFor, examine, learnGroup, tlsCodes, unadorned } from './trust.ts';

/** Every code of an FTP reading. */
export const ftpCodes = [
  'ok', // logged in, listed, left (SEMANTICS §3)
  ...connectionCodes,
  ...tlsCodes,
  'not-ftp', // what came is not an FTP reply
  'reply-too-large', // a reply without end
  'unavailable', // 421: the server itself says that it does not serve
  'greeting', // the server's first reply is not 220
  'tls-refused', // AUTH TLS or the protection of the data channel is refused
  'login', // the account is refused
  'passive', // neither EPSV nor PASV gives a port
  'data-address', // the passive address is not the server's own
  'data-connection', // no data connection, or it broke
  'listing', // the listing is refused or was not completed
  'quit', // QUIT is not answered by 221
] as const;
export type FtpCode = (typeof ftpCodes)[number];

const check = 'ftp';

/**
 * Logs in, lists the account's root through a passive connection, and leaves: one attempt, one deadline over
 * everything. Phases: `resolve`, `connect`, `greeting`, `tls`, `login`, `passive`, `list`, `quit`. The
 * password is in no reading. Rejects only for our own trouble (no descriptors, the process stood still).
 */
export async function probeFtp(target: FtpTarget, world: ProbeWorld): Promise<Reading> {
  assert(!/[\r\n\0]/.test(target.account + target.password), 'an account is one line');
  const context = target.tls === 'explicit' ? contextFor(target.authorities, target.id) : null;
  const attempt = new Attempt(world, target.deadlineMs);
  const session = new Session(attempt, target, context);
  try {
    const detail = await session.run();
    return attempt.end({ check, target: target.id, result: 'pass', code: 'ok', detail }, session.seen());
  } catch (error) {
    if (!(error instanceof Ended)) throw error;
    const detail = hidden(error.message, target.password);
    return attempt.end(
      { check, target: target.id, result: 'fail', code: error.code, detail },
      session.seen(),
    );
  } finally {
    attempt.close();
  }
}

/** A server may answer with what it was told. */
function hidden(text: string, secret: string): string {
  return secret === '' ? text : text.split(secret).join('•••');
}

class Session {
  readonly #attempt: Attempt;
  readonly #target: FtpTarget;
  readonly #context: SecureContext | null;
  #control!: Socket;
  #address = '';
  #replies = new ReplyReader();
  #wake: (() => void) | null = null;
  /** Stops minding the command channel in the clear. */
  #leave: () => void = () => {};
  #broken: Error | null = null;
  #session: Buffer | undefined;
  #certificate: CertificateFacts | null = null;

  constructor(attempt: Attempt, target: FtpTarget, context: SecureContext | null) {
    this.#attempt = attempt;
    this.#target = target;
    this.#context = context;
  }

  seen(): Pick<Reading, 'status' | 'certificate' | 'redirects'> {
    return { status: null, certificate: this.#certificate, redirects: [] };
  }

  /** The whole conversation; says what was listed. */
  async run(): Promise<string> {
    const { name, port, account, password } = this.#target;
    this.#address = await this.#attempt.address(name);
    this.#attempt.peer = peerOf(this.#address, port);
    this.#attempt.enter('connect');
    this.#follow(await this.#open(port));
    this.#attempt.enter('greeting');
    await this.#greeted();
    if (this.#context !== null) await this.#secure(this.#context);
    this.#attempt.enter('login');
    const asked = await this.#ask(`USER ${account}`, 'login', 230, 331);
    if (asked.code === 331) await this.#ask(`PASS ${password}`, 'login', 230, 202);
    // No TYPE: A is the default (RFC 959 §5.1), and the law asks for login, listing and leaving (semantics.md).
    const bytes = await this.#list();
    this.#attempt.enter('quit');
    await this.#ask('QUIT', 'quit', 221);
    return `logged in, listing of ${bytes} bytes`;
  }

  /** 120 announces a delay, then 220 follows (RFC 959 §5.4). */
  async #greeted(): Promise<void> {
    const first = await this.#reply();
    const reply = first.code === 120 ? await this.#reply() : first;
    expect(reply, 'greeting', [220]);
  }

  /** RFC 4217: the command channel first, then the promise that data is protected too. */
  async #secure(context: SecureContext): Promise<void> {
    this.#attempt.enter('tls');
    await this.#ask('AUTH TLS', 'tls-refused', 234);
    // Words sent in the clear behind the agreement would be taken as said in secret.
    if (this.#replies.rest > 0) throw new Ended('tls-handshake', 'the server spoke between AUTH and TLS');
    this.#leave();
    const secure = await this.#handshake(this.#control, context);
    const { certificate, fault } = examine(secure, this.#target.id, this.#target.name);
    this.#certificate = certificate;
    if (fault !== null) throw new Ended(fault.code, fault.detail);
    learnGroup(secure, this.#target.id);
    this.#replies = new ReplyReader();
    this.#follow(secure);
    secure.on('data', (piece: Buffer) => {
      if (!this.#hear(piece, piece.length)) secure.pause();
    });
    await this.#ask('PBSZ 0', 'tls-refused', 200);
    await this.#ask('PROT P', 'tls-refused', 200);
  }

  /** Lists the account's root and returns the listing's bytes. LIST, not MLSD: RFC 3659 is younger than many servers, and trying both costs a second data connection. */
  async #list(): Promise<number> {
    this.#attempt.enter('passive');
    const port = await this.#passivePort();
    const protection = this.#context === null ? null : { context: this.#context, session: this.#session };
    const listing = new Listing(this.#attempt, this.#target, this.#address, port, protection);
    await listing.opened();
    this.#attempt.enter('list');
    await this.#ask('LIST', 'listing', 125, 150);
    const bytes = await listing.read(protection);
    const whole = bytes <= listingMax;
    // A listing that we cut short ourselves is answered by 426 or 451.
    expect(await this.#reply(), 'listing', whole ? [226, 250] : [226, 250, 425, 426, 451]);
    return bytes;
  }

  async #passivePort(): Promise<number> {
    const extended = await this.#ask('EPSV', 'passive', 229, 500, 501, 502, 504, 522);
    if (extended.code === 229) {
      const port = extendedPort(extended.text);
      if (port !== null) return port;
      throw new Ended('passive', extended.text);
    }
    const reply = await this.#ask('PASV', 'passive', 227);
    const passive = passiveAddress(reply.text);
    if (passive === null) throw new Ended('passive', reply.text);
    if (passive.address === this.#address) return passive.port;
    throw new Ended('data-address', `${reply.text}, but the server is ${this.#address}`);
  }

  /** The command channel; resolves once it stands, and hears from then on. */
  #open(port: number): Promise<Socket> {
    return this.#attempt.wait<Socket>((resolve, reject) => {
      const buffer = takeBuffer();
      const callback = (size: number): boolean => this.#hear(buffer, size);
      const onread = { buffer, callback };
      const socket = this.#attempt.own(
        connect({ host: this.#address, port, autoSelectFamily: false, onread }),
      );
      socket.once('close', () => giveBuffer(buffer));
      socket.on('error', (error) => reject(failureIn(this.#attempt.phase, error)));
      socket.once('connect', () => resolve(socket));
    });
  }

  /** Under TLS, and the session kept with which the data connection will resume it. */
  #handshake(socket: Socket, secureContext: SecureContext): Promise<TLSSocket> {
    return this.#attempt.wait<TLSSocket>((resolve, reject) => {
      const { name } = this.#target;
      const secure = this.#attempt.own(
        unadorned(
          connectTls({
            socket,
            ...(isIP(name) > 0 ? {} : { servername: name }),
            secureContext,
            rejectUnauthorized: false,
            checkServerIdentity: anyName,
          }),
        ),
        socket,
      );
      secure.on('session', (session) => {
        this.#session = session;
      });
      secure.on('error', (error) => reject(failureIn('tls', error)));
      const left = (): void =>
        reject(new Ended('tls-handshake', 'the connection was closed during the handshake'));
      secure.once('close', left);
      secure.once('secureConnect', () => {
        secure.off('close', left);
        resolve(secure);
      });
    });
  }

  /** Takes what came on the command channel; false: read no more. */
  #hear(bytes: Buffer, size: number): boolean {
    // The first fault ends the reading; what follows it would only be gathered.
    const goesOn = this.#replies.take(bytes.toString('latin1', 0, size));
    this.#wake?.();
    return goesOn;
  }

  /** Makes `socket` the command channel. */
  #follow(socket: Socket): void {
    this.#control = socket;
    const broken = (why: Error): void => {
      this.#broken ??= why;
      this.#wake?.();
    };
    const left = (): void => broken(new Ended('closed', `the server left in phase ${this.#attempt.phase}`));
    socket.once('end', left);
    socket.on('error', (error) => broken(failureIn(this.#attempt.phase, error)));
    this.#leave = () => {
      socket.off('end', left);
    };
  }

  async #ask(command: string, code: FtpCode, ...expected: readonly number[]): Promise<Reply> {
    this.#control.write(`${command}\r\n`);
    return expect(await this.#reply(), code, expected);
  }

  async #reply(): Promise<Reply> {
    for (;;) {
      const reply = this.#replies.next();
      if (typeof reply === 'string') throw new Ended(reply, `in phase ${this.#attempt.phase}`);
      if (reply !== null) return reply;
      if (this.#broken !== null) throw this.#broken;
      await this.#attempt.wait<void>((resolve) => {
        this.#wake = () => resolve();
      });
    }
  }
}

/** The reply when it is one of `expected`; 421 means the same everywhere (RFC 959 §4.2.1). */
function expect(reply: Reply, code: FtpCode, expected: readonly number[]): Reply {
  if (expected.includes(reply.code)) return reply;
  throw new Ended(reply.code === 421 ? 'unavailable' : code, reply.text);
}
