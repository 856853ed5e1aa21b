import { asProblem, problemOf } from './problem.ts';

/** The doors of sign-in below `/api/auth` (src/api/auth.ts): not part of the document, so typed at each call. */
export async function door<Value>(path: string, body?: Readonly<Record<string, unknown>>): Promise<Value> {
  const init: RequestInit =
    body === undefined
      ? {}
      : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(`/api/auth${path}`, init).catch((error: unknown) => {
    throw asProblem(error);
  });
  const text = await response.text();
  const answer: unknown = text === '' ? null : JSON.parse(text);
  if (!response.ok) throw problemOf(response.status, answer);
  return answer as Value;
}
