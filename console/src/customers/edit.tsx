import { useNavigate, useParams } from '@tanstack/react-router';
import { Input, Select } from 'antd';
import type { ReactNode } from 'react';
import type { Given } from '../client/ask.ts';
import { tagOf, useRead } from '../client/read.ts';
import { useSend } from '../client/send.ts';
import { Field } from '../pattern/field.tsx';
import { Form } from '../pattern/form.tsx';
import { Loaded } from '../pattern/loaded.tsx';
import { useCustomerName } from '../pattern/named.tsx';
import { say } from '../pattern/notice.tsx';
import { Page } from '../pattern/page.tsx';
import { both, useWords } from '../speech/lang.ts';

const words = both({
  zh: {
    add: '新增客户',
    change: '修改客户资料',
    lead: '这些资料印在质量协议的抬头。',
    back: '全部客户',
    kind: '类别',
    company: '公司',
    person: '个人',
    name: '名称',
    contact: '联系人',
    phone: '电话',
    fax: '传真',
    email: '邮箱',
    address: '地址',
    postcode: '邮编',
    save: '保存',
    saved: '已保存。',
  },
  en: {
    add: 'Add a customer',
    change: 'Edit customer details',
    lead: 'These details head every quality agreement.',
    back: 'All customers',
    kind: 'Kind',
    company: 'company',
    person: 'person',
    name: 'Name',
    contact: 'Contact person',
    phone: 'Phone',
    fax: 'Fax',
    email: 'Mail address',
    address: 'Address',
    postcode: 'Postcode',
    save: 'Save',
    saved: 'Saved.',
  },
});

type Body = Given<'post', '/customers'>['body'];

/** `/customers/new` and `/customers/$id/edit`. */
export function Screen(): ReactNode {
  const w = useWords(words);
  const { id }: { id?: string } = useParams({ strict: false });
  const name = useCustomerName(id ?? '');
  if (id === undefined)
    return (
      <Page title={w.add} lead={w.lead} back={{ to: '/customers', label: w.back }}>
        <Add />
      </Page>
    );
  return (
    <Page title={w.change} lead={w.lead} back={{ to: `/customers/${id}`, label: name }}>
      <Change id={id} />
    </Page>
  );
}

function Add(): ReactNode {
  const navigate = useNavigate();
  const w = useWords(words);
  const send = useSend('post', '/customers');
  const add = async (body: Body): Promise<void> => {
    const made = await send.mutateAsync({ body });
    say(w.saved);
    await navigate({ to: `/customers/${made.id}` });
  };
  return <Fields initial={{ kind: 'company' }} save={add} back="/customers" />;
}

function Change({ id }: { readonly id: string }): ReactNode {
  const navigate = useNavigate();
  const w = useWords(words);
  const path = { id };
  const read = useRead('/customers/{id}', { path });
  const send = useSend('put', '/customers/{id}');
  const back = `/customers/${id}`;
  const change = async (body: Body): Promise<void> => {
    await send.mutateAsync({ path, body, tag: tagOf('/customers/{id}', { path }) });
    say(w.saved);
    await navigate({ to: back });
  };
  return (
    <Loaded read={read}>
      {({ kind, particulars }) => <Fields initial={{ kind, particulars }} save={change} back={back} />}
    </Loaded>
  );
}

interface FieldsGiven {
  readonly initial: Partial<Body>;
  readonly save: (body: Body) => Promise<void>;
  readonly back: string;
}

const optional = ['contact', 'phone', 'fax', 'address', 'postcode'] as const;

function Fields({ initial, save, back }: FieldsGiven): ReactNode {
  const w = useWords(words);
  const navigate = useNavigate();
  const kinds = (['company', 'person'] as const).map((value) => ({ value, label: w[value] }));
  return (
    <Form<Body> initial={initial} send={save} submit={w.save} onCancel={() => void navigate({ to: back })}>
      <Field path="kind" label={w.kind}>
        <Select options={kinds} />
      </Field>
      <Field path="particulars.name" label={w.name} isNeeded>
        <Input maxLength={200} />
      </Field>
      <Field path="particulars.email" label={w.email} isNeeded>
        <Input type="email" autoComplete="off" maxLength={254} />
      </Field>
      {optional.map((key) => (
        <Field key={key} path={`particulars.${key}`} label={w[key]}>
          <Input autoComplete="off" maxLength={300} />
        </Field>
      ))}
    </Form>
  );
}
