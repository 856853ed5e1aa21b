import { useLocation, useNavigate, useParams } from '@tanstack/react-router';
import { Form as AntForm, Input, InputNumber, Select } from 'antd';
import { type ReactNode, useState } from 'react';
import type { Item } from '../client/ask.ts';
import { Problem } from '../client/problem.ts';
import { useRead } from '../client/read.ts';
import { useSend } from '../client/send.ts';
import { Field } from '../pattern/field.tsx';
import { Form } from '../pattern/form.tsx';
import { Loaded } from '../pattern/loaded.tsx';
import { say } from '../pattern/notice.tsx';
import { Page } from '../pattern/page.tsx';
import { money } from '../speech/format.ts';
import { both, useLang, useText, useWords } from '../speech/lang.ts';
import { dayOf, endOf, firstDay, lastDay, startOf } from './term.ts';

const words = both({
  zh: {
    title: '新的销售协议',
    replaceTitle: '中途更换套餐',
    lead: '记录已经签订的销售协议；续费接在上一份之后。',
    replaceLead: '上一份从起始日提前结束，未用完的部分抵到新的一份。',
    back: '销售协议',
    number: '编号',
    name: '名称',
    document: '文件号',
    edition: '版本',
    management: '管理号',
    plan: '套餐',
    version: (version: number) => `第 ${version} 版`,
    from: '起始日',
    to: '截止日（含）',
    price: '价款',
    currency: '币种',
    term: (months: number) => (months % 12 === 0 ? `期限 ${months / 12} 年` : `期限 ${months} 个月`),
    comma: '，',
    save: '保存',
    saved: '销售协议已记录。',
  },
  en: {
    title: 'New sales agreement',
    replaceTitle: 'Change the plan in mid-term',
    lead: 'Records a sales agreement that was made; a renewal follows the one before.',
    replaceLead: 'The one before ends with the first day; what is left of it is credited to the new one.',
    back: 'Sales agreements',
    number: 'Number',
    name: 'Name',
    document: 'Document number',
    edition: 'Version',
    management: 'Management number',
    plan: 'Plan',
    version: (version: number) => `version ${version}`,
    from: 'First day',
    to: 'Last day',
    price: 'Price',
    currency: 'Currency',
    term: (months: number) =>
      months % 12 === 0
        ? `a term of ${months / 12} ${months === 12 ? 'year' : 'years'}`
        : `a term of ${months} ${months === 1 ? 'month' : 'months'}`,
    comma: ', ',
    save: 'Save',
    saved: 'The sales agreement is recorded.',
  },
});

interface Entered {
  readonly number: string;
  readonly name: string;
  readonly document: string;
  readonly edition: string;
  readonly management: string;
  /** Plan and version in one: `standard 3`. */
  readonly plan: string;
  readonly from: string;
  readonly to: string;
  readonly price: number;
  readonly currency: string;
}

type Plan = Item<'/plans'>;
type Sale = Item<'/hosts/{id}/sales'>;

/** `/hosts/$id/sales/new` and `/hosts/$id/sales/replace`. */
export function Screen(): ReactNode {
  const w = useWords(words);
  const { id = '' }: { id?: string } = useParams({ strict: false });
  const isChange = useLocation().pathname.endsWith('/replace');
  const plans = useRead('/plans', {});
  const chain = useRead('/hosts/{id}/sales', { path: { id } });
  const provider = useRead('/provider', {});
  return (
    <Page
      title={isChange ? w.replaceTitle : w.title}
      lead={isChange ? w.replaceLead : w.lead}
      back={{ to: `/hosts/${id}/sales`, label: w.back }}
    >
      <Loaded read={plans}>
        {({ items }) => (
          <Loaded read={chain}>
            {(sold) => (
              <Loaded read={provider}>
                {({ profile }) => (
                  <Sell
                    id={id}
                    isChange={isChange}
                    plans={items.filter(({ publishedAt }) => publishedAt !== null)}
                    last={sold.items.at(-1) ?? null}
                    zone={profile.zone}
                  />
                )}
              </Loaded>
            )}
          </Loaded>
        )}
      </Loaded>
    </Page>
  );
}

interface SellGiven {
  readonly id: string;
  readonly isChange: boolean;
  /** Published ones. */
  readonly plans: readonly Plan[];
  /** What this one follows; null: it is the first. */
  readonly last: Sale | null;
  readonly zone: string;
}

const keyOf = ({ plan, version }: { readonly plan: string; readonly version: number }): string =>
  `${plan} ${version}`;

/** What follows from the plan and the first day; every field of it can be written otherwise. */
function filled(plan: Plan | undefined, from: string): Partial<Entered> {
  if (plan === undefined) return {};
  const { price, termMonths } = plan;
  return { price: price.minor / 100, currency: price.currency, to: lastDay(from, termMonths) };
}

