import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { type Answer, ask, type Reply } from './ask.ts';
import { queries } from './client.ts';
import { door } from './door.ts';
import { Problem } from './problem.ts';
import { keyOf } from './read.ts';

/** Who is signed in and what they may do. */
export type Account = Reply<'get', '/account'>;

const nobody = () => new Problem(401, 'sign-in-needed', '', '');

/**
 * The account of the session; `error.status` 401: nobody is signed in. Asked of the door first, which answers
 * "nobody" without a failure in the browser's console.
 */
export function useAccount(): UseQueryResult<Account, Problem> {
  return useQuery<Answer<Account>, Problem, Account>({
    queryKey: keyOf('/account', {}),
    queryFn: async () => {
      if ((await door('/get-session')) === null) throw nobody();
      return ask('get', '/account', {});
    },
    select: ({ value }) => value,
  });
}

/** `may(account, 'hosts:edit')`: the server decides anew with every request, the console only hides what would be refused. */
export function may(account: Account | undefined, right: string | null): boolean {
  return right === null || (account !== undefined && right in account.rights);
}

/** What one person read is not there for the next; what the page for nobody shows at this moment stays. */
export function forgetEverything(): void {
  queries.removeQueries({ type: 'inactive' });
}
