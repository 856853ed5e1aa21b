import { useParams } from '@tanstack/react-router';
import { Input, Select } from 'antd';
import type { ReactNode } from 'react';
import type { Given, Item } from '../client/ask.ts';
import { useRead } from '../client/read.ts';
import { useSend } from '../client/send.ts';
import { may, useAccount } from '../client/session.ts';
import { Mark, Part } from '../pattern/facts.tsx';
import { Field } from '../pattern/field.tsx';
import { Form } from '../pattern/form.tsx';
import { type Column, Rows } from '../pattern/list.tsx';
import { Loaded } from '../pattern/loaded.tsx';
import { useCustomerName } from '../pattern/named.tsx';
import { say } from '../pattern/notice.tsx';
import { Page } from '../pattern/page.tsx';
import { Instant } from '../speech/instant.tsx';
import { both, useWords } from '../speech/lang.ts';

const words = both({
  zh: {
    title: '身份核验',
    lead: '公司凭统一社会信用代码，个人凭身份证号；号码加密保存，此后只显示首尾。改名之后须重新核验。',
    checked: '已核验',
    unchecked: '未核验',
    past: '核验记录',
    none: '还没有核验过。',
    number: '证件号码',
    name: '核验时的名称',
    way: '依据',
    note: '备注',
    by: '核验人',
    at: '时间',
    add: '登记一次核验',
    save: '登记',
    saved: '核验已登记。',
  },
  en: {
    title: 'Identity',
    lead: 'A company by its unified social credit code, a person by the identity number. The number is kept sealed; only its ends are shown. Another name needs another check.',
    checked: 'checked',
    unchecked: 'not checked',
    past: 'Checks',
    none: 'Nobody has checked it yet.',
    number: 'Credit code or identity number',
    name: 'Name at the time',
    way: 'Checked against',
    note: 'Note',
    by: 'Checked by',
    at: 'When',
    add: 'Record a check',
    save: 'Record it',
    saved: 'The check is recorded.',
  },
});

const wayWords = both({
  zh: { original: '查验原件', copy: '查验复印件', register: '查询登记机关', call: '电话核实' },
  en: { original: 'the original', copy: 'a copy', register: 'the public register', call: 'a call' },
});

type Check = Item<'/customers/{id}/identity'>;
type Body = Given<'post', '/customers/{id}/identity'>['body'];

const ways = ['original', 'copy', 'register', 'call'] as const;

export function Screen(): ReactNode {
  const w = useWords(words);
  const { id = '' }: { id?: string } = useParams({ strict: false });
  const account = useAccount();
  const read = useRead('/customers/{id}/identity', { path: { id } });
  const isChecked = read.data?.checked ?? false;
  return (
    <Page
      title={w.title}
      lead={w.lead}
      back={{ to: `/customers/${id}`, label: useCustomerName(id) }}
      mark={<Mark tone={isChecked ? 'good' : 'unseen'}>{isChecked ? w.checked : w.unchecked}</Mark>}
    >
      <Part title={w.past}>
        <Loaded read={read}>{({ items }) => <Past checks={items} />}</Loaded>
      </Part>
      {may(account.data, 'identities:check') ? <Add id={id} /> : null}
    </Page>
  );
}

function Past({ checks }: { readonly checks: readonly Check[] }): ReactNode {
  const w = useWords(words);
  const names = useWords(wayWords);
  const columns: readonly Column<Check>[] = [
    { key: 'number', title: w.number, cell: ({ number }) => number },
    { key: 'name', title: w.name, cell: ({ name }) => name },
    { key: 'way', title: w.way, cell: ({ way }) => names[way] },
    { key: 'note', title: w.note, cell: ({ note }) => note || '–' },
    { key: 'by', title: w.by, cell: ({ actor }) => actor },
    { key: 'at', title: w.at, cell: ({ at }) => <Instant at={at} /> },
  ];
  if (checks.length === 0) return <p className="faint">{w.none}</p>;
  return (
    <Rows label={w.past} rows={checks} columns={columns} keyOf={({ at, number }) => `${at} ${number}`} />
  );
}

function Add({ id }: { readonly id: string }): ReactNode {
  const w = useWords(words);
  const names = useWords(wayWords);
  const send = useSend('post', '/customers/{id}/identity');
  const add = async (body: Body): Promise<void> => {
    await send.mutateAsync({ path: { id }, body });
    say(w.saved);
  };
  return (
    <Part title={w.add}>
      <Form<Body> initial={{ way: 'original', note: '' }} send={add} submit={w.save} guard={false}>
        <Field path="number" label={w.number} isNeeded>
          <Input maxLength={40} autoComplete="off" />
        </Field>
        <Field path="way" label={w.way}>
          <Select options={ways.map((value) => ({ value, label: names[value] }))} />
        </Field>
        <Field path="note" label={w.note}>
          <Input maxLength={500} autoComplete="off" />
        </Field>
      </Form>
    </Part>
  );
}
