import { type Refusal, refuse } from '../refusal.ts';

/**
 * The numbers by which parties in mainland China are identified: a company's unified social credit code (GB
 * 32100-2015) and a natural person's resident identity number (GB 11643-1999). Both carry a check digit.
 */

/** Digits of the credit code in their order; I, O, S, V and Z are left out (GB 32100, 4.2). */
const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';

/** The code as it is kept: 18 characters, upper case. */
export function readCreditCode(input: string, path = 'number'): string | Refusal {
  const code = input.replace(/\s/g, '').toUpperCase();
  if (!/^[0-9A-HJ-NP-RTUW-Y]{2}\d{6}[0-9A-HJ-NP-RTUW-Y]{10}$/.test(code)) {
    return refuse('identity-invalid', path, 'a unified social credit code of 18 characters (GB 32100)');
  }
  // GB 32100, 6: weights 3^(i-1) modulo 31, ISO 7064 pure system.
  let [sum, weight] = [0, 1];
  for (const digit of code.slice(0, 17)) {
    sum += alphabet.indexOf(digit) * weight;
    weight = (weight * 3) % 31;
  }
  if (alphabet[(31 - (sum % 31)) % 31] === code[17]) return code;
  return refuse('identity-invalid', path, 'a unified social credit code whose check digit fits (GB 32100)');
}

/** Provinces by the first two digits (GB/T 2260). */
const provinces = new Set(
  '11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83'.split(
    ' ',
  ),
);

/** The number as it is kept: 17 digits and the check digit, which may be X. `now` tells births that have not been. */
export function readResidentNumber(input: string, now: number, path = 'number'): string | Refusal {
  const number = input.replace(/\s/g, '').toUpperCase();
  const wrong = (rule: string): Refusal => refuse('identity-invalid', path, rule);
  if (!/^[1-9]\d{16}[\dX]$/.test(number)) return wrong('an identity number of 18 characters (GB 11643)');
  if (!provinces.has(number.slice(0, 2))) return wrong('an identity number that begins with a province');
  const born = bornAt(number.slice(6, 14));
  if (born === null || born > now) return wrong('an identity number with a date of birth that has been');
  // ISO 7064 MOD 11-2: weights 2^(18-i) modulo 11.
  let sum = 0;
  for (let i = 0; i < 17; i += 1) sum += Number(number[i]) * (2 ** (17 - i) % 11);
  return '10X98765432'[sum % 11] === number[17]
    ? number
    : wrong('an identity number whose check digit fits (GB 11643)');
}

/** `19491231` as an instant (UTC); null when there is no such day. */
function bornAt(digits: string): number | null {
  const date = `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`;
  const at = Date.parse(`${date}T00:00:00Z`);
  if (Number.isNaN(at) || digits < '18000101') return null;
  return new Date(at).toISOString().startsWith(date) ? at : null;
}

/** What may be shown of a number: `1101************2X`. */
export function masked(number: string): string {
  return `${number.slice(0, 4)}${'*'.repeat(number.length - 6)}${number.slice(-2)}`;
}

export const identityWays = ['original', 'copy', 'register', 'call'] as const;

/** One check of an identity, as recorded. */
export interface Checked {
  readonly kind: 'company' | 'person';
  /** As it was when it was checked. */
  readonly name: string;
}

/** A check is about a name: a customer who is called otherwise since, or is of another kind, was not checked. */
export function isChecked(latest: Checked | null, customer: Checked): boolean {
  return latest !== null && latest.kind === customer.kind && latest.name === customer.name;
}
