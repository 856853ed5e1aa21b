import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { Inlet, noInlet } from './inlet.ts';
import { statusPage } from './page.ts';
import { badStart, type Head, parseHead } from './parser.ts';
import { type Link, Visit } from './visit.ts';
import type { WebLimits } from './world.ts';

/** What all connections of a server share. */
export interface Stage {
  readonly limits: WebLimits;
  /** Monotonic ms. */
  readonly tick: () => number;
  /** Epoch ms. */
  readonly now: () => number;
  /** Answers one request; may be done when it returns. */
  readonly begin: (visit: Visit) => void;
  /** One whole line per request, at its end. */
  readonly onLine: (line: string) => void;
}

const nothing = Buffer.alloc(0);
/** What a client may send ahead while its request before is answered; then it is not listened to. */
const heldBytes = 65_536;
/** Answers to requests that came together go out together, up to this. */
const joinedBytes = 65_536;

/**
 * One client connection: requests come in, one at a time is answered, in their order, whether the client waits for
 * the answer or sends on (RFC 9112 §9.3.2). Nothing is taken from a client that does not take its answers.
 */
export class Connection implements Link {
  readonly socket: Socket;
  readonly client: string;
  readonly scheme: Link['scheme'];
  readonly sni: string | null;
  readonly #stage: Stage;
  waiting = 0;
  /** What came and is not read: `#bytes[#at, …)`; the same as text while a head is looked for. */
  #bytes: Buffer = nothing;
  #at = 0;
  #text: string | null = null;
  #visit: Visit | null = null;
  /** Answered, and not yet all with the kernel. */
  #sent: Visit[] = [];
  #out = '';
  /** Requests are being read: answers given meanwhile are joined. */
  #turning = false;
  #paused = false;
  /** An empty write is under way that tells when what was written before it is with the kernel. */
  #awaits = false;
  /** No further request is taken. */
  #last = false;
  /** The client has said that it sends no more. */
  #ended = false;
  /** We have said our last; what still comes is read and forgotten, so that no reset overtakes the answer. */
  #lingers = false;
  #served = false;
  /** Part of a head is here. */
  #begun = false;
  /** Monotonic ms: when the present wait began; when a byte last came; when one last went. */
  #sinceMs: number;
  #heardMs: number;
  #movedMs: number;
  #thirsty: (() => void)[] = [];

