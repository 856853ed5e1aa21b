import { Input } from 'antd';
import type { ReactNode } from 'react';
import { Chosen } from '../entrance/chosen.tsx';
import { Field } from '../pattern/field.tsx';
import { Form } from '../pattern/form.tsx';
import { both, useWords } from '../speech/lang.ts';
import type { Entered, StepGiven } from './entered.ts';

const words = both({
  zh: {
    lead: '负责人可以做一切，包括邀请同事。完成后请随即设置第二验证因素。',
    name: '姓名',
    email: '登录邮箱',
    back: '上一步',
    finish: '完成设置',
  },
  en: {
    lead: 'An owner may do everything, inviting colleagues included. A second factor is set up right afterwards.',
    name: 'Name',
    email: 'Mail address, to sign in with',
    back: 'Back',
    finish: 'Finish the set-up',
  },
});

type Values = Pick<Entered, 'owner'>;

/** The first person; everything is kept with this step. */
export function OwnerStep({ entered, refused, send, onCancel }: StepGiven): ReactNode {
  const w = useWords(words);
  return (
    <Form<Values>
      initial={{ owner: entered.owner }}
      refused={refused}
      send={({ owner }) => send({ owner })}
      submit={w.finish}
      cancel={w.back}
      {...(onCancel === undefined ? {} : { onCancel })}
    >
      <p className="faint help">{w.lead}</p>
      <Field path="owner.name" label={w.name} isNeeded>
        <Input autoComplete="name" maxLength={100} />
      </Field>
      <Field path="owner.email" label={w.email} isNeeded>
        <Input type="email" autoComplete="username" maxLength={254} />
      </Field>
      <Chosen path="owner.password" />
    </Form>
  );
}
