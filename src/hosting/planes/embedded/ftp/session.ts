import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { LoginOutcome } from '../../../login.ts';
import { type Channel, createChannel, handshake, type Ports, serverTls } from './data.ts';
import { type Door, peerOf, plainAddress } from './door.ts';
import { type Command, createSplitter, parseCommand } from './line.ts';
import { type Fact, factNames } from './list.ts';
import type { Judge } from './login.ts';
import type { Parts } from './path.ts';
import { closing, fileReply, type Reply, reply, wire } from './reply.ts';
import type { FtpOptions } from './server.ts';
import type { Tree } from './tree.ts';
import type { VerbTable } from './verbs.ts';

/** What all sessions of a server share. */
export interface Shared {
  readonly options: FtpOptions;
  readonly door: Door;
  readonly ports: Ports;
  readonly judge: Judge;
  readonly verbs: VerbTable;
}

/** A transfer in flight, so that STAT can tell of it and ABOR can end it. */
export interface Transfer {
  readonly label: string;
  bytes: number;
  aborted: boolean;
  abort(): void;
}

/** Bytes of commands read ahead of the one that runs; more are left in the kernel until some are done. */
const readAhead = 8_192;
/** Bytes of replies that the client has not taken; while there are more, nothing is done for it. */
const unreadReplies = 65_536;
/** After the last word, how long the client may take to hang up. */
const lingerMs = 2_000;

/** One control connection: reads commands in order, runs one at a time, answers each. */
export class Session {
  readonly shared: Shared;
  readonly address: string;
  readonly peer: string;
  readonly channel: Channel;

  /** From USER until the login is decided: the attempt that the login log will tell of. */
  attempt: { readonly account: string; readonly sinceMs: number } | null = null;
  /** Set while the password is judged; then the judging writes the line, whatever the client does. */
  judging = false;
  failures = 0;
  /** Logins begun since the last one that succeeded. */
  tries = 0;
  account: string | null = null;
  tree: Tree | null = null;
  cwd: Parts = [];
  restart = 0;
  renaming: Parts | null = null;
  facts: readonly Fact[] = factNames;
  ascii = true;
  tls = false;
  buffered = false;
  protect = false;
  /** After EPSV ALL no other way of opening data is taken (RFC 2428 §4). */
  onlyEpsv = false;
  transfer: Transfer | null = null;

  #socket: Socket;
  #splitter = createSplitter();
  /** The next command, cut off and not begun. */
  #next: Command | null = null;
  #running = false;
  #work: Promise<void> = Promise.resolve();
  #ended = false;
  #closed = false;
  /** The last word was said: what the client still sends is nobody's command. */
  #leaving = false;
  #choked = false;
  #wakers = new Set<() => void>();
  #idle: NodeJS.Timeout;
  #login: NodeJS.Timeout;
  #sinceMs: number;
  #gone: () => void;

