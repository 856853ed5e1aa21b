import { Button, Input } from 'antd';
import { type ReactNode, useState } from 'react';
import { door, forgetDoors } from '../client/door.ts';
import { Chosen } from '../entrance/chosen.tsx';
import { Field } from '../pattern/field.tsx';
import { Form } from '../pattern/form.tsx';
import { say } from '../pattern/notice.tsx';
import { both, useWords } from '../speech/lang.ts';

const words = both({
  zh: { current: '当前密码', open: '更改密码', change: '更改密码', done: '密码已更改，其他会话已结束。' },
  en: {
    current: 'Present password',
    open: 'Change the password',
    change: 'Change the password',
    done: 'The password is changed and the other sessions are ended.',
  },
});

interface Values {
  readonly currentPassword: string;
  readonly newPassword: string;
}

export function PasswordChange({ email }: { readonly email: string }): ReactNode {
  const w = useWords(words);
  const [isOpen, setOpen] = useState(false);
  const change = async ({ currentPassword, newPassword }: Values): Promise<void> => {
    await door('/change-password', { currentPassword, newPassword });
    await forgetDoors();
    setOpen(false);
    say(w.done);
  };
  if (!isOpen) {
    return (
      <div className="row">
        <Button onClick={() => setOpen(true)}>{w.open}</Button>
      </div>
    );
  }
  return (
    <Form<Values> initial={{}} send={change} submit={w.change} onCancel={() => setOpen(false)} guard={false}>
      <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
      <Field path="currentPassword" label={w.current} isNeeded>
        <Input.Password autoComplete="current-password" autoFocus />
      </Field>
      <Chosen path="newPassword" />
    </Form>
  );
}
