import { useNavigate, useParams } from '@tanstack/react-router';
import { Input, Select } from 'antd';
import type { ReactNode } from 'react';
import type { Given } from '../client/ask.ts';
import { useRead } from '../client/read.ts';
import { useSend } from '../client/send.ts';
import { Field } from '../pattern/field.tsx';
import { Form } from '../pattern/form.tsx';
import { Loaded } from '../pattern/loaded.tsx';
import { say } from '../pattern/notice.tsx';
import { Page } from '../pattern/page.tsx';
import { both, useLang, useWords } from '../speech/lang.ts';
import { useCustomer } from './customer.ts';

const words = both({
  zh: {
    add: '添加联系人',
    change: '修改联系人',
    back: '全部联系人',
    name: '姓名',
    title: '职务或职责',
    titleHelp: '例如：网站管理员、采购、财务。',
    lang: '通知语言',
    save: '保存',
    saved: (name: string) => `${name} 已保存。`,
    gone: '没有这位联系人。',
  },
  en: {
    add: 'Add a person',
    change: 'Change a person',
    back: 'All contacts',
    name: 'Name',
    title: 'What they do',
    titleHelp: 'Such as webmaster, buyer, accountant.',
    lang: 'Language of notices',
    save: 'Save',
    saved: (name: string) => `${name} is saved.`,
    gone: 'There is no such person.',
  },
});

type Body = Given<'post', '/customers/{id}/persons'>['body'];

/** A new person, or (with one in the address) another name, title or language for them. */
export function Screen(): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const navigate = useNavigate();
  const { customer, isOwn } = useCustomer();
  const { person }: { person?: string } = useParams({ strict: false });
  const back = isOwn ? '/contacts' : `/customers/${customer}/contacts`;
  const read = useRead('/customers/{id}/persons', { path: { id: customer } });
  const add = useSend('post', '/customers/{id}/persons');
  const change = useSend('put', '/persons/{id}', ['/customers/{id}/persons']);
  const save = async (body: Body): Promise<void> => {
    const made =
      person === undefined
        ? await add.mutateAsync({ path: { id: customer }, body })
        : await change.mutateAsync({ path: { id: person }, body });
    say(w.saved(made.name));
    // A new one is next to be given an address.
    const next = person === undefined ? `/customers/${customer}/contacts/${made.id}/new` : back;
    await navigate({ to: next });
  };
  return (
    <Page title={person === undefined ? w.add : w.change} back={{ to: back, label: w.back }}>
      <Loaded read={read}>
        {({ items }) => {
          const known = items.find(({ id }) => id === person);
          if (person !== undefined && known === undefined) return <p className="nothing">{w.gone}</p>;
          const initial = known ?? { lang };
          return (
            <Form<Body>
              initial={{ lang: initial.lang, ...(known && { name: known.name, title: known.title }) }}
              send={save}
              submit={w.save}
              onCancel={() => void navigate({ to: back })}
            >
              <Field path="name" label={w.name} isNeeded>
                <Input autoComplete="off" maxLength={100} />
              </Field>
              <Field path="title" label={w.title} help={w.titleHelp}>
                <Input autoComplete="off" maxLength={100} />
              </Field>
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
        }}
      </Loaded>
    </Page>
  );
}