  /** `gone` is called once, when the connection is over. The door was entered; this leaves it. */
  constructor(shared: Shared, socket: Socket, gone: () => void) {
    this.shared = shared;
    this.#gone = gone;
    this.#socket = socket;
    this.address = plainAddress(socket.remoteAddress ?? '');
    this.peer = peerOf(this.address);
    this.channel = createChannel(shared.ports, plainAddress(socket.localAddress ?? ''), this.address);
    this.#sinceMs = shared.options.now();
    const { idleMs, loginMs } = shared.options.limits;
    this.#idle = setTimeout(() => this.#onIdle(), idleMs);
    this.#login = setTimeout(() => this.#timeUp('Login took too long'), loginMs);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 60_000);
    this.#listen(socket);
    this.say(reply(220, 'Ready'));
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** The client has hung up and left nothing to be done: what it was sending was not finished by it. */
  get abandoned(): boolean {
    return this.#closed || (this.#ended && this.#peek() === null);
  }

  /** Our own address as the client reached it. */
  get localAddress(): string {
    return plainAddress(this.#socket.localAddress ?? '');
  }

  say(answer: Reply): void {
    if (this.#socket.writable) this.#socket.write(wire(answer));
  }

  /** Begins an attempt; the one before it, never decided, was left. */
  attempts(account: string): void {
    if (this.attempt !== null) this.record('client-left', '-', false, '');
    this.attempt = { account, sinceMs: this.#sinceMs };
  }

  /** Writes the line of the attempt, once. */
  record(outcome: LoginOutcome, host: string, probe: boolean, text: string): void {
    const attempt = this.attempt;
    if (attempt === null) return;
    this.attempt = null;
    const atMs = this.shared.options.now();
    const tookMs = Math.max(0, atMs - attempt.sinceMs);
    this.#sinceMs = atMs;
    const { account } = attempt;
    const line = { atMs, host, account, client: this.address, tls: this.tls, outcome, tookMs, probe };
    this.shared.options.onLogin({ ...line, reply: text });
  }

  /** The login holds: the clock for it stops. Back to waiting with `null` (REIN). */
  entered(tree: Tree | null): void {
    this.tree = tree;
    this.cwd = [];
    this.restart = 0;
    this.renaming = null;
    clearTimeout(this.#login);
    if (tree !== null) return;
    this.#sinceMs = this.shared.options.now();
    this.#login = setTimeout(() => this.#timeUp('Login took too long'), this.shared.options.limits.loginMs);
  }

  /** Waits, but not for a client that left. */
  pause(ms: number): Promise<void> {
    if (this.#closed) return Promise.resolve();
    return new Promise((done) => {
      const wake = () => {
        clearTimeout(timer);
        this.#wakers.delete(wake);
        done();
      };
      const timer = setTimeout(wake, ms);
      this.#wakers.add(wake);
    });
  }

  /**
   * AUTH TLS: says `answer` in the clear and starts TLS. Whatever came in the clear after AUTH is dropped, never
   * run as if it had come protected (the flaw of CVE-2011-0411). Throws when the handshake fails.
   */
  async upgrade(answer: Reply): Promise<void> {
    const raw = this.#socket;
    raw.pause();
    raw.off('data', this.#onData).off('end', this.#onEnd);
    this.#splitter.clear();
    this.#next = null;
    await new Promise<void>((done) => raw.write(wire(answer), () => done()));
    if (this.#closed) throw new Error('the client left before the TLS handshake');
    raw.off('close', this.#onClose);
    const secure: TLSSocket = serverTls(raw, this.shared.options.secureContext());
    this.#socket = secure;
    try {
      await handshake(secure, this.shared.options.limits.loginMs);
    } catch (cause) {
      secure.destroy();
      throw new Error('TLS handshake failed', { cause });
    }
    this.tls = true;
    if (!this.#leaving) this.#listen(secure);
  }

  /** A transfer runs from here on; an ABOR that was sent with its command is heard now. */
  begin(transfer: Transfer): void {
    this.transfer = transfer;
    this.#urgent();
  }

  /** Says a last word and hangs up. Resolves when the command that was running has left the disk at rest. */
  end(answer: Reply): Promise<void> {
    this.say(answer);
    this.transfer?.abort();
    this.#hangUp();
    return this.#work;
  }

  /** Cleans up after the connection is gone (also when it never got further than TLS). */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#leaving = true;
    clearTimeout(this.#idle);
    clearTimeout(this.#login);
    this.#forget();
    this.transfer?.abort();
    this.channel.drop();
    this.#socket.destroy();
    for (const wake of this.#wakers) wake();
    if (!this.judging) this.record('client-left', '-', false, '');
    if (this.tree !== null) this.shared.door.depart(this.peer, this.tree.account, this.tree.probe);
    this.shared.door.leave(this.peer);
    this.#gone();
  }

  /** The server stops: an attempt that was not decided yet failed through us. Resolves when the disk is at rest. */
  shut(): Promise<void> {
    if (!this.judging) this.record('server-error', '-', false, '421 The server stops');
    this.say(closing(421, 'The server stops'));
    this.close();
    return this.#work;
  }

  #listen(socket: Socket): void {
    socket.on('error', () => socket.destroy());
    socket.on('data', this.#onData).on('end', this.#onEnd).on('close', this.#onClose);
    if (socket.destroyed) this.close();
    else socket.resume();
  }

  #onClose = (): void => this.close();

  #onData = (chunk: Buffer): void => {
    this.#splitter.push(chunk);
    if (this.#splitter.pending() > readAhead) this.#socket.pause();
    this.#urgent();
    this.#start();
  };

  #peek(): Command | null {
    if (this.#next !== null) return this.#next;
    const line = this.#splitter.next();
    if (line !== null) this.#next = parseCommand(line);
    return this.#next;
  }

  #take(): Command | null {
    const next = this.#peek();
    this.#next = null;
    return next;
  }

  #forget(): void {
    this.#splitter.clear();
    this.#next = null;
  }

  /** Takes up reading again when enough of what was read is done. */
  #flow(): void {
    if (!this.#leaving && this.#splitter.pending() <= readAhead) this.#socket.resume();
  }

  #onEnd = (): void => {
    this.#ended = true;
    if (this.abandoned) this.transfer?.abort();
    this.#start();
  };

  /** RFC 959 §4.1.3: while a transfer runs, STAT and ABOR do not wait for it. */
  #urgent(): void {
    const { transfer } = this;
    if (transfer === null || this.#leaving) return;
    for (let next = this.#peek(); next?.verb === 'STAT' && next.argument === ''; next = this.#peek()) {
      if (this.#socket.writableLength > unreadReplies) {
        this.#choke();
        return;
      }
      this.#next = null;
      this.say(reply(213, `${transfer.label}: ${transfer.bytes} bytes so far`));
    }
    if (this.#peek()?.verb === 'ABOR') transfer.abort();
    else this.#flow();
  }

  /** Whoever asks how far a transfer is and does not read the answers is asked to read first. */
  #choke(): void {
    if (this.#choked) return;
    this.#choked = true;
    this.#socket.once('drain', () => {
      this.#choked = false;
      this.#urgent();
    });
  }

  /** Starts working through the queue unless that is being done. */
  #start(): void {
    if (!this.#running) this.#work = this.#pump();
  }

  async #pump(): Promise<void> {
    this.#running = true;
    for (let next = this.#take(); next !== null && !this.#leaving; next = this.#take()) {
      const answer = await this.#run(next);
      if (!this.#closed) this.#idle.refresh();
      if (answer === null) continue;
      if (answer.close) {
        void this.end(answer);
        break;
      }
      this.say(answer);
      if (this.#socket.writableLength > unreadReplies) await this.#drained();
      this.#flow();
    }
    this.#running = false;
    if (this.#splitter.overlong()) void this.end(closing(500, 'Line too long'));
    else if (this.#ended) this.#hangUp();
  }

  async #run(command: Command): Promise<Reply | null> {
    try {
      return await this.shared.verbs.run(this, command);
    } catch (error) {
      const known = fileReply(error);
      if (known !== null) return known;
      this.shared.options.onError(error);
      return reply(451, 'The server could not do that');
    }
  }

  /** A client that sends commands and reads no answers waits until it does. */
  #drained(): Promise<void> {
    return new Promise((done) => {
      const wake = () => {
        this.#wakers.delete(wake);
        this.#socket.off('drain', wake);
        done();
      };
      this.#wakers.add(wake);
      this.#socket.once('drain', wake);
    });
  }

  #onIdle(): void {
    // A transfer has its own watch over bytes; a judged login has its own clock.
    if (this.transfer !== null || this.judging) this.#idle.refresh();
    else this.#timeUp('Idle for too long');
  }

  #timeUp(text: string): void {
    void this.end(closing(421, text));
  }

  /** Our end goes out after what was said; a client that does not hang up as well is not waited for long. */
  #hangUp(): void {
    if (this.#leaving) return;
    this.#leaving = true;
    this.#forget();
    this.#ended = true;
    if (this.#socket.destroyed) {
      this.close();
      return;
    }
    this.#socket.off('data', this.#onData);
    this.#socket.end();
    this.#socket.resume();
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.close(), lingerMs);
  }
}
