import { Checkbox, Input, Select } from 'antd';
import type { ReactNode } from 'react';
import { Field } from '../pattern/field.tsx';
import { Form } from '../pattern/form.tsx';
import { both, useLang, useWords } from '../speech/lang.ts';
import type { Entered, StepGiven } from './entered.ts';

const words = both({
  zh: {
    zone: '时区',
    zoneHelp: '月份、工作时间和协议中的日期都以此时区计算。',
    days: '工作日',
    morning: '上午',
    afternoon: '下午',
    from: (part: string) => `${part}开始`,
    to: (part: string) => `${part}结束`,
    noAfternoon: '不分上下午时，下午留空。',
    holidays: '节假日',
    china: '按国务院公布的节假日和调休安排',
    none: '没有固定节假日',
    mainland: '在中国大陆提供主机',
    mainlandHelp: '域名须有备案号，客户须通过身份核验，日志保存 180 天。',
    back: '上一步',
    next: '下一步',
  },
  en: {
    zone: 'Zone',
    zoneHelp: 'Months, working hours and every date in an agreement are reckoned in it.',
    days: 'Working days',
    morning: 'Morning',
    afternoon: 'Afternoon',
    from: (part: string) => `${part}, from`,
    to: (part: string) => `${part}, until`,
    noAfternoon: 'Leave the afternoon empty where there is one period a day.',
    holidays: 'Days off',
    china: 'As the State Council of China publishes them, with make-up days',
    none: 'None',
    mainland: 'Hosting in mainland China',
    mainlandHelp:
      'A domain needs its filing number, a customer a checked identity; logs are kept for 180 days.',
    back: 'Back',
    next: 'Next',
  },
});

type Values = Pick<Entered, 'days' | 'morning' | 'afternoon' | 'holidays' | 'mainland'> & {
  readonly provider: { readonly zone?: string };
};

/** Zone, working hours, days off, and whether mainland rules hold. */
export function HoursStep({ entered, refused, send, onCancel }: StepGiven): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const { provider, days, morning, afternoon, holidays, mainland } = entered;
  const go = (values: Values): Promise<void> =>
    send({ ...values, provider: { ...provider, ...values.provider } });
  return (
    <Form<Values>
      initial={{
        provider: { ...(provider.zone === undefined ? {} : { zone: provider.zone }) },
        days,
        morning,
        afternoon,
        holidays,
        mainland,
      }}
      refused={refused}
      send={go}
      submit={w.next}
      cancel={w.back}
      {...(onCancel === undefined ? {} : { onCancel })}
    >
      <Field path="provider.zone" label={w.zone} help={w.zoneHelp} isNeeded>
        <Select
          showSearch
          options={Intl.supportedValuesOf('timeZone').map((value) => ({ value, label: value }))}
        />
      </Field>
      <Field path="days" label={w.days}>
        <Checkbox.Group options={weekdays(lang)} />
      </Field>
      <Period part="morning" name={w.morning} />
      <Period part="afternoon" name={w.afternoon} help={w.noAfternoon} />
      <Field path="holidays" label={w.holidays}>
        <Select
          options={[
            { value: 'china', label: w.china },
            { value: 'none', label: w.none },
          ]}
        />
      </Field>
      <Field path="mainland" label={w.mainland} help={w.mainlandHelp} value="checked">
        <Checkbox>{w.mainland}</Checkbox>
      </Field>
    </Form>
  );
}

function Period({
  part,
  name,
  help,
}: {
  readonly part: 'morning' | 'afternoon';
  readonly name: string;
  readonly help?: string;
}): ReactNode {
  const w = useWords(words);
  return (
    <div className="pair">
      <Field path={`${part}.from`} label={w.from(name)} help={help}>
        <Input type="time" />
      </Field>
      <Field path={`${part}.to`} label={w.to(name)}>
        <Input type="time" />
      </Field>
    </div>
  );
}

/** ISO weekdays, Monday first; 1 January 2024 was one. */
function weekdays(lang: 'zh' | 'en'): { value: string; label: string }[] {
  const form = new Intl.DateTimeFormat(lang === 'zh' ? 'zh-CN' : 'en-GB', {
    weekday: 'short',
    timeZone: 'UTC',
  });
  return [1, 2, 3, 4, 5, 6, 7].map((day) => ({
    value: String(day),
    label: form.format(Date.UTC(2024, 0, day)),
  }));
}
