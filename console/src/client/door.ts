import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { queries } from './client.ts';
import { asProblem, type Problem, problemOf } from './problem.ts';

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
  if (!response.ok) throw problemOf(response.status, parsed(text));
  return parsed(text) as Value;
}

function parsed(text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

/** What a door tells, kept like everything that is read; `forgetDoors` after a change. */
export function useDoor<Value>(path: string): UseQueryResult<Value, Problem> {
  return useQuery<Value, Problem>({ queryKey: ['/doors', path], queryFn: () => door<Value>(path) });
}

export async function forgetDoors(): Promise<void> {
  await queries.invalidateQueries({
    predicate: ({ queryKey: [path] }) => path === '/doors' || path === '/account',
  });
}
