import { Button, Input } from 'antd';
import { type ReactNode, useState } from 'react';
import { door, forgetDoors } from '../client/door.ts';
import type { Account } from '../client/session.ts';
import { Mark } from '../pattern/facts.tsx';
import { Field } from '../pattern/field.tsx';
import { Form } from '../pattern/form.tsx';
import { say } from '../pattern/notice.tsx';
import { both, useWords } from '../speech/lang.ts';
import { Enrol, Kept } from './enrol.tsx';

const words = both({
  zh: {
    set: '已设置',
    unset: '未设置',
    begin: '设置验证器',
    fresh: '更换恢复码',
    freshLead: '旧的恢复码随即全部失效。',
    remove: '停用验证器',
    removeLead: '停用后，管理人员需设置另一项第二验证因素才能继续使用控制台。',
    password: '当前密码',
    done: '验证器已设置。',
    removed: '验证器已停用。',
  },
  en: {
    set: 'Set up',
    unset: 'Not set up',
    begin: 'Set up an authenticator',
    fresh: 'New recovery codes',
    freshLead: 'The codes from before end at once.',
    remove: 'Remove the authenticator',
    removeLead: 'Staff then need another second factor before they can go on using the console.',
    password: 'Your password',
    done: 'The authenticator is set up.',
    removed: 'The authenticator is removed.',
  },
});

type Step = 'rest' | 'enrol' | 'fresh' | 'remove';

/** One-time codes: setting up, new recovery codes, removing. */
export function Factor({ account }: { readonly account: Account }): ReactNode {
  const w = useWords(words);
  const [step, setStep] = useState<Step>('rest');
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const finish = (text: string) => async (): Promise<void> => {
    setStep('rest');
    setCodes(null);
    await forgetDoors();
    say(text);
  };
  if (step === 'enrol') return <Enrol onDone={finish(w.done)} />;
  if (codes !== null) return <Kept codes={codes} onDone={finish(w.done)} />;
  if (step === 'fresh' || step === 'remove') {
    const send = async (body: { password: string }): Promise<void> => {
      if (step === 'remove') {
        await door('/two-factor/disable', body);
        await finish(w.removed)();
      } else {
        const made = await door<{ backupCodes: readonly string[] }>(
          '/two-factor/generate-backup-codes',
          body,
        );
        setCodes(made.backupCodes);
      }
    };
    return (
      <>
        <p className="faint">{step === 'fresh' ? w.freshLead : w.removeLead}</p>
        <Form<{ password: string }>
          initial={{}}
          send={send}
          submit={w[step]}
          onCancel={() => setStep('rest')}
          guard={false}
        >
          <Field path="password" label={w.password} isNeeded>
            <Input.Password autoComplete="current-password" autoFocus />
          </Field>
        </Form>
      </>
    );
  }
  return (
    <div className="row">
      <Mark tone={account.factorSet ? 'good' : 'plain'}>{account.factorSet ? w.set : w.unset}</Mark>
      {account.factorSet ? (
        <>
          <Button onClick={() => setStep('fresh')}>{w.fresh}</Button>
          <Button danger onClick={() => setStep('remove')}>
            {w.remove}
          </Button>
        </>
      ) : (
        <Button onClick={() => setStep('enrol')}>{w.begin}</Button>
      )}
    </div>
  );
}
