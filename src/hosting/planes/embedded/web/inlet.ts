import { ChunkReader } from './chunk.ts';

/** The body of a request as it comes in: what is not yet asked for waits here, a little of it. */
export class Inlet {
  readonly #chunks: ChunkReader | null;
  /** Of a body of known length. */
  #left: number;
  #queue: Buffer[] = [];
  #queued = 0;
  #wake: (() => void) | null = null;
  #cut = false;
  /** Bytes on the line so far, wrapping included. */
  taken = 0;
  /** Called when there is room again after `isFull`. */
  onRoom: () => void = () => undefined;

  /** `bodyBytes` as in Head. */
  constructor(bodyBytes: number) {
    this.#chunks = bodyBytes < 0 ? new ChunkReader() : null;
    this.#left = bodyBytes;
  }

  get isWhole(): boolean {
    return this.#chunks === null ? this.#left === 0 : this.#chunks.done;
  }

  get isFull(): boolean {
    return this.#queued >= queueBytes;
  }

  /** Why it can be no body; null: it is well so far. */
  get fault(): string | null {
    return this.#chunks?.fault ?? null;
  }

  /** Takes what belongs to the body from `bytes[at, …)`; the index after it. */
  take(bytes: Buffer, at: number): number {
    const next = this.#chunks === null ? this.#plain(bytes, at) : this.#chunked(this.#chunks, bytes, at);
    this.taken += next - at;
    this.#rouse();
    return next;
  }

  /** Nothing more will come. */
  cut(): void {
    this.#cut = true;
    this.#rouse();
  }

  /** Ends with the body, or early when it is cut: `isWhole` tells which. */
  async *pieces(): AsyncGenerator<Buffer> {
    for (;;) {
      const wasFull = this.isFull;
      const pieces = this.#queue;
      this.#queue = [];
      this.#queued = 0;
      if (wasFull) this.onRoom();
      yield* pieces;
      if (this.#queue.length > 0) continue;
      if (this.isWhole || this.#cut || this.fault !== null) return;
      await new Promise<void>((done) => {
        this.#wake = done;
      });
    }
  }

  #plain(bytes: Buffer, at: number): number {
    const piece = bytes.subarray(at, at + this.#left);
    this.#left -= piece.length;
    if (piece.length > 0) this.#put(piece);
    return at + piece.length;
  }

  /** What a packet holds is one piece: in chunks of a byte each it would be ten thousand, each an object of its own. */
  #chunked(chunks: ChunkReader, bytes: Buffer, at: number): number {
    const pieces: Buffer[] = [];
    const next = chunks.take(bytes, at, (piece) => pieces.push(piece));
    if (pieces.length > 0) this.#put(pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces));
    return next;
  }

  #put(piece: Buffer): void {
    this.#queue.push(piece);
    this.#queued += piece.length;
  }

  #rouse(): void {
    this.#wake?.();
    this.#wake = null;
  }
}

const queueBytes = 65_536;

/** Of a request without a body. */
export const noInlet = new Inlet(0);
