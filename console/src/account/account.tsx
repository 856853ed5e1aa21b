import { Input } from 'antd';
import type { ReactNode } from 'react';
import { useSend } from '../client/send.ts';
import { useAccount } from '../client/session.ts';
import { Field } from '../pattern/field.tsx';
import { Form } from '../pattern/form.tsx';
import { Loaded } from '../pattern/loaded.tsx';
import { say } from '../pattern/notice.tsx';
import { Page } from '../pattern/page.tsx';
import { both, useWords } from '../speech/lang.ts';

const words = both({
  zh: { title: '账户', name: '姓名', save: '保存', saved: '已保存。' },
  en: { title: 'Account', name: 'Name', save: 'Save', saved: 'Saved.' },
});

export function Screen(): ReactNode {
  const w = useWords(words);
  const account = useAccount();
  const change = useSend('patch', '/account');
  const save = async (body: { name: string }): Promise<void> => {
    await change.mutateAsync({ body });
    say(w.saved);
  };
  return (
    <Page title={w.title}>
      <Loaded read={account}>
        {({ name }) => (
          <Form<{ name: string }> initial={{ name }} send={save} submit={w.save}>
            <Field path="name" label={w.name} isNeeded>
              <Input autoComplete="name" maxLength={100} />
            </Field>
          </Form>
        )}
      </Loaded>
    </Page>
  );
}
