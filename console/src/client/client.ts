import { QueryClient } from '@tanstack/react-query';
import createClient from 'openapi-fetch';
import type { paths } from '../api.d.ts';
import { asProblem } from './problem.ts';

/** The API with the types that were made from its document. */
export const client = createClient<paths>({ baseUrl: '/api' });

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
