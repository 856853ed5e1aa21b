import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type AccessLine, accessLine } from '../../../access.ts';
import { probeHeader } from '../../../mark.ts';

/** One client connection. */
export interface Link {
  readonly socket: Socket;
  readonly client: string;
  readonly scheme: 'http' | 'https';
  /** What the requests logged so far were charged with. */
  read: number;
  written: number;
  /** Requests that were begun and not ended. */
  open: number;
  /** Of these, how many wait for something of ours (a script): silence is then not the client's. */
  waiting: number;
}

/** One request and its answer, with the times that the access log tells. */
export class Visit {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly link: Link;
  readonly tick: () => number;
  /**
   * Monotonic ms at which the request's head was complete. nginx counts from the first byte; the time that a
   * client takes to send its head is therefore not in our figures.
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
  #type = '';

  constructor(req: IncomingMessage, res: ServerResponse, link: Link, tick: () => number, expects: boolean) {
    this.req = req;
    this.res = res;
    this.link = link;
    this.tick = tick;
    this.startMs = tick();
    this.expects = expects;
  }

  get method(): string {
    return this.req.method ?? '';
  }

  get hasBody(): boolean {
    const { headers } = this.req;
    const length = headers['content-length'];
    return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
  }

  /** The client hung up before the end of the answer. */
  get left(): boolean {
    return this.res.closed || this.link.socket.destroyed;
  }

  /** `fields`: name, value, name, value …; `type` is what the log shows. */
  head(status: number, fields: readonly string[], type: string): void {
    const now = this.tick();
    this.headMs = now - this.startMs;
    if (this.uploadedMs !== null) this.upstreamHeadMs = now - this.uploadedMs;
    this.#type = type;
    this.res.writeHead(status, fields as string[]);
  }

  /** A whole answer. A body that was never asked for is not waited for: the connection ends. */
  answer(status: number, text: string, more: readonly string[] = []): void {
    const type = 'text/html; charset=utf-8';
    const bytes = Buffer.from(text, 'utf8');
    const fields = ['Content-Type', type, 'Content-Length', String(bytes.length), ...more];
    this.#finish(status, fields, type, bytes);
  }

  bytes(status: number, type: string, bytes: Buffer, more: readonly string[]): void {
    this.#finish(
      status,
      ['Content-Type', type, 'Content-Length', String(bytes.length), ...more],
      type,
      bytes,
    );
  }

  #finish(status: number, fields: readonly string[], type: string, bytes: Buffer): void {
    if (this.res.headersSent || this.left) {
      this.link.socket.destroySoon();
      return;
    }
    const unread = this.hasBody && !this.req.complete && !fields.includes('Connection');
    this.head(status, unread ? [...fields, 'Connection', 'close'] : fields, type);
    this.res.end(this.method === 'HEAD' ? undefined : bytes);
  }

  /**
   * The request's line, at its end. Bytes are what the connection carried since the line before, so pipelined
   * requests may be charged with each other's, and their sum is exact.
   */
  line(endedMs: number): string {
    const { link, req, res } = this;
    const read = link.socket.bytesRead;
    const written = link.socket.bytesWritten;
    const line: AccessLine = {
      host: this.host,
      endedMs,
      durationMs: this.tick() - this.startMs,
      headMs: this.headMs,
      upstreamHeadMs: this.upstreamHeadMs,
      upstreamDurationMs: this.upstreamDurationMs,
      // 499, as nginx has it: the client left before there was a head.
      status: this.headMs === null ? 499 : res.statusCode,
      bytesIn: Math.max(0, read - link.read),
      bytesOut: Math.max(0, written - link.written),
      client: link.client,
      probe: field(req.headers[probeHeader]),
      type: this.#type,
      scheme: link.scheme,
      method: req.method ?? '',
      target: req.url ?? '',
      referer: req.headers.referer ?? '',
      agent: req.headers['user-agent'] ?? '',
    };
    link.read = read;
    link.written = written;
    return accessLine(line);
  }
}

function field(value: string | string[] | undefined): string {
  return typeof value === 'string' ? value : (value?.join(', ') ?? '');
}
