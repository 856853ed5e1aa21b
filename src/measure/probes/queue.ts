/** First in, first out, at constant cost whatever its length (an array's shift moves a long one each time). */
export class Queue<T> {
  #items: (T | undefined)[] = [];
  #head = 0;

  push(item: T): void {
    this.#items.push(item);
  }

  first(): T | undefined {
    return this.#items[this.#head];
  }

  shift(): T | undefined {
    const item = this.#items[this.#head];
    if (item === undefined) return undefined;
    this.#items[this.#head++] = undefined;
    if (this.#head > 1_024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }
}

/** Items that are due after a wait: one queue for each length of wait, in which the first put in is the first due. */
export class Waits<T> {
  readonly #queues = new Map<number, Queue<{ readonly item: T; readonly due: number }>>();

  /** Monotonic ms at which the item will be due. */
  put(item: T, waitMs: number, tick: number): number {
    const queue = this.#queues.get(waitMs) ?? new Queue();
    this.#queues.set(waitMs, queue);
    queue.push({ item, due: tick + waitMs });
    return tick + waitMs;
  }

  /** Takes out what is due, with the instant at which it was. */
  *take(tick: number): Generator<{ readonly item: T; readonly due: number }> {
    for (const queue of this.#queues.values()) {
      for (let first = queue.first(); first !== undefined && first.due <= tick; first = queue.first()) {
        queue.shift();
        yield first;
      }
    }
  }

  /** When the first will be due; infinity when nothing waits. */
  next(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const queue of this.#queues.values()) next = Math.min(next, queue.first()?.due ?? next);
    return next;
  }
}
