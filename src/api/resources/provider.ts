import { z } from 'zod';
import { setProvider } from '../../people/flow.ts';
import { providerShape } from '../../people/party.ts';
import { readProvider } from '../../people/store.ts';
import { isRefusal, type Refusal, refuse } from '../../refusal.ts';
import { type Context, type Route, route } from '../route.ts';
import { instantShape, isoOrNull } from '../shape.ts';

const providerReply = z.strictObject({
  profile: providerShape,
  sampledUntil: instantShape.nullable().describe('what was before this instant is sample'),
});
type ProviderReply = z.input<typeof providerReply>;

async function shown({
  tx,
}: Pick<Context<unknown, unknown, unknown>, 'tx'>): Promise<ProviderReply | Refusal> {
  const provider = await readProvider(tx);
  if (provider === null) return refuse('provider-missing', '', 'the provider has not set up this site yet');
  return { profile: provider.profile, sampledUntil: isoOrNull(provider.sampledUntil) };
}

export const providerRoutes: readonly Route[] = [
  route({
    method: 'GET',
    url: '/provider',
    id: 'provider.read',
    summary: 'The provider’s particulars, zone and working hours',
    gate: 'provider:read',
    reply: providerReply,
    handle: shown,
  }),
  route({
    method: 'PUT',
    url: '/provider',
    id: 'provider.change',
    summary: 'Changes the provider’s profile',
    gate: 'provider:edit',
    body: providerShape,
    reply: providerReply,
    current: shown,
    handle: async (context) => {
      const before = await shown(context);
      if (isRefusal(before)) return before;
      const refused = await setProvider(context.tx, context.now, context.body);
      if (refused !== null) return refused;
      const after = await shown(context);
      if (isRefusal(after)) return after;
      context.note('provider', null, before.profile, after.profile);
      return after;
    },
  }),
  route({
    method: 'POST',
    url: '/drills',
    id: 'drills.begin',
    summary: 'Breaks the running plane for real, for a while',
    gate: 'drills:edit',
    body: z.strictObject({
      kind: z.enum(['web-down', 'ftp-down', 'slow', 'plane-killed', 'prober-offline']),
      forMs: z.int().min(1000).max(86_400_000),
    }),
    reply: z.strictObject({ kind: z.string(), forMs: z.int() }),
    handle: async ({ body, note, house }) => {
      note(body.kind, null, null, body);
      house.drill(body.kind, body.forMs);
      return body;
    },
  }),
];
