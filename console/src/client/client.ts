import { QueryClient } from '@tanstack/react-query';
import createClient from 'openapi-fetch';
import { asProblem } from './problem.ts';

/** Any path and method; what each takes and answers is checked by client/ask.ts. */
interface Plain {
  readonly [path: string]: Readonly<
    Record<
      'get' | 'post' | 'put' | 'patch' | 'delete',
      { responses: { 200: { content: { 'application/json': unknown } } } }
    >
  >;
}

/** Puts parameters into addresses and JSON into bodies. */
export const client = createClient<Plain>({ baseUrl: '/api' });

/** What was read stands still until something moves (client/live.ts) or a minute has passed. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 60_000,
      // A refusal is an answer; only what did not arrive or failed there is asked again.
      retry: (count, error) => {
        const { status } = asProblem(error);
        return count < 2 && (status === 0 || status >= 500);
      },
    },
  },
});
