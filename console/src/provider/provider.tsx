import { Checkbox, Input, InputNumber, Select } from 'antd';
import type { ReactNode } from 'react';
import type { Given, Reply } from '../client/ask.ts';
import { tagOf, useRead } from '../client/read.ts';
import { useSend } from '../client/send.ts';
import { may, useAccount } from '../client/session.ts';
import { Field } from '../pattern/field.tsx';
import { Form } from '../pattern/form.tsx';
import { Loaded } from '../pattern/loaded.tsx';
import { say } from '../pattern/notice.tsx';
import { Page } from '../pattern/page.tsx';
import { both, useLang, useWords } from '../speech/lang.ts';
import { datesOf, daysText } from './days.ts';
import { type Hours, hoursOf, periodsOf, type Working, weekdayName, weekdays } from './hours.ts';
import { words } from './words.ts';

const pageWords = both({
  zh: {
    title: '服务商资料',
    lead: '写在公开页面和每份新协议上。已经提供的协议保留当时的内容。',
    read: '只有所有者可以修改。',
    save: '保存',
    saved: '已保存。',
  },
  en: {
    title: 'The provider',
    lead: 'Shown on the public page and in every new agreement. Agreements already offered keep what they said.',
    read: 'Only an owner may change it.',
    save: 'Save',
    saved: 'Saved.',
  },
});

/** It is there for `disabled` alone. */
const bare = { border: 0, margin: 0, padding: 0, minWidth: 0 } as const;

type Profile = Reply<'get', '/provider'>['profile'];
type Body = Given<'put', '/provider'>['body'];

type Entered = Omit<Body, 'working' | 'renewals'> & {
  readonly hours: Hours;
  readonly holidays: string;
  readonly makeup: string;
  readonly makeupLike: string;
  readonly reminders: string;
  readonly renewals: { readonly keepDays: number; readonly shift: boolean };
};

export function Screen(): ReactNode {
  const w = useWords(pageWords);
  const account = useAccount();
  const read = useRead('/provider', {});
  const canEdit = may(account.data, 'provider:edit');
  return (
    <Page title={w.title} lead={canEdit ? w.lead : `${w.lead} ${w.read}`}>
      <Loaded read={read}>{({ profile }) => <Edit profile={profile} canEdit={canEdit} />}</Loaded>
    </Page>
  );
}

function enteredOf(profile: Profile): Entered {
  const { working, renewals, ...rest } = profile;
  const { reminders, keepDays, shift } = renewals;
  return {
    ...rest,
    hours: hoursOf(working as Working),
    holidays: daysText((working as Working).holidays ?? []),
    makeup: daysText((working as Working).makeup ?? []),
    makeupLike: (working as Working).makeupLike ?? '1',
    reminders: reminders.join(' '),
    renewals: { keepDays, shift },
  };
}

function bodyOf(profile: Profile, entered: Entered): Body {
  const { hours, reminders, renewals, holidays, makeup, makeupLike, ...rest } = entered;
  const periods = Object.fromEntries(weekdays.map((day) => [day, periodsOf(hours[day]) ?? []]));
  const days = reminders
    .split(/\D+/)
    .filter((part) => part !== '')
    .map(Number);
  return {
    ...rest,
    renewals: { ...renewals, reminders: days },
    working: {
      ...(profile.working as Working),
      zone: rest.zone,
      periods,
      holidays: datesOf(holidays) ?? [],
      makeup: datesOf(makeup) ?? [],
      makeupLike,
    },
  };
}

function Edit({ profile, canEdit }: { readonly profile: Profile; readonly canEdit: boolean }): ReactNode {
  const w = useWords(pageWords);
  const send = useSend('put', '/provider');
  const save = async (entered: Entered): Promise<void> => {
    await send.mutateAsync({ body: bodyOf(profile, entered), tag: tagOf('/provider', {}) } as never);
    say(w.saved);
  };
  return (
    <fieldset disabled={!canEdit} style={bare}>
      <Form<Entered> initial={enteredOf(profile)} send={save} submit={w.save}>
        <Names />
        <Times />
        <Days />
        <Renewals />
      </Form>
    </fieldset>
  );
}

