import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** One thing that somebody did: who, what, before, after, when, from where. */
export interface AuditEntry {
  readonly at: number;
  /** Who, as they were named then: `user`, `key`, `system` or a `visitor`. */
  readonly actor: {
    readonly kind: 'user' | 'key' | 'system' | 'visitor';
    readonly id: string;
    readonly name: string;
  };
  /** `hosts.bind`: the operation of the API, or `entrance.sign-in`. */
  readonly action: string;
  /** What it was done to: `host h000001`. */
  readonly resource: string;
  readonly subject: string;
  /** The customer whom it concerns and who may read it; null: staff only. */
  readonly customer: string | null;
  readonly before: unknown;
  readonly after: unknown;
  /** Address and agent that it came from; of the request with this id. */
  readonly address: string;
  readonly agent: string;
  readonly request: string;
}

const hidden = /password|secret|token|code|^key$|digest|passphrase/i;

/** A copy without what must never be written down: the value of such a field becomes `(hidden)`. */
export function cleaned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== 'object' || value === null) return value === undefined ? null : value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, hidden.test(key) ? '(hidden)' : cleaned(inner)]),
  );
}

/** The SHA-256 of the entry's canonical JSON (RFC 8785): its leaf in the evidence chain. */
export function digestOf(entry: AuditEntry): Buffer {
  const { at, actor, action, resource, subject, customer, before, after, address, agent, request } = entry;
  const text = canonicalize({
    at,
    actor,
    action,
    resource,
    subject,
    customer,
    before: cleaned(before),
    after: cleaned(after),
    address,
    agent,
    request,
  });
  if (text === undefined) throw new Error('an audit entry is always JSON');
  return createHash('sha256').update(text).digest();
}
