import { Form, Input } from 'antd';
import type { ReactNode } from 'react';
import { Field } from '../pattern/field.tsx';
import { nameOf } from '../pattern/form.tsx';
import { both, useWords } from '../speech/lang.ts';

const words = both({
  zh: {
    password: '密码',
    help: '至少 12 个字符。长比复杂重要：几个不相干的词就很好。',
    again: '再次输入密码',
    short: '至少 12 个字符。',
    different: '两次输入不同。',
  },
  en: {
    password: 'Password',
    help: 'At least 12 characters. Length counts, not tricks: a few unrelated words are good.',
    again: 'The password again',
    short: 'At least 12 characters.',
    different: 'The two are not the same.',
  },
});

export interface Password {
  readonly password: string;
}

/** A new password, twice; `path` as the API names it. */
export function Chosen({ path = 'password' }: { readonly path?: string }): ReactNode {
  const w = useWords(words);
  const twin = `${path}Again`;
  return (
    <>
      <Field path={path} label={w.password} help={w.help} isNeeded rules={[{ min: 12, message: w.short }]}>
        <Input.Password autoComplete="new-password" maxLength={256} />
      </Field>
      <Form.Item
        name={nameOf(twin)}
        label={w.again}
        dependencies={[nameOf(path)]}
        rules={[
          ({ getFieldValue }) => ({
            validator: async (_, value: unknown) => {
              if (value !== getFieldValue(nameOf(path))) throw new Error(w.different);
            },
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" maxLength={256} />
      </Form.Item>
    </>
  );
}
