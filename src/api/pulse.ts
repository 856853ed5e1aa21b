/** Something that open pages want to know of: what kind of thing moved, and whose it is. */
export interface Beat {
  readonly kind:
    | 'verdict'
    | 'host'
    | 'minute'
    | 'statement'
    | 'plan'
    | 'customer'
    | 'agreement'
    | 'drill'
    | 'other';
  /** The host or other thing; null: many. */
  readonly id: string | null;
  /** Whose; null: only staff hear it. */
  readonly customer: string | null;
}

/**
 * Hands beats to whoever listens at this moment. Nothing is kept: a page that was away asks again for what it
 * shows, a beat only says that asking is worth it.
 */
export class Pulse {
  readonly #listeners = new Set<(beat: Beat) => void>();

  get size(): number {
    return this.#listeners.size;
  }

  beat(beat: Beat): void {
    for (const listener of this.#listeners) listener(beat);
  }

  /** Listens until the function that it gives back is called. */
  listen(listener: (beat: Beat) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
