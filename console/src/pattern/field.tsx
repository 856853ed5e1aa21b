import { Form, type FormItemProps } from 'antd';
import type { ReactElement, ReactNode } from 'react';
import { both, useWords } from '../speech/lang.ts';
import { nameOf } from './form.tsx';

const words = both({
  zh: { needed: '请填写此项。' },
  en: { needed: 'Please fill this in.' },
});

interface FieldGiven {
  /** As the API names it: `provider.name.zh`. */
  readonly path: string;
  readonly label: string;
  /** Below the field: what is accepted, what it is for. */
  readonly help?: ReactNode;
  readonly isNeeded?: boolean;
  /** What is known to be wrong before the server says so. */
  readonly rules?: NonNullable<FormItemProps['rules']>;
  /** `checked` for a checkbox. */
  readonly value?: 'checked';
  /** Input, Select, … of Ant Design. */
  readonly children: ReactElement;
}

/** A labelled field of a `Form`. */
export function Field({
  path,
  label,
  help,
  isNeeded = false,
  rules = [],
  value,
  children,
}: FieldGiven): ReactNode {
  const w = useWords(words);
  const needed = isNeeded ? [{ required: true, message: w.needed }] : [];
  return (
    <Form.Item
      name={nameOf(path)}
      label={value === undefined ? label : undefined}
      extra={help}
      rules={[...needed, ...rules]}
      {...(value === undefined ? {} : { valuePropName: value })}
    >
      {children}
    </Form.Item>
  );
}
