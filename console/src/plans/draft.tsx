import { useNavigate, useSearch } from '@tanstack/react-router';
import { Checkbox, Input, InputNumber, Select } from 'antd';
import type { ReactNode } from 'react';
import type { Given, Item } from '../client/ask.ts';
import { useRead } from '../client/read.ts';
import { useSend } from '../client/send.ts';
import { Field } from '../pattern/field.tsx';
import { Form } from '../pattern/form.tsx';
import { Loaded } from '../pattern/loaded.tsx';
import { say } from '../pattern/notice.tsx';
import { Page } from '../pattern/page.tsx';
import { both, useWords } from '../speech/lang.ts';
import { stageWords } from './words.ts';

const words = both({
  zh: {
    title: '起草套餐',
    lead: '功能表就是承诺：客户得到的主机与发布的完全一致（第 2-1.1 条）。',
    back: '全部套餐',
    plan: '代号',
    planHelp: '小写字母、数字和连字符；同一代号的下一次起草是下一版。',
    zh: '中文名称',
    en: '英文名称',
    space: '空间（MB）',
    traffic: '每月流量（GB）',
    domains: '域名个数',
    ftp: '提供 FTP',
    accounts: 'FTP 账号个数',
    secure: 'FTP 必须加密',
    php: 'PHP 版本',
    phpHelp: '例如 8.2；不提供脚本则留空。',
    tls: '支持加密访问',
    price: '整个期限的价格',
    currency: '币种',
    term: '期限（月）',
    stage: '发布后的阶段',
    problemZh: '已知问题（中文）',
    problemEn: '已知问题（英文）',
    problemHelp: '公开测试必须公布已知问题（第 2.2.1 条）。',
    save: '保存草稿',
    saved: '草稿已保存；检查之后发布。',
  },
  en: {
    title: 'Draft a plan',
    lead: 'The function table is a promise: what the customer gets is what is published (clause 2‑1.1).',
    back: 'All plans',
    plan: 'Code',
    planHelp: 'Lower-case letters, digits and hyphens; another draft of the same code is its next version.',
    zh: 'Chinese name',
    en: 'English name',
    space: 'Web space (MB)',
    traffic: 'Traffic a month (GB)',
    domains: 'Number of domains',
    ftp: 'With FTP',
    accounts: 'FTP accounts',
    secure: 'FTP encrypted only',
    php: 'PHP version',
    phpHelp: 'Such as 8.2; empty: no scripts.',
    tls: 'With HTTPS',
    price: 'Price of the whole term',
    currency: 'Currency',
    term: 'Term (months)',
    stage: 'Stage once published',
    problemZh: 'Known problem (Chinese)',
    problemEn: 'Known problem (English)',
    problemHelp: 'A public test announces its known problems (clause 2.2.1).',
    save: 'Save the draft',
    saved: 'The draft is kept; look it over, then publish.',
  },
});

type Body = Given<'post', '/plans'>['body'];
type Plan = Item<'/plans'>;

interface Entered {
  readonly plan: string;
  readonly name: { readonly zh: string; readonly en: string };
  readonly functions: {
    readonly spaceMb: number;
    readonly trafficGb: number;
    readonly domains: number;
    readonly php?: string;
    readonly tls: boolean;
  };
  readonly ftp: boolean;
  readonly accounts: number;
  readonly secure: boolean;
  readonly price: number;
  readonly currency: string;
  readonly termMonths: number;
  readonly stage: Body['stage'];
  readonly problem?: { readonly zh?: string; readonly en?: string };
}

const fresh: Partial<Entered> = {
  functions: { spaceMb: 1024, trafficGb: 50, domains: 3, php: '', tls: true },
  ftp: true,
  accounts: 3,
  secure: false,
  currency: 'CNY',
  termMonths: 12,
  stage: 'released',
};

function enteredOf({ plan, name, functions, price, termMonths }: Plan): Partial<Entered> {
  const { spaceMb, trafficGb, domains, php, tls, ftp } = functions;
  return {
    ...{ plan, name, termMonths, currency: price.currency, price: price.minor / 100, stage: 'released' },
    functions: { spaceMb, trafficGb, domains, php: php ?? '', tls },
    ftp: ftp !== null,
    accounts: ftp?.accounts ?? 1,
    secure: ftp?.tls === 'required',
  };
}

