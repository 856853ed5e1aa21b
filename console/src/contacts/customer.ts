import { useParams } from '@tanstack/react-router';
import { useAccount } from '../client/session.ts';

/** Whose page it is: the customer of the address (staff), or the reader's own; '' until the account is known. */
export function useCustomer(): { readonly customer: string; readonly isOwn: boolean } {
  const { id }: { id?: string } = useParams({ strict: false });
  const account = useAccount();
  const own = account.data?.customer ?? null;
  return { customer: id ?? own ?? '', isOwn: own !== null };
}
