import { Input, Select } from 'antd';
import type { ReactNode } from 'react';
import { useSend } from '../client/send.ts';
import type { Account } from '../client/session.ts';
import { Field } from '../pattern/field.tsx';
import { Form } from '../pattern/form.tsx';
import { say } from '../pattern/notice.tsx';
import { both, useWords } from '../speech/lang.ts';

const words = both({
  zh: { name: '姓名', lang: '邮件与通知的语言', save: '保存', saved: '已保存。' },
  en: { name: 'Name', lang: 'Language of mails and notices', save: 'Save', saved: 'Saved.' },
});

type Values = Pick<Account, 'name' | 'lang'>;

export function Profile({ account: { name, lang } }: { readonly account: Account }): ReactNode {
  const w = useWords(words);
  const change = useSend('patch', '/account');
  const save = async (body: Values): Promise<void> => {
    await change.mutateAsync({ body });
    say(w.saved);
  };
  return (
    <Form<Values> initial={{ name, lang }} send={save} submit={w.save}>
      <Field path="name" label={w.name} isNeeded>
        <Input autoComplete="name" maxLength={100} />
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
}
