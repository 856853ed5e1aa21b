/** What identifies the representation that would be sent. */
export interface Validators {
  /** Strong, with its quotes. */
  readonly etag: string;
  /** Whole seconds, as Last-Modified tells them: epoch ms divisible by 1000. */
  readonly modifiedMs: number;
}

/** The fields of a request that are about a version. */
export interface Conditions {
  readonly 'if-match'?: string | undefined;
  readonly 'if-none-match'?: string | undefined;
  readonly 'if-modified-since'?: string | undefined;
  readonly 'if-unmodified-since'?: string | undefined;
}

/** Evaluates the preconditions of a GET or HEAD in the order of RFC 9110 §13.2.2. */
export function judge(headers: Conditions, now: Validators): 'send' | 'not-modified' | 'failed' {
  const match = headers['if-match'];
  const unmodified = headers['if-unmodified-since'];
  if (match !== undefined) {
    if (!lists(match, now.etag, false)) return 'failed';
  } else if (unmodified !== undefined) {
    const since = httpDate(unmodified);
    if (since !== null && now.modifiedMs > since) return 'failed';
  }
  const none = headers['if-none-match'];
  if (none !== undefined) return lists(none, now.etag, true) ? 'not-modified' : 'send';
  const modified = headers['if-modified-since'];
  const since = modified === undefined ? null : httpDate(modified);
  return since !== null && now.modifiedMs <= since ? 'not-modified' : 'send';
}

/** Whether a Range may be served: no If-Range, or one that names this very representation (RFC 9110 §13.1.5). */
export function rangeHolds(field: string | undefined, now: Validators): boolean {
  if (field === undefined) return true;
  return field.startsWith('"') ? field === now.etag : httpDate(field) === now.modifiedMs;
}

/** `weakly`: a weak tag with the same text matches too (If-None-Match); a strong comparison refuses it (If-Match). */
function lists(field: string, etag: string, weakly: boolean): boolean {
  if (field.trim() === '*') return true;
  for (const [, weak, tag] of field.matchAll(/(W\/)?("[\x21\x23-\x7e\x80-\xff]*")/g)) {
    if (tag === etag && (weakly || weak === undefined)) return true;
  }
  return false;
}

const fixdate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
const rfc850 = /^[A-Z][a-z]+day, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/;
const asctime = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/;

/** Epoch ms of the three forms that RFC 9110 §5.6.7 makes every recipient accept; null for anything else. */
export function httpDate(text: string): number | null {
  const full = asctime.test(text) ? `${text} GMT` : text;
  if (full === text && !fixdate.test(text) && !rfc850.test(text)) return null;
  const at = Date.parse(full);
  return Number.isNaN(at) ? null : at;
}
