import { z } from 'zod';

/** What a plane reports of itself, and where its doors are. */
export const healthShape = z.strictObject({
  address: z.string(),
  httpPort: z.int(),
  httpsPort: z.int().nullable(),
  ftpPort: z.int(),
  hosts: z.int(),
  quarantined: z.array(z.string()),
  loopDelayMs: z.number(),
  lostLines: z.int(),
});
export type ReportedHealth = z.output<typeof healthShape>;