function bodyOf(entered: Entered): Body {
  const { functions, ftp, accounts, secure, price, problem, ...rest } = entered;
  const php = functions.php?.trim() ?? '';
  const { zh = '', en = '' } = problem ?? {};
  return {
    ...rest,
    price: Math.round(price * 100),
    functions: {
      ...functions,
      php: php === '' ? null : php,
      ftp: ftp ? { accounts, tls: secure ? 'required' : 'optional' } : null,
    },
    problems: zh + en === '' ? [] : [{ zh: zh || en, en: en || zh }],
  };
}

/** `?plan=standard&version=2` begins with that version. */
export function Screen(): ReactNode {
  const w = useWords(words);
  const { plan, version }: { plan?: string; version?: string } = useSearch({ strict: false });
  const read = useRead('/plans', {});
  return (
    <Page title={w.title} lead={w.lead} back={{ to: '/plans', label: w.back }}>
      <Loaded read={read}>
        {({ items }) => {
          const known = items.find((one) => one.plan === plan && String(one.version) === version);
          return <Draft initial={known === undefined ? fresh : enteredOf(known)} />;
        }}
      </Loaded>
    </Page>
  );
}

const wide = { width: '100%' } as const;

/** Rows of the function table (clause 2-1.1). */
function Functions(): ReactNode {
  const w = useWords(words);
  const figures = [
    ['functions.spaceMb', w.space],
    ['functions.trafficGb', w.traffic],
    ['functions.domains', w.domains],
    ['termMonths', w.term],
  ] as const;
  return (
    <>
      {figures.map(([path, label]) => (
        <Field key={path} path={path} label={label} isNeeded>
          <InputNumber min={1} precision={0} style={wide} />
        </Field>
      ))}
      <Field path="ftp" label={w.ftp} value="checked">
        <Checkbox>{w.ftp}</Checkbox>
      </Field>
      <Field path="accounts" label={w.accounts} isNeeded>
        <InputNumber min={1} max={100} precision={0} style={wide} />
      </Field>
      <Field path="secure" label={w.secure} value="checked">
        <Checkbox>{w.secure}</Checkbox>
      </Field>
      <Field path="functions.php" label={w.php} help={w.phpHelp}>
        <Input maxLength={5} autoComplete="off" />
      </Field>
      <Field path="functions.tls" label={w.tls} value="checked">
        <Checkbox>{w.tls}</Checkbox>
      </Field>
    </>
  );
}

function Draft({ initial }: { readonly initial: Partial<Entered> }): ReactNode {
  const w = useWords(words);
  const stages = useWords(stageWords);
  const navigate = useNavigate();
  const send = useSend('post', '/plans');
  const save = async (entered: Entered): Promise<void> => {
    const made = await send.mutateAsync({ body: bodyOf(entered) });
    say(w.saved);
    await navigate({ to: `/plans/${made.plan}/${made.version}` });
  };
  return (
    <Form<Entered>
      initial={initial}
      send={save}
      submit={w.save}
      onCancel={() => void navigate({ to: '/plans' })}
    >
      <Field path="plan" label={w.plan} help={w.planHelp} isNeeded>
        <Input maxLength={31} autoComplete="off" />
      </Field>
      <Field path="name.zh" label={w.zh} isNeeded>
        <Input maxLength={200} />
      </Field>
      <Field path="name.en" label={w.en} isNeeded>
        <Input maxLength={200} />
      </Field>
      <Functions />
      <Field path="price" label={w.price} isNeeded>
        <InputNumber min={0} precision={2} style={wide} />
      </Field>
      <Field path="currency" label={w.currency} isNeeded>
        <Input maxLength={3} autoComplete="off" />
      </Field>
      <Field path="stage" label={w.stage}>
        <Select
          options={(['invited-test', 'public-test', 'released'] as const).map((value) => ({
            value,
            label: stages[value],
          }))}
        />
      </Field>
      <Field path="problem.zh" label={w.problemZh} help={w.problemHelp}>
        <Input maxLength={500} />
      </Field>
      <Field path="problem.en" label={w.problemEn}>
        <Input maxLength={500} />
      </Field>
    </Form>
  );
}
