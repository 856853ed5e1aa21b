import { z } from 'zod';
import { keepable } from '../terms/value.ts';

/** A plane says how it is every 10 s; one that was not heard of for so long is silent. */
export const planeSilentMs = 60_000;

/** What a plane reports of itself, and where its doors are. */
export const healthShape = z.strictObject({
  address: keepable,
  httpPort: z.int(),
  httpsPort: z.int().nullable(),
  ftpPort: z.int(),
  hosts: z.int(),
  quarantined: z.array(keepable),
  loopDelayMs: z.number(),
  lostLines: z.int(),
});
export type ReportedHealth = z.output<typeof healthShape>;
