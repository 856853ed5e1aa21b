import { readDomain } from '../hosting/domain.ts';
import { type Refusal, refuse } from '../refusal.ts';
import type { House } from './house.ts';

/**
 * The console shares no name with a hosted site: a page of a customer under it would have its cookies and speak in
 * its name. Refuses a domain that is one of the names under which the console answers.
 */
export function refuseOurs({ origins }: Pick<House, 'origins'>, domain: string): Refusal | null {
  const name = readDomain(domain);
  const isOurs = origins().some((origin) => new URL(origin).hostname === name);
  return isOurs ? refuse('domain-ours', 'domain', 'a domain of your own: this one is the console’s') : null;
}
