/** What the server said no to (RFC 9457), or that it could not be reached (`code` is `offline`, status 0). */
export class Problem extends Error {
  readonly status: number;
  /** Permanent; speech/refusals.ts has its words. */
  readonly code: string;
  /** The field: `provider.name.zh`, `scopes[0]`; empty: the whole. */
  readonly path: string;
  /** What would be accepted, in the server's English. */
  readonly rule: string;

  constructor(status: number, code: string, path: string, rule: string) {
    super(`${code} ${path}: ${rule}`);
    this.name = 'Problem';
    this.status = status;
    this.code = code;
    this.path = path;
    this.rule = rule;
  }
}

/** The refusal of an answer that was not ok; `body` is its JSON or text. */
export function problemOf(status: number, body: unknown): Problem {
  const told = typeof body === 'object' && body !== null ? (body as Readonly<Record<string, unknown>>) : {};
  const text = (key: string): string => (typeof told[key] === 'string' ? told[key] : '');
  // The doors of sign-in speak the library's language: `INVALID_PASSWORD` with a `message`.
  const code = text('code').toLowerCase().replaceAll('_', '-');
  return new Problem(
    status,
    code || (status >= 500 ? 'failed-here' : 'request-malformed'),
    text('path'),
    text('rule') || text('message') || text('title'),
  );
}

/** Anything that was thrown, as something that can be shown. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  // fetch() throws a TypeError when nobody answered.
  if (error instanceof TypeError) return new Problem(0, 'offline', '', error.message);
  return new Problem(0, 'failed-there', '', error instanceof Error ? error.message : String(error));
}
