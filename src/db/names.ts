/** A plain reading or writing of rows: what may come again as it is. */
export const plain = /^\s*(?:select|insert|update|delete|with)\b/i;

const mostNamed = 500;
const mostSeen = 500;

/**
 * Names for statements that come again, so that a connection to PostgreSQL parses and plans each of them once. A statement gets
 * its name the second time; the name is its own for ever, since every connection may know it.
 */
export class Names {
  readonly #named = new Map<string, string>();
  /** What came once, the latest last. */
  readonly #seen = new Set<string>();

  /** Null: it goes without a name. */
  of(text: string): string | null {
    const known = this.#named.get(text);
    if (known !== undefined) return known;
    if (this.#named.size >= mostNamed || !plain.test(text)) return null;
    if (!this.#seen.delete(text)) {
      this.#seen.add(text);
      if (this.#seen.size > mostSeen) this.#seen.delete(this.#seen.values().next().value!);
      return null;
    }
    const name = `hp${this.#named.size}`;
    this.#named.set(text, name);
    return name;
  }
}
