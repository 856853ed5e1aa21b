import { z } from 'zod';
import { holidaysOf } from '../../calendar/holidays.ts';
import { addUser, passwordShape } from '../../entrance/flow.ts';
import { outcomes, outcomeWords } from '../../notice/channel.ts';
import { channels } from '../../notice/channels/register.ts';
import { setRelay } from '../../notice/flow.ts';
import { render } from '../../notice/message.ts';
import { relayShape } from '../../notice/relay.ts';
import { setProvider } from '../../people/flow.ts';
import { providerShape } from '../../people/party.ts';
import { lockProvider, readProvider } from '../../people/store.ts';
import { isRefusal, type Refusal, refuse } from '../../refusal.ts';
import { defaultPeriods } from '../../terms/editions/hosting.ts';
import type { House } from '../house.ts';
import { type Route, route } from '../route.ts';
import { bilingualShape, langShape } from '../shape.ts';

const tokenShape = z.string().max(300).describe('what stands after the # of the set-up link');

export const trialReply = z.strictObject({
  outcome: z.enum(outcomes),
  said: z.string().describe('the relay’s last word'),
  words: bilingualShape.describe('what it means, and what to do'),
});

const trialBody = z.strictObject({
  token: tokenShape,
  relay: relayShape,
  to: z.email().max(254),
  lang: langShape.default('zh'),
});

async function refuseToken(house: House, token: string): Promise<Refusal | null> {
  if (!(await house.first.needed())) return refuse('set-up-done', '', 'this installation is set up already');
  if (await house.first.admits(token)) return null;
  return refuse(
    'token-invalid',
    'token',
    'the link that the start printed; `hostpledge setup-link` prints another',
  );
}

const span = z.tuple([z.string().max(5), z.string().max(5)]);
const setUpBody = z.strictObject({
  token: tokenShape,
  provider: providerShape.omit({ working: true, mainland: true }),
  hours: z
    .partialRecord(z.enum(['1', '2', '3', '4', '5', '6', '7']), z.array(span).max(10))
    .optional()
    .describe(
      'working hours by ISO weekday: `{"1": [["09:00", "12:00"], ["13:30", "18:00"]]}`; left out: Monday to Friday, 9 to 12 and 13:30 to 18',
    ),
  holidays: z
    .enum(['china', 'none'])
    .default('china')
    .describe('days off: the State Council’s lists, or none'),
  mainland: z
    .boolean()
    .default(false)
    .describe('hosting in mainland China: filing numbers, checked identities'),
  owner: z.strictObject({
    name: z.string().trim().min(1).max(100),
    email: z.email().max(254),
    password: passwordShape,
    lang: langShape.default('zh'),
  }),
  relay: relayShape.nullable().default(null).describe('null: letters wait until a relay is set'),
});
type SetUp = z.output<typeof setUpBody>;

function profileOf({ provider, hours, holidays, mainland }: SetUp, now: number) {
  const year = new Date(now).getUTCFullYear();
  const lists = holidays === 'china' ? holidaysOf([year - 1, year, year + 1]) : { holidays: [], makeup: [] };
  const working = { zone: provider.zone, periods: hours ?? defaultPeriods, ...lists, makeupLike: '1' };
  return { ...provider, mainland, working };
}

export const setUpRoutes: readonly Route[] = [
  route({
    method: 'GET',
    url: '/setup',
    id: 'setup.state',
    summary: 'Whether this installation still waits for its set-up',
    gate: 'open',
    reply: z.strictObject({ needed: z.boolean() }),
    ahead: ({ house }) => house.first.needed(),
    handle: async ({ ahead }) => ({ needed: ahead === true }),
  }),
  route({
    method: 'POST',
    url: '/setup/mail',
    id: 'setup.mail',
    summary:
      'Sends a real test mail with the relay’s settings as they are being entered; takes up to half a minute',
    gate: 'open',
    body: trialBody,
    reply: trialReply,
    ahead: async ({ house, body, now }) => {
      const refused = await refuseToken(house, body.token);
      if (refused !== null) return refused;
      const name = { zh: 'Hostpledge', en: 'Hostpledge' };
      const sender = { name, address: body.relay.from, origin: house.origins()[0] };
      const letter = { kind: 'test' as const, to: body.to, lang: body.lang };
      return channels.mail(body.relay).send(render(letter, `setup ${now}`, sender, ''));
    },
    handle: async ({ ahead, body, note }) => {
      const { outcome, said } = ahead;
      note('relay', null, null, { host: body.relay.host, to: body.to, outcome });
      return { outcome, said, words: outcomeWords(outcome) };
    },
  }),
  route({
    method: 'POST',
    url: '/setup',
    id: 'setup.finish',
    summary: 'Sets everything up at once: provider, hours, first owner, mail relay; once and never again',
    gate: 'open',
    body: setUpBody,
    reply: z.strictObject({
      email: z.string().describe('of the owner, who signs in next and adds a second factor'),
    }),
    status: 201,
    ahead: async ({ house, body }) => refuseToken(house, body.token),
    handle: async ({ tx, now, body, note, house }) => {
      await lockProvider(tx);
      if ((await readProvider(tx)) !== null) {
        return refuse('set-up-done', '', 'this installation is set up already');
      }
      const refused = await setProvider(tx, now, profileOf(body, now));
      if (refused !== null) return { ...refused, path: `provider.${refused.path}` };
      const owner = await addUser(tx, now, { ...body.owner, role: 'owner', customer: null });
      if (isRefusal(owner)) return { ...owner, path: `owner.${owner.path}` };
      const wrong = body.relay === null ? null : await setRelay(tx, now, body.relay, house.vault);
      if (wrong !== null) return { ...wrong, path: `relay.${wrong.path}` };
      note('provider', null, null, { provider: body.provider, owner: owner.email, relay: body.relay });
      return { email: owner.email };
    },
  }),
];
