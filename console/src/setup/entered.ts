import type { Given } from '../client/ask.ts';
import type { Problem } from '../client/problem.ts';
import { type RelayValues, relayOf } from '../relay/fields.tsx';
import type { Lang } from '../speech/lang.ts';

export type SetUp = Given<'post', '/setup'>['body'];

export interface Span {
  readonly from?: string;
  readonly to?: string;
}

/** What is entered step by step, as the forms hold it; named as the API names it, so that refusals find their fields. */
export interface Entered {
  readonly provider: Partial<SetUp['provider']>;
  readonly days: readonly string[];
  readonly morning: Span;
  readonly afternoon: Span;
  readonly holidays: 'china' | 'none';
  readonly mainland: boolean;
  /** False: letters wait until a relay is set. */
  readonly hasRelay: boolean;
  readonly relay: Partial<RelayValues>;
  readonly owner: { readonly name: string; readonly email: string; readonly password: string };
}

/** What every step is given. */
export interface StepGiven {
  readonly entered: Entered;
  readonly refused: Problem | null;
  readonly send: (part: Partial<Entered>) => Promise<void>;
  readonly onCancel?: () => void;
}

export function initial(lang: Lang): Entered {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return {
    provider: { zone: zone === 'UTC' ? 'Asia/Shanghai' : zone },
    days: ['1', '2', '3', '4', '5'],
    morning: { from: '09:00', to: '12:00' },
    afternoon: { from: '13:30', to: '18:00' },
    holidays: 'china',
    mainland: lang === 'zh',
    hasRelay: true,
    relay: { port: 587, security: 'starttls' },
    owner: { name: '', email: '', password: '' },
  };
}

/** Everything as the API takes it. */
export function setUpOf(token: string, entered: Entered, lang: Lang): SetUp {
  const { provider, days, morning, afternoon, holidays, mainland, hasRelay, relay, owner } = entered;
  const spans = [morning, afternoon].flatMap(({ from = '', to = '' }) =>
    from === '' && to === '' ? [] : [[from, to] as [string, string]],
  );
  const hours = Object.fromEntries(
    ['1', '2', '3', '4', '5', '6', '7'].map((day) => [day, days.includes(day) ? spans : []]),
  );
  const { name, email, password } = owner;
  return {
    token,
    // Each step asked for what is needed; what is missing still the server refuses at its field.
    provider: provider as SetUp['provider'],
    hours,
    holidays,
    mainland,
    relay: hasRelay ? relayOf(relay as RelayValues) : null,
    owner: { name, email, password, lang },
  };
}
