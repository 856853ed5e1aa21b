import { z } from 'zod';

/**
 * "The domain says no": an expected answer, returned rather than thrown. `code` is permanent (programs may
 * match it), `path` names the field in the caller's own terms, `rule` says what would have been accepted.
 */
export interface Refusal {
  readonly refused: true;
  readonly code: string;
  readonly path: string;
  readonly rule: string;
}

/** A refusal, ready to return. `path` is as in `terms.guarantees[0].id`; empty means the whole input. */
export function refuse(code: string, path: string, rule: string): Refusal {
  return { refused: true, code, path, rule };
}

/** The first fault that a schema found; a key that there is not is named itself. */
export function refuseShape(code: string, error: z.ZodError): Refusal {
  const issue = error.issues[0]!;
  const foreign = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  if (foreign === undefined) return refuse(code, z.core.toDotPath(issue.path), issue.message);
  return refuse(code, z.core.toDotPath([...issue.path, foreign]), 'unknown key');
}

export function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && 'refused' in value && value.refused === true;
}

/** Thrown only across a boundary that cannot return one (a transaction that must roll back, a route). */
export class Refused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(`${refusal.path}: ${refusal.rule} (${refusal.code})`);
    this.refusal = refusal;
  }
}
