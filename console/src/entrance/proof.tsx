import { Button, Input } from 'antd';
import { type ReactNode, useState } from 'react';
import { door } from '../client/door.ts';
import { Field } from '../pattern/field.tsx';
import { Form } from '../pattern/form.tsx';
import { both, useWords } from '../speech/lang.ts';

const words = both({
  zh: {
    code: '一次性验证码',
    codeHelp: '验证器应用此刻显示的六位数字。',
    recovery: '恢复码',
    recoveryHelp: '设置验证器时保存的恢复码之一，每个只能用一次。',
    go: '继续',
    lost: '验证器不在身边，使用恢复码',
    back: '使用验证器',
    anew: '重新登录',
  },
  en: {
    code: 'One-time code',
    codeHelp: 'The six digits that your authenticator shows now.',
    recovery: 'Recovery code',
    recoveryHelp: 'One of those that you kept when you set up the authenticator; each is good once.',
    go: 'Continue',
    lost: 'No authenticator at hand: use a recovery code',
    back: 'Use the authenticator',
    anew: 'Begin anew',
  },
});

/** The second factor after the password: a one-time code, or a recovery code. */
export function Proof({
  onDone,
  onAnew,
}: {
  readonly onDone: () => Promise<void>;
  readonly onAnew: () => void;
}): ReactNode {
  const w = useWords(words);
  const [isLost, setLost] = useState(false);
  const prove = async ({ code }: { code: string }): Promise<void> => {
    const path = isLost ? '/two-factor/verify-backup-code' : '/two-factor/verify-totp';
    await door(path, { code: isLost ? code.trim() : code.replace(/\s/g, '') });
    await onDone();
  };
  return (
    <>
      <Form<{ code: string }> key={String(isLost)} initial={{}} send={prove} submit={w.go} guard={false}>
        <Field
          path="code"
          label={isLost ? w.recovery : w.code}
          help={isLost ? w.recoveryHelp : w.codeHelp}
          isNeeded
        >
          {isLost ? (
            <Input autoComplete="off" spellCheck={false} autoFocus />
          ) : (
            <Input inputMode="numeric" autoComplete="one-time-code" maxLength={7} autoFocus />
          )}
        </Field>
      </Form>
      <div className="otherwise">
        <Button type="link" onClick={() => setLost(!isLost)}>
          {isLost ? w.back : w.lost}
        </Button>
        <Button type="link" onClick={onAnew}>
          {w.anew}
        </Button>
      </div>
    </>
  );
}
