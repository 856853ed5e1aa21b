import { type UseMutationResult, useMutation } from '@tanstack/react-query';
import { useRef } from 'react';
import { ask, type Given, type Method, type Path, type Reply } from './ask.ts';
import { queries } from './client.ts';
import { asProblem, type Problem } from './problem.ts';

type Change = Exclude<Method, 'get'>;

/** `tag`: the ETag of what is edited (client/read.ts, tagOf). */
export type Sent<M extends Change, P extends Path<M>> = Given<M, P> & { readonly tag?: string | null };

/**
 * Sends a change. A create carries an idempotency key that stays the same until it succeeded, so that pressing
 * again after a broken line makes nothing twice. Afterwards everything below the same first part of the path
 * (`/hosts`) is read anew, and what `touches` names besides.
 */
export function useSend<M extends Change, P extends Path<M>>(
  method: M,
  path: P,
  touches: readonly Path<'get'>[] = [],
): UseMutationResult<Reply<M, P>, Problem, Sent<M, P>> {
  const attempt = useRef<{ readonly said: string; readonly key: string } | null>(null);
  return useMutation<Reply<M, P>, Problem, Sent<M, P>>({
    mutationFn: async ({ tag, ...given }) => {
      const said = JSON.stringify(given);
      if (attempt.current?.said !== said) attempt.current = { said, key: crypto.randomUUID() };
      const headers = {
        ...(tag === undefined || tag === null ? {} : { 'if-match': tag }),
        ...(method === 'post' ? { 'idempotency-key': attempt.current.key } : {}),
      };
      // What is left beside the tag is what the operation takes.
      const { value } = await ask(method, path, given as Given<M, P>, headers).catch((error: unknown) => {
        const problem = asProblem(error);
        // What was answered is answered; only what never arrived is the same try again.
        if (problem.status !== 0) attempt.current = null;
        throw problem;
      });
      attempt.current = null;
      return value;
    },
    onSuccess: () => forget([path, ...touches]),
  });
}

/** Marks what was read below these paths as old: what is on the screen is read anew at once. */
export async function forget(paths: readonly string[]): Promise<void> {
  const roots = new Set(paths.map((path) => path.split('/')[1]));
  await queries.invalidateQueries({
    predicate: ({ queryKey: [path] }) => roots.has(String(path).split('/')[1]),
  });
}
