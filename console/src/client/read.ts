import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { type Answer, ask, type Given, type Path, type Reply } from './ask.ts';
import { queries } from './client.ts';
import type { Problem } from './problem.ts';

/** Where what was read is kept: the path first, so that a change may say "all of /hosts". */
export function keyOf<P extends Path<'get'>>(path: P, given: Given<'get', P>): readonly unknown[] {
  return [path, given];
}

/**
 * Reads from the API and keeps what it read; live events and changes read it anew. While another page of the same
 * list is on its way the one before stays (`isPlaceholderData`). `when` false: not yet.
 */
export function useRead<P extends Path<'get'>>(
  path: P,
  given: Given<'get', P>,
  when = true,
): UseQueryResult<Reply<'get', P>, Problem> {
  return useQuery<Answer<Reply<'get', P>>, Problem, Reply<'get', P>>({
    queryKey: keyOf(path, given),
    queryFn: () => ask('get', path, given),
    select: ({ value }) => value,
    enabled: when,
    placeholderData: (before, query) =>
      placeOf(query?.queryKey) === placeOf(keyOf(path, given)) ? before : undefined,
  });
}

/** Which thing a read is of, whatever was filtered: another host's values are never shown in this one's place. */
function placeOf(key: readonly unknown[] | undefined): string {
  const given = key?.[1] as { readonly path?: unknown } | undefined;
  return JSON.stringify([key?.[0], given?.path]);
}

/** The ETag of what `useRead` shows, for the edit of it; null: not read yet. */
export function tagOf<P extends Path<'get'>>(path: P, given: Given<'get', P>): string | null {
  return queries.getQueryData<Answer<unknown>>(keyOf(path, given))?.tag ?? null;
}