  constructor(socket: Socket, client: string, scheme: Link['scheme'], stage: Stage) {
    this.socket = socket;
    this.client = client;
    this.scheme = scheme;
    this.sni = socket instanceof TLSSocket ? nameOf(socket) : null;
    this.#stage = stage;
    this.#sinceMs = stage.tick();
    this.#heardMs = this.#sinceMs;
    this.#movedMs = this.#sinceMs;
    socket.on('data', (bytes: Buffer) => this.#onData(bytes));
    socket.on('end', () => this.#onEnd());
    socket.on('drain', () => this.#onDrain());
    socket.on('error', () => undefined);
    socket.on('close', () => this.#onClose());
  }

  get isGone(): boolean {
    return this.socket.destroyed;
  }

  /** Since when, monotonic ms, it is the client that is waited for; null: it waits for us. */
  get awaitedMs(): number | null {
    if (this.socket.writableLength > 0) return this.#movedMs;
    if (this.#visit === null) return this.#sinceMs;
    return this.#visit.inlet.isWhole ? null : this.#visit.startMs;
  }

  send(text: string, bytes: Buffer | null): boolean {
    if (this.isGone) return true;
    this.#out += text;
    if (bytes === null && this.#turning && this.#out.length < joinedBytes) return true;
    this.#push(bytes);
    return !this.socket.writableNeedDrain;
  }

  drained(): Promise<void> {
    if (this.isGone || !this.socket.writableNeedDrain) return Promise.resolve();
    return new Promise((done) => {
      this.#thirsty.push(done);
    });
  }

  done(visit: Visit, keeps: boolean): void {
    if (visit !== this.#visit) return;
    this.#visit = null;
    this.#sent.push(visit);
    this.#served = true;
    if (!keeps) this.#last = true;
    if (!this.#turning) this.#turn();
  }

  /** What was sent goes out, and that is all. */
  breakOff(): void {
    this.#push(null);
    this.socket.destroySoon();
  }

  /** The request under way is the last; without one the connection ends at once. */
  retire(): void {
    if (this.#visit === null) this.socket.destroy();
    this.#last = true;
  }

  /** Ends what takes too long. `nowMs`: monotonic. */
  check(nowMs: number): void {
    const { limits } = this.#stage;
    const behind = this.socket.writableLength;
    const idle = nowMs - this.#sinceMs;
    let late = false;
    if (this.#lingers) late = idle > limits.lingerMs && behind === 0;
    if (behind > 0) late ||= nowMs - this.#movedMs > limits.idleMs + behind / limits.bytesPerMs;
    else if (this.#visit !== null) late = this.#isSlow(this.#visit, nowMs);
    else if (!this.#lingers && this.#begun && idle > limits.headMs) this.#refuse(408);
    else if (!this.#lingers && !this.#begun) late = idle > (this.#served ? limits.keepMs : limits.headMs);
    if (late) this.socket.destroy();
  }

  /** A body must keep coming, and altogether at a pace that a modem has. */
  #isSlow({ inlet, startMs }: Visit, nowMs: number): boolean {
    if (inlet.isWhole || this.#paused) return false;
    const { idleMs, bytesPerMs } = this.#stage.limits;
    return nowMs - this.#heardMs > idleMs || nowMs - startMs > idleMs + inlet.taken / bytesPerMs;
  }

  #onData(bytes: Buffer): void {
    if (this.#lingers) return;
    this.#heardMs = this.#stage.tick();
    const held = this.#at < this.#bytes.length;
    this.#bytes = held ? Buffer.concat([this.#bytes.subarray(this.#at), bytes]) : bytes;
    this.#at = 0;
    this.#text = null;
    this.#turn();
  }

  /** Reads on as far as it goes. */
  #turn(): void {
    this.#turning = true;
    let goes = true;
    while (goes && !this.isGone) goes = this.#step();
    this.#turning = false;
    this.#push(null);
    if (this.#at === this.#bytes.length) {
      this.#bytes = nothing;
      this.#at = 0;
      this.#text = null;
    }
    const isFull = this.#bytes.length - this.#at > heldBytes || this.#visit?.inlet.isFull === true;
    if (isFull !== this.#paused) {
      this.#paused = isFull;
      if (isFull) this.socket.pause();
      else {
        this.#heardMs = this.#stage.tick();
        this.socket.resume();
      }
    }
  }

  /** Takes one body's part or one head; false: there is no more to take now. */
  #step(): boolean {
    if (this.#visit !== null) return this.#takeBody(this.#visit);
    if (this.#last) return this.#linger();
    if (this.socket.writableNeedDrain) return false;
    if (this.#at < this.#bytes.length) return this.#takeHead();
    return this.#ended ? this.#linger() : false;
  }

  #takeBody(visit: Visit): boolean {
    const { inlet } = visit;
    if (inlet.isWhole || inlet.isFull || this.#at === this.#bytes.length) return false;
    this.#at = inlet.take(this.#bytes, this.#at);
    if (inlet.fault !== null) {
      visit.last();
      visit.answer(400, statusPage(400));
      inlet.cut();
    }
    return this.#visit === null;
  }

  #takeHead(): boolean {
    const text = this.#text ?? this.#bytes.toString('latin1');
    this.#text = text;
    // An empty line too many after a body (RFC 9112 §2.2).
    const from = text.startsWith('\r\n', this.#at) ? this.#at + 2 : this.#at;
    const end = text.indexOf('\r\n\r\n', from);
    const head = end < 0 ? badStart(text, from) : parseHead(text, from, end);
    if (head === null) {
      if (!this.#begun) this.#sinceMs = this.#heardMs;
      this.#begun = true;
      return false;
    }
    if ('why' in head) {
      this.#refuse(head.status);
      return true;
    }
    this.#begun = false;
    this.#at = end + 4;
    this.#begin(head);
    return true;
  }

  #begin(head: Head): void {
    const inlet = head.bodyBytes === 0 ? noInlet : new Inlet(head.bodyBytes);
    if (head.bodyBytes !== 0) inlet.onRoom = () => this.#turn();
    const visit = new Visit(head, inlet, this, this.#stage);
    this.#visit = visit;
    this.#stage.begin(visit);
  }

  /** Where no request can be made out: answered, logged, and the last. */
  #refuse(status: number): void {
    const head = { ...unread, bytes: this.#bytes.length - this.#at };
    this.#at = this.#bytes.length;
    this.#begun = false;
    const visit = new Visit(head, noInlet, this, this.#stage);
    this.#visit = visit;
    visit.answer(status, statusPage(status));
  }

  #linger(): false {
    this.#push(null);
    this.#lingers = true;
    this.#last = true;
    this.#at = this.#bytes.length;
    this.#sinceMs = this.#stage.tick();
    this.socket.end();
    return false;
  }

  /** Hands over what is joined, and `bytes` after it. */
  #push(bytes: Buffer | null): void {
    const { socket } = this;
    const out = this.#out;
    this.#out = '';
    if (out === '' && bytes === null) return;
    if (socket.writableLength === 0) this.#movedMs = this.#heardMs;
    if (bytes === null) socket.write(out, 'latin1');
    else {
      socket.cork();
      if (out !== '') socket.write(out, 'latin1');
      socket.write(bytes);
      socket.uncork();
    }
    this.#settle();
  }

  /** Mostly the kernel has taken all at once. Where not, an empty write behind the rest tells when it has. */
  #settle(): void {
    if (this.socket.writableLength === 0) this.#onTaken();
    else if (!this.#awaits) {
      this.#awaits = true;
      this.socket.write('', 'latin1', () => {
        this.#awaits = false;
        this.#settle();
      });
    }
  }

  #onTaken(): void {
    this.#movedMs = this.#stage.tick();
    if (this.#out === '') this.#tell();
  }

  /** The lines of what has gone out. */
  #tell(): void {
    if (this.#sent.length === 0) return;
    const sent = this.#sent;
    this.#sent = [];
    const endedMs = this.#stage.now();
    for (const visit of sent) this.#stage.onLine(visit.line(endedMs, this.#movedMs));
    if (this.#visit === null && !this.#begun) this.#sinceMs = this.#movedMs;
  }

  #onDrain(): void {
    const thirsty = this.#thirsty;
    this.#thirsty = [];
    for (const go of thirsty) go();
    if (this.#visit === null) this.#turn();
  }

  /** It may still want the answer to what it asked, yet a script is not run for who may be gone. */
  #onEnd(): void {
    this.#ended = true;
    const visit = this.#visit;
    if (visit === null) {
      if (this.#begun) this.#refuse(400);
      this.#turn();
    } else if (!visit.inlet.isWhole || this.waiting > 0) this.socket.destroy();
  }

  #onClose(): void {
    const visit = this.#visit;
    this.#visit = null;
    this.#bytes = nothing;
    this.#text = null;
    if (visit !== null) {
      this.#sent.push(visit);
      visit.onLeft?.();
      visit.inlet.cut();
    }
    this.#movedMs = this.#stage.tick();
    this.#tell();
    this.#onDrain();
  }
}

/** Node says false where there is no name, and knows it for the server's side only once the handshake is done. */
function nameOf(socket: TLSSocket & { readonly servername?: unknown }): string | null {
  return typeof socket.servername === 'string' ? socket.servername.toLowerCase() : null;
}

/** A request of which nothing can be told. */
const unread: Head = {
  method: '',
  target: '',
  minor: 1,
  fields: [],
  host: null,
  bodyBytes: 0,
  keeps: false,
  expect: '',
  conditional: false,
  bytes: 0,
};