const particulars = ['contact', 'phone', 'fax', 'address', 'postcode'] as const;

function Names(): ReactNode {
  const w = useWords(words);
  return (
    <fieldset>
      <legend>{w.names}</legend>
      <Field path="name.zh" label={w.zh} isNeeded>
        <Input maxLength={200} />
      </Field>
      <Field path="name.en" label={w.en} isNeeded>
        <Input maxLength={200} />
      </Field>
      <Field path="particulars.name" label={w.legal} help={w.legalHelp} isNeeded>
        <Input maxLength={200} />
      </Field>
      <Field path="particulars.email" label={w.email} isNeeded>
        <Input type="email" maxLength={254} autoComplete="off" />
      </Field>
      {particulars.map((key) => (
        <Field key={key} path={`particulars.${key}`} label={w[key]}>
          <Input maxLength={300} autoComplete="off" />
        </Field>
      ))}
      <Field path="salesPhone" label={w.sales} isNeeded>
        <Input type="tel" maxLength={40} />
      </Field>
      <Field path="servicePhone" label={w.service} isNeeded>
        <Input type="tel" maxLength={40} />
      </Field>
    </fieldset>
  );
}

function Times(): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const rule = (_: unknown, value: string | undefined): Promise<void> =>
    periodsOf(value ?? '') === null ? Promise.reject(new Error(w.shape)) : Promise.resolve();
  return (
    <fieldset>
      <legend>{w.times}</legend>
      <p className="lead">{w.timesHelp}</p>
      <Field path="zone" label={w.zone} isNeeded>
        <Select
          showSearch
          options={Intl.supportedValuesOf('timeZone').map((value) => ({ value, label: value }))}
        />
      </Field>
      {weekdays.map((day) => (
        <Field key={day} path={`hours.${day}`} label={weekdayName(lang, day)} rules={[{ validator: rule }]}>
          <Input maxLength={100} autoComplete="off" />
        </Field>
      ))}
    </fieldset>
  );
}

/** The lists that the State Council publishes late in the year before (SEMANTICS §8). */
function Days(): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const rule = (_: unknown, value: string | undefined): Promise<void> =>
    datesOf(value ?? '') === null ? Promise.reject(new Error(w.daysShape)) : Promise.resolve();
  return (
    <fieldset>
      <legend>{w.days}</legend>
      <p className="lead">{w.daysHelp}</p>
      {(['holidays', 'makeup'] as const).map((key) => (
        <Field key={key} path={key} label={w[key]} rules={[{ validator: rule }]}>
          <Input.TextArea rows={4} maxLength={12_000} />
        </Field>
      ))}
      <Field path="makeupLike" label={w.makeupLike}>
        <Select options={weekdays.map((value) => ({ value, label: weekdayName(lang, value) }))} />
      </Field>
    </fieldset>
  );
}

function Renewals(): ReactNode {
  const w = useWords(words);
  return (
    <fieldset>
      <legend>{w.renewals}</legend>
      <Field path="reminders" label={w.reminders} help={w.remindersHelp}>
        <Input maxLength={80} autoComplete="off" />
      </Field>
      <Field path="renewals.keepDays" label={w.keepDays} help={w.keepHelp} isNeeded>
        <InputNumber min={0} max={365} precision={0} style={{ width: '100%' }} />
      </Field>
      <Field path="renewals.shift" label={w.shift} help={w.shiftHelp} value="checked">
        <Checkbox>{w.shift}</Checkbox>
      </Field>
      <Field path="mainland" label={w.mainland} help={w.mainlandHelp} value="checked">
        <Checkbox>{w.mainland}</Checkbox>
      </Field>
    </fieldset>
  );
}
