import { accessLine } from '../../../access.ts';
import { probeHeader } from '../../../mark.ts';
import type { Inlet } from './inlet.ts';
import { field, type Head, listed } from './parser.ts';
import { dateLine, fieldLines, saysLength, statusLine } from './reply.ts';

/** What an answer needs of the connection it goes out on. */
export interface Link {
  readonly client: string;
  readonly scheme: 'http' | 'https';
  /** The name that the client shook hands with (SNI), lower case; null: none, or no TLS. */
  readonly sni: string | null;
  readonly socket: {
    readonly localAddress?: string | undefined;
    readonly localPort?: number | undefined;
    readonly remotePort?: number | undefined;
  };
  /** It has ended, or is about to without another byte. */
  readonly isGone: boolean;
  /** How many requests wait for something of ours (a script): silence is then not the client's. */
  waiting: number;
  /** Hands over bytes in their order. False: the client is behind; `drained` tells when it is not. */
  send(text: string, bytes: Buffer | null): boolean;
  drained(): Promise<void>;
  /** The answer is complete. `keeps`: another request may follow it. */
  done(visit: Visit, keeps: boolean): void;
  /** What was sent goes out, and that is all. */
  breakOff(): void;
}

/** One request and its answer, with the times that the access log tells. */
export class Visit {
  readonly request: Head;
  readonly inlet: Inlet;
  readonly link: Link;
  readonly tick: () => number;
  readonly now: () => number;
  /**
   * Monotonic ms at which the request's head was complete and its turn had come. nginx counts from the first byte;
   * the time that a client takes to send its head is therefore not in our figures.
   */
  readonly startMs: number;
  host = '';
  headMs: number | null = null;
  upstreamHeadMs: number | null = null;
  upstreamDurationMs: number | null = null;
  /** When the last byte of a body was received that nobody wanted; scripts state their own times. */
  uploadedMs: number | null = null;
  /** It said `Expect: 100-continue` and waits. */
  expects: boolean;
  /** Told when the client hangs up before the end of the answer. */
  onLeft: (() => void) | null = null;
  bytesOut = 0;
  #status = 0;
  #type = '';
  /** The head, until it goes out with the first bytes of the body. */
  #head = '';
  #keeps: boolean;
  #isBare = false;
  #isChunked = false;
  #ended = false;

  constructor(
    request: Head,
    inlet: Inlet,
    link: Link,
    clocks: { readonly tick: () => number; readonly now: () => number },
  ) {
    this.request = request;
    this.inlet = inlet;
    this.link = link;
    this.tick = clocks.tick;
    this.now = clocks.now;
    this.startMs = clocks.tick();
    this.#keeps = request.keeps;
    this.expects = request.expect === '100-continue' && request.minor === 1;
  }

  get method(): string {
    return this.request.method;
  }

  get hasBody(): boolean {
    return this.request.bodyBytes !== 0;
  }

  /** The client hung up before the end of the answer. */
  get left(): boolean {
    return this.link.isGone || this.#ended;
  }

  /** No request follows this one, whatever the client wants. */
  last(): void {
    this.#keeps = false;
  }

  /** `fields`: name, value, name, value …; `type` is what the log shows. */
  head(status: number, fields: readonly string[], type: string): void {
    this.prepared(status, fieldLines(fields), type, saysLength(fields));
  }

  /** `lines`: the fields as they go out. `sized`: they say how long the body is. */
  prepared(status: number, lines: string, type: string, sized: boolean): void {
    const now = this.tick();
    this.headMs = now - this.startMs;
    if (this.uploadedMs !== null) this.upstreamHeadMs = now - this.uploadedMs;
    this.#status = status;
    this.#type = type;
    this.#isBare = this.method === 'HEAD' || status === 204 || status === 304;
    // What was not read of the body cannot be told from another request.
    if (!this.inlet.isWhole) this.#keeps = false;
    let framing = '';
    if (!sized && !this.#isBare) {
      this.#isChunked = this.request.minor === 1;
      if (this.#isChunked) framing = 'Transfer-Encoding: chunked\r\n';
      else this.#keeps = false;
    }
    if (!this.#keeps) framing += 'Connection: close\r\n';
    else if (this.request.minor === 0) framing += 'Connection: keep-alive\r\n';
    this.#head = `${statusLine(status)}${dateLine(this.now())}${framing}${lines}\r\n`;
  }

  /** The head goes out alone: what follows takes its time. */
  flush(): void {
    this.#send(this.#head, null);
    this.#head = '';
  }

  /** Asks for the body where the client waits to be asked (RFC 9110 §10.1.1). */
  invite(): void {
    if (this.expects && this.inlet.taken === 0) this.#send('HTTP/1.1 100 Continue\r\n\r\n', null);
    this.expects = false;
  }

  /** False: wait for `link.drained`. */
  write(piece: Buffer): boolean {
    const head = this.#head;
    this.#head = '';
    if (this.#isBare || piece.length === 0) return this.#send(head, null);
    if (!this.#isChunked) return this.#send(head, piece);
    this.#send(`${head}${piece.length.toString(16)}\r\n`, piece);
    return this.#send('\r\n', null);
  }

  /** A body in Latin-1 goes out together with the head. */
  end(body: string | Buffer = ''): void {
    if (typeof body !== 'string') this.write(body);
    const tail = this.#isChunked ? '0\r\n\r\n' : '';
    const text = typeof body === 'string' && !this.#isBare ? body : '';
    this.#send(this.#head + text + tail, null);
    this.#head = '';
    this.#ended = true;
    this.link.done(this, this.#keeps);
  }

  /** A whole answer. A body that was never asked for is not waited for: the connection ends. */
  answer(status: number, text: string, more: readonly string[] = []): void {
    this.bytes(status, 'text/html; charset=utf-8', Buffer.from(text, 'utf8'), more);
  }

  bytes(status: number, type: string, bytes: Buffer, more: readonly string[]): void {
    if (this.headMs !== null || this.left) {
      // Half an answer cannot be taken back, and must not pass for a whole one.
      this.link.breakOff();
      return;
    }
    this.head(status, ['Content-Type', type, 'Content-Length', String(bytes.length), ...more], type);
    this.end(bytes.length <= joinedBytes ? bytes.toString('latin1') : bytes);
  }

  #send(text: string, bytes: Buffer | null): boolean {
    if (text === '' && bytes === null) return true;
    this.bytesOut += text.length + (bytes?.length ?? 0);
    return this.link.send(text, bytes);
  }

  /** The request's line, at its end: epoch ms, and the same moment in monotonic ms. */
  line(endedMs: number, endedTickMs: number): string {
    const { link, request } = this;
    return accessLine({
      host: this.host,
      endedMs,
      durationMs: endedTickMs - this.startMs,
      headMs: this.headMs,
      upstreamHeadMs: this.upstreamHeadMs,
      upstreamDurationMs: this.upstreamDurationMs,
      // 499, as nginx has it: the client left before there was a head.
      status: this.headMs === null ? 499 : this.#status,
      bytesIn: request.bytes + this.inlet.taken,
      bytesOut: this.bytesOut,
      client: link.client,
      probe: listed(request, probeHeader) ?? '',
      type: this.#type,
      scheme: link.scheme,
      method: request.method,
      target: request.target,
      referer: field(request, 'referer') ?? '',
      agent: field(request, 'user-agent') ?? '',
    });
  }
}

/** What is joined to a head into one write. */
const joinedBytes = 16_384;
