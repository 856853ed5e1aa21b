import { domainToASCII } from 'node:url';
import { type Refusal, refuse } from '../refusal.ts';

/** A domain as bound: lower-case A-label form (RFC 5890), at most 253 characters. */
export function readDomain(input: string, path = 'domain'): string | Refusal {
  const name = input.trim().replace(/\.$/, '');
  const ascii = domainToASCII(name).toLowerCase();
  const labels = ascii.split('.');
  const valid =
    // domainToASCII reads a URL's host: it drops a path and decodes `%61`, which nobody meant as a name.
    !/[%/?#\\@:]/.test(name) &&
    ascii.length > 0 &&
    ascii.length <= 253 &&
    labels.length >= 2 &&
    labels.every((label) => /^(?!-)[a-z0-9-]{1,63}(?<!-)$/.test(label)) &&
    !/^\d+$/.test(labels.at(-1) ?? '');
  return valid ? ascii : refuse('domain-invalid', path, 'a domain name such as www.example.com');
}
