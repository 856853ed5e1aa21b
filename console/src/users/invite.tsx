import { useNavigate, useSearch } from '@tanstack/react-router';
import { Form as AntForm, Input, Select } from 'antd';
import { type ReactNode, useState } from 'react';
import type { Given } from '../client/ask.ts';
import { useRead } from '../client/read.ts';
import { useSend } from '../client/send.ts';
import { type Account, useAccount } from '../client/session.ts';
import { Field } from '../pattern/field.tsx';
import { Form } from '../pattern/form.tsx';
import { Loaded } from '../pattern/loaded.tsx';
import { say } from '../pattern/notice.tsx';
import { Page } from '../pattern/page.tsx';
import { both, useLang, useWords } from '../speech/lang.ts';
import { roles, roleWords } from './words.ts';

const words = both({
  zh: {
    title: '邀请用户',
    lead: '对方会收到一封邮件，七天内可凭其中的链接设置密码。',
    back: '全部用户',
    name: '姓名',
    email: '邮箱',
    role: '角色',
    roleHelp: '角色决定此人能看到和修改什么。',
    customer: '客户',
    customerHelp: '此人只能看到这位客户的内容。可输入名称查找。',
    lang: '邮件语言',
    send: '发送邀请',
    sent: (email: string) => `邀请已发往 ${email}。`,
  },
  en: {
    title: 'Invite a user',
    lead: 'They get a mail with a link that is good for seven days, and choose a password.',
    back: 'All users',
    name: 'Name',
    email: 'Mail address',
    role: 'Role',
    roleHelp: 'The role decides what they see and what they may change.',
    customer: 'Customer',
    customerHelp: 'They see this customer’s things alone. Type a name to find one.',
    lang: 'Language of the mail',
    send: 'Send the invitation',
    sent: (email: string) => `The invitation is on its way to ${email}.`,
  },
});

type Invitation = Given<'post', '/invitations'>['body'];

export function Screen(): ReactNode {
  const w = useWords(words);
  const account = useAccount();
  return (
    <Page title={w.title} lead={w.lead} back={{ to: '/users', label: w.back }}>
      <Loaded read={account}>{(known) => <Invite account={known} />}</Loaded>
    </Page>
  );
}

function Invite({ account }: { readonly account: Account }): ReactNode {
  const w = useWords(words);
  const names = useWords(roleWords);
  const lang = useLang();
  const navigate = useNavigate();
  const send = useSend('post', '/invitations');
  // Reached from a customer's page, it is for that customer.
  const { customer = account.customer ?? undefined }: { customer?: string } = useSearch({ strict: false });
  const isStaff = account.role !== 'customer';
  // Staff are an owner's to let in.
  const open = roles.filter((role) => role === 'customer' || account.role === 'owner');
  const first = customer !== undefined || account.role !== 'owner' ? 'customer' : 'support';
  const invite = async ({ customer: chosen, ...values }: Invitation): Promise<void> => {
    const of = values.role === 'customer' ? (chosen ?? null) : null;
    await send.mutateAsync({ body: { ...values, customer: of } });
    say(w.sent(values.email));
    await navigate({ to: '/users' });
  };
  return (
    <Form<Invitation>
      initial={{ lang, role: first, ...(customer === undefined ? {} : { customer }) }}
      send={
        isStaff ? invite : (values) => invite({ ...values, role: 'customer', customer: account.customer })
      }
      submit={w.send}
      onCancel={() => void navigate({ to: '/users' })}
    >
      <Field path="name" label={w.name} isNeeded>
        <Input autoComplete="off" maxLength={100} />
      </Field>
      <Field path="email" label={w.email} isNeeded>
        <Input type="email" autoComplete="off" maxLength={254} />
      </Field>
      {isStaff ? (
        <>
          <Field path="role" label={w.role} help={w.roleHelp}>
            <Select options={open.map((value) => ({ value, label: names[value] }))} />
          </Field>
          <CustomerField />
        </>
      ) : null}
      <Field path="lang" label={w.lang}>
        <Select
          options={[
            { value: 'zh', label: '中文' },
            { value: 'en', label: 'English' },
          ]}
        />
      </Field>
    </Form>
  );
}

/** Whose user, when the role is a customer's. */
function CustomerField(): ReactNode {
  const w = useWords(words);
  const form = AntForm.useFormInstance<Invitation>();
  const role = AntForm.useWatch('role', form);
  const [text, setText] = useState('');
  const read = useRead(
    '/customers',
    { query: { limit: 20, ...(text === '' ? {} : { name: text }) } },
    role === 'customer',
  );
  if (role !== 'customer') return null;
  const options = read.data?.items.map(({ id, particulars }) => ({
    value: id,
    label: `${particulars.name} · ${id}`,
  }));
  return (
    <Field path="customer" label={w.customer} help={w.customerHelp} isNeeded>
      <Select
        showSearch={{ filterOption: false, onSearch: setText }}
        loading={read.isFetching}
        options={options ?? []}
      />
    </Field>
  );
}
