import type { Reply } from './ask.ts';
import { queries } from './client.ts';
import { useRead } from './read.ts';

/** Who is signed in and what they may do. */
export type Account = Reply<'get', '/account'>;

/** The account of the session; `error.status` 401: nobody is signed in. */
export function useAccount() {
  return useRead('/account', {});
}

/** `may(account, 'hosts:edit')`: the server decides anew with every request, the console only hides what would be refused. */
export function may(account: Account | undefined, right: string | null): boolean {
  return right === null || (account !== undefined && right in account.rights);
}

/** What one person read is not there for the next. */
export function forgetEverything(): void {
  queries.clear();
}
