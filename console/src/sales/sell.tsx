import { useLocation, useNavigate, useParams } from '@tanstack/react-router';
import { Input, InputNumber, Select } from 'antd';
import type { ReactNode } from 'react';
import type { Reply } from '../client/ask.ts';
import { useRead } from '../client/read.ts';
import { useSend } from '../client/send.ts';
import { Field } from '../pattern/field.tsx';
import { Form } from '../pattern/form.tsx';
import { Loaded } from '../pattern/loaded.tsx';
import { say } from '../pattern/notice.tsx';
import { Page } from '../pattern/page.tsx';
import { both, useText, useWords } from '../speech/lang.ts';

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
}

type Plans = Reply<'get', '/plans'>;
const dayMs = 86_400_000;

/** `/hosts/$id/sales/new` and `/hosts/$id/sales/replace`. */
export function Screen(): ReactNode {
  const w = useWords(words);
  const { id = '' }: { id?: string } = useParams({ strict: false });
  const isChange = useLocation().pathname.endsWith('/replace');
  const plans = useRead('/plans', {});
  return (
    <Page
      title={isChange ? w.replaceTitle : w.title}
      lead={isChange ? w.replaceLead : w.lead}
      back={{ to: `/hosts/${id}/sales`, label: w.back }}
    >
      <Loaded read={plans}>{({ items }) => <Sell id={id} isChange={isChange} plans={items} />}</Loaded>
    </Page>
  );
}

interface SellGiven {
  readonly id: string;
  readonly isChange: boolean;
  readonly plans: Plans['items'];
}

function Sell({ id, isChange, plans }: SellGiven): ReactNode {
  const w = useWords(words);
  const text = useText();
  const navigate = useNavigate();
  const add = useSend('post', '/hosts/{id}/sales', ['/agreements']);
  const replace = useSend('post', '/hosts/{id}/sales/replace', ['/agreements']);
  const provider = useRead('/provider', {});
  const back = `/hosts/${id}/sales`;
  const sell = async ({ plan: chosen, from, to, price, ...rest }: Entered): Promise<void> => {
    const [plan = '', version = '1'] = chosen.split(' ');
    const sold = plans.find((one) => one.plan === plan && String(one.version) === version);
    const zone = provider.data?.profile.zone ?? 'UTC';
    const body = {
      ...rest,
      plan,
      version: Number(version),
      from: startOf(from, zone),
      to: startOf(new Date(Date.parse(to) + dayMs).toISOString().slice(0, 10), zone),
      price: Math.round(price * 100),
      currency: sold?.price.currency ?? 'CNY',
    };
    await (isChange ? replace : add).mutateAsync({ path: { id }, body });
    say(w.saved);
    await navigate({ to: back });
  };
  const offered = plans.filter(({ publishedAt }) => publishedAt !== null);
  return (
    <Form<Entered>
      initial={{ name: '', document: '', edition: '', management: '' }}
      send={sell}
      submit={w.save}
      onCancel={() => void navigate({ to: back })}
    >
      <Field path="number" label={w.number} isNeeded>
        <Input maxLength={60} autoComplete="off" placeholder="SA-2026-0001" />
      </Field>
      <Field path="plan" label={w.plan} isNeeded>
        <Select
          options={offered.map(({ plan, version, name }) => ({
            value: `${plan} ${version}`,
            label: `${text(name)} · ${w.version(version)}`,
          }))}
        />
      </Field>
      <Field path="from" label={w.from} isNeeded>
        <Input type="date" />
      </Field>
      <Field path="to" label={w.to} isNeeded>
        <Input type="date" />
      </Field>
      <Field path="price" label={w.price} isNeeded>
        <InputNumber min={0} precision={2} style={{ width: '100%' }} />
      </Field>
      {(['name', 'document', 'edition', 'management'] as const).map((key) => (
        <Field key={key} path={key} label={w[key]}>
          <Input maxLength={100} autoComplete="off" />
        </Field>
      ))}
    </Form>
  );
}

/** The first instant of a day of the calendar in a zone. */
function startOf(date: string, zone: string): string {
  return new Date(Temporal.PlainDate.from(date).toZonedDateTime(zone).epochMilliseconds).toISOString();
}
