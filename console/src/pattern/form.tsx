import './form.css';
import { useBlocker } from '@tanstack/react-router';
import { Form as AntForm, Button, type FormInstance } from 'antd';
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { asProblem, type Problem } from '../client/problem.ts';
import { both, type Lang, useLang, useWords } from '../speech/lang.ts';
import { refusalWords } from '../speech/refusals.ts';
import { Trouble } from './trouble.tsx';

const words = both({
  zh: { leave: '有尚未保存的内容，确定离开吗？', cancel: '取消' },
  en: { leave: 'What you entered is not saved. Leave anyway?', cancel: 'Cancel' },
});

interface FormGiven<Values extends object> {
  readonly initial: Partial<Values>;
  /** Sends it; throws a `Problem` when it is refused. */
  readonly send: (values: Values) => Promise<unknown>;
  /** What the button says: what will happen. */
  readonly submit: string;
  readonly onCancel?: () => void;
  /** What it does cannot be undone: the button is red. */
  readonly isGrave?: boolean;
  /** What the button beside it says, where it is not "Cancel". */
  readonly cancel?: string;
  /** Leaving with something unsaved is asked about; false where nothing is lost (sign-in). */
  readonly guard?: boolean;
  /** What was refused elsewhere and is to be mended here (a step of several). */
  readonly refused?: Problem | null;
  /** Beside the button. */
  readonly aside?: ReactNode;
  /** `Field`s. */
  readonly children: ReactNode;
}

type Name = readonly (string | number)[];

/** `provider.name.zh` and `scopes[0]` as Ant Design names fields. */
export function nameOf(path: string): (string | number)[] {
  return path
    .split(/[.[\]]+/)
    .filter((part) => part !== '')
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

/**
 * A form: what the server refuses is written at its field (by the refusal's path), or above the button when it is
 * about no field; the first such field takes the focus. The button is busy while it is being sent.
 */
export function Form<Values extends object>(given: FormGiven<Values>): ReactNode {
  const { initial, send, submit, guard = true, refused = null, onCancel, cancel, aside, children } = given;
  const { isGrave = false } = given;
  const w = useWords(words);
  const lang = useLang();
  const [form] = AntForm.useForm<Values>();
  // Its fields' ids begin with it: several forms on a page have fields of the same name.
  const name = useId();
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const isTouched = useRef(false);
  useGuard(() => guard && isTouched.current, w.leave);
  const mark = (one: Problem): void => setProblem(markField(form, one, lang) ? null : one);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each refusal
  useEffect(() => {
    if (refused !== null) mark(refused);
  }, [refused]);
  const finish = async (values: Values): Promise<void> => {
    setBusy(true);
    setProblem(null);
    // Sent by then: where it leads to is not leaving something unsaved.
    const before = isTouched.current;
    isTouched.current = false;
    try {
      await send(values);
    } catch (error) {
      isTouched.current = before;
      mark(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <AntForm<Values>
      form={form}
      name={name}
      className="form"
      layout="vertical"
      // The server says what is wrong, in the reader's language; the browser would say it in its own.
      noValidate
      requiredMark={false}
      initialValues={initial}
      scrollToFirstError={{ focus: true }}
      validateTrigger={['onSubmit']}
      onValuesChange={() => {
        isTouched.current = true;
      }}
      onFinish={(values) => void finish(values)}
    >
      {children}
      {problem === null ? null : <Trouble error={problem} />}
      <div className="buttons">
        <Button type="primary" danger={isGrave} htmlType="submit" loading={isBusy}>
          {submit}
        </Button>
        {onCancel === undefined ? null : <Button onClick={onCancel}>{cancel ?? w.cancel}</Button>}
        {aside}
      </div>
    </AntForm>
  );
}

/** Writes a refusal at the field that it is about, and goes there; false: it is about none of this form's. */
function markField<Values>(form: FormInstance<Values>, problem: Problem, lang: Lang): boolean {
  const { what, mend } = refusalWords(lang, problem);
  const fields: Name[] = form.getFieldsError().map(({ name }) => name);
  const wanted = nameOf(problem.path);
  // The refusal may be about a part of what one field holds.
  const field = fields.find(
    (name) => wanted.length > 0 && name.length > 0 && name.every((part, at) => part === wanted[at]),
  );
  if (field === undefined) return false;
  form.setFields([{ name: [...field] as never, errors: [mend === '' ? what : `${what} ${mend}`] }]);
  form.scrollToField([...field] as never, { focus: true });
  return true;
}

/** Asks before a page with something unsaved is left, within the console and by closing the tab. */
function useGuard(isUnsaved: () => boolean, question: string): void {
  useBlocker({
    shouldBlockFn: () => isUnsaved() && !window.confirm(question),
    enableBeforeUnload: isUnsaved,
  });
}
