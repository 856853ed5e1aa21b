import { z } from 'zod';
import { roles } from '../../entrance/role.ts';
import { type Route, route } from '../route.ts';

const loopback = /^(?:127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;

export const sampleRoutes: readonly Route[] = [
  route({
    method: 'GET',
    url: '/sample',
    id: 'sample.logins',
    summary:
      'Ready-made logins of an installation with samples, to callers on the same machine; an empty list to everybody else',
    gate: 'open',
    reply: z.strictObject({
      users: z.array(
        z.strictObject({
          email: z.string(),
          name: z.string(),
          role: z.enum(roles),
          customer: z.string().nullable(),
          password: z.string(),
          code: z.string().nullable().describe('the one-time code of this moment; null: none is asked for'),
        }),
      ),
    }),
    ahead: async ({ house, from, hostname }) => {
      const isHere = loopback.test(from.address);
      // A page of another name that was made to point here (DNS rebinding) asks under its own name.
      const isOurs = house.origins().some((origin) => new URL(origin).host === hostname);
      // Nobody is told that there is something for others: it is the answer of an installation without samples.
      return (isHere && isOurs ? await house.samples() : null) ?? [];
    },
    handle: async ({ ahead }) => ({ users: [...ahead] }),
  }),
];
