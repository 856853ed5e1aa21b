import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';

const most = 10_000;

/**
 * Whose requests are counted together: those of an API key that has opened something before, else those of an
 * address. A header that anybody can make up anew each time is nobody's count of their own.
 */
export class Callers {
  readonly #known = new Set<string>();

  keyOf(request: FastifyRequest): string {
    const digest = digestOf(request);
    return digest !== null && this.#known.has(digest) ? digest : request.ip;
  }

  /** Called with every answer: only a key that stands gets a value from a route that asks who it is. */
  note(request: FastifyRequest, status: number): void {
    const digest = digestOf(request);
    if (digest === null || status >= 300 || !('gate' in request.routeOptions.config)) return;
    this.#known.delete(digest);
    this.#known.add(digest);
    // The oldest go first.
    if (this.#known.size > most) this.#known.delete(this.#known.keys().next().value!);
  }
}

/** Of the key alone: how somebody writes `Bearer` makes no other caller of them. */
function digestOf({ headers }: FastifyRequest): string | null {
  const secret = /^Bearer (hp_[\w-]{43})$/i.exec(headers.authorization ?? '')?.[1];
  return secret === undefined ? null : createHash('sha256').update(secret).digest('base64url');
}