/** A renewal is of the same plan, begins where the last term ends, and bears the same names. */
function initialOf({ isChange, plans, last, zone }: SellGiven): Partial<Entered> {
  const names = { name: '', document: '', edition: '', management: '' };
  const now = Date.now();
  const from = isChange ? dayOf(now, zone) : firstDay(last && (last.cut ?? last.to), zone, now);
  if (last === null) return { ...names, from, currency: 'CNY' };
  const { name, document, edition, management } = last;
  const same = isChange ? undefined : plans.find((one) => keyOf(one) === keyOf(last));
  return {
    ...{ name, document, edition, management, from, currency: last.price.currency },
    ...(same === undefined ? {} : { plan: keyOf(same) }),
    ...filled(same, from),
    // What is changed in mid-term ends when the old one would have.
    ...(isChange ? { to: dayOf(Date.parse(last.to) - 1, zone) } : {}),
  };
}

function Sell(given: SellGiven): ReactNode {
  const { id, isChange, plans, zone } = given;
  const w = useWords(words);
  const navigate = useNavigate();
  const add = useSend('post', '/hosts/{id}/sales', ['/agreements']);
  const replace = useSend('post', '/hosts/{id}/sales/replace', ['/agreements']);
  const [initial] = useState(() => initialOf(given));
  const back = `/hosts/${id}/sales`;
  const sell = async ({ plan: chosen, from, to, price, ...rest }: Entered): Promise<void> => {
    const [plan = '', version = '1'] = chosen.split(' ');
    const body = {
      ...{ ...rest, plan, version: Number(version), price: Math.round(price * 100) },
      ...{ from: startOf(from, zone), to: endOf(to, zone) },
    };
    try {
      await (isChange ? replace : add).mutateAsync({ path: { id }, body });
    } catch (error) {
      throw atPlan(error);
    }
    say(w.saved);
    await navigate({ to: back });
  };
  return (
    <Form<Entered> initial={initial} send={sell} submit={w.save} onCancel={() => void navigate({ to: back })}>
      <Field path="number" label={w.number} isNeeded>
        <Input maxLength={60} autoComplete="off" placeholder="SA-2026-0001" />
      </Field>
      <Choice plans={plans} isChange={isChange} />
      <Field path="price" label={w.price} isNeeded>
        <InputNumber min={0} precision={2} style={{ width: '100%' }} />
      </Field>
      <Field path="currency" label={w.currency} isNeeded>
        <Input maxLength={3} autoComplete="off" />
      </Field>
      {(['name', 'document', 'edition', 'management'] as const).map((key) => (
        <Field key={key} path={key} label={w[key]} isNeeded={key === 'name'}>
          <Input maxLength={key === 'name' ? 200 : 60} autoComplete="off" />
        </Field>
      ))}
    </Form>
  );
}

/** Plan and version are one field here: what is refused of either stands at it. */
function atPlan(error: unknown): unknown {
  if (!(error instanceof Problem) || error.path !== 'version') return error;
  return new Problem(error.status, error.code, 'plan', error.rule);
}

/** The plan and the days; choosing one writes what follows from it. */
function Choice({
  plans,
  isChange,
}: {
  readonly plans: readonly Plan[];
  readonly isChange: boolean;
}): ReactNode {
  const w = useWords(words);
  const text = useText();
  const lang = useLang();
  const form = AntForm.useFormInstance<Entered>();
  const chosen = AntForm.useWatch('plan', form);
  const plan = plans.find((one) => keyOf(one) === chosen);
  const write = (key: string | undefined, from: string): void => {
    const { to, ...rest } = filled(
      plans.find((one) => keyOf(one) === key),
      from,
    );
    form.setFieldsValue(isChange || to === undefined ? rest : { ...rest, to });
  };
  const help =
    plan === undefined ? undefined : `${w.term(plan.termMonths)}${w.comma}${money(lang, plan.price)}`;
  return (
    <>
      <Field path="plan" label={w.plan} isNeeded help={help}>
        <Select
          onChange={(key: string) => write(key, form.getFieldValue('from') as string)}
          options={plans.map((one) => ({
            value: keyOf(one),
            label: `${text(one.name)} · ${w.version(one.version)}`,
          }))}
        />
      </Field>
      <Field path="from" label={w.from} isNeeded>
        <Input
          type="date"
          onChange={({ target }) => {
            if (plan === undefined || isChange || target.value === '') return;
            form.setFieldValue('to', lastDay(target.value, plan.termMonths));
          }}
        />
      </Field>
      <Field path="to" label={w.to} isNeeded>
        <Input type="date" />
      </Field>
    </>
  );
}
