/**
 * Stands before what planes and probers tell. While it is closed they wait outside with their messages, which
 * stay in their spools: so a backup sees the database and the spools of one moment.
 */
export class Gate {
  #inside = 0;
  #left: () => void = () => undefined;
  /** Resolves when the gate opens; null: it is open. */
  #opening: Promise<void> | null = null;

  /** Does the work once the gate is open. */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    while (this.#opening !== null) await this.#opening;
    this.#inside += 1;
    try {
      return await work();
    } finally {
      this.#inside -= 1;
      this.#left();
    }
  }

  /** Closes it, and resolves when nobody is inside any more, with what opens it again. */
  async close(): Promise<() => void> {
    while (this.#opening !== null) await this.#opening;
    let resolve: () => void = () => undefined;
    this.#opening = new Promise((done) => {
      resolve = done;
    });
    const open = (): void => {
      this.#opening = null;
      resolve();
    };
    while (this.#inside > 0) {
      await new Promise<void>((done) => {
        this.#left = done;
      });
    }
    return open;
  }
}
