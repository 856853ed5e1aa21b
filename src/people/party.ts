import { z } from 'zod';
import type { WorkingText } from '../terms/editions/hosting.ts';
import { workingShape, zone } from '../terms/value.ts';

/** The particulars that head the agreement, of either party. */
export const particularsShape = z.strictObject({
  name: z.string().trim().min(1).max(200),
  contact: z.string().trim().max(100).default(''),
  phone: z.string().trim().max(40).default(''),
  fax: z.string().trim().max(40).default(''),
  email: z.email().max(254),
  address: z.string().trim().max(300).default(''),
  postcode: z.string().trim().max(20).default(''),
});
export type Particulars = z.output<typeof particularsShape>;

const bilingual = z.strictObject({ zh: z.string().min(1).max(200), en: z.string().min(1).max(200) });

/** What happens at the end of a term that is not renewed. */
export const renewalShape = z.strictObject({
  reminders: z
    .array(z.int().min(0).max(365))
    .max(12)
    .default([30, 7, 3, 0])
    .refine((days) => new Set(days).size === days.length, 'each number of days once')
    .describe('days before the end at which the customer is reminded'),
  keepDays: z
    .int()
    .min(0)
    .max(365)
    .default(30)
    .describe('days for which a stopped host’s data is kept; then it is released'),
  shift: z
    .boolean()
    .default(false)
    .describe('off days off: reminders come before them, a stop and a release after them'),
});
export type RenewalRules = z.output<typeof renewalShape>;
export const defaultRenewals: RenewalRules = renewalShape.parse({});

/** What the provider says of itself on the site and on every agreement. */
export const providerShape = z.strictObject({
  name: bilingual,
  particulars: particularsShape,
  salesPhone: z.string().trim().min(1).max(40),
  servicePhone: z.string().trim().min(1).max(40),
  /** The zone in which months are cut. */
  zone,
  /** Hosting in mainland China: a domain needs its filing number, the customer a checked identity. */
  mainland: z.boolean().default(false),
  renewals: renewalShape.prefault({}),
  /** Working hours as terms state them; kept as written, since terms carry them on. */
  working: z.custom<WorkingText>((value) => workingShape.safeParse(value).success, {
    error: 'working hours as in terms: zone, periods, holidays, makeup, makeupLike',
  }),
});
export type ProviderProfile = z.output<typeof providerShape>;

export const customerShape = z.strictObject({
  kind: z.enum(['company', 'person']),
  particulars: particularsShape,
});
export type NewCustomer = z.output<typeof customerShape>;
