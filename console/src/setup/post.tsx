import { Form as AntForm, Button, Checkbox, Input } from 'antd';
import { type ReactNode, useState } from 'react';
import { ask, type Reply } from '../client/ask.ts';
import { Mark } from '../pattern/facts.tsx';
import { Form } from '../pattern/form.tsx';
import { Trouble } from '../pattern/trouble.tsx';
import { RelayFields, type RelayValues, relayOf } from '../relay/fields.tsx';
import { both, langNow, useText, useWords } from '../speech/lang.ts';
import type { Entered, StepGiven } from './entered.ts';

const words = both({
  zh: {
    has: '现在设置邮件中继',
    hasHelp: '邀请、密码重置和通知都经由它寄出。暂不设置时，信件会等到设置之后再寄。',
    trial: '试寄到',
    send: '寄出测试邮件',
    said: '中继的答复：',
    back: '上一步',
    next: '下一步',
  },
  en: {
    has: 'Set the mail relay now',
    hasHelp: 'Invitations, new passwords and notices leave by it. Until there is one, letters wait.',
    trial: 'Test address',
    send: 'Send a test mail',
    said: 'The relay said:',
    back: 'Back',
    next: 'Next',
  },
});

interface PostGiven extends StepGiven {
  readonly token: string;
}

type Values = Pick<Entered, 'relay'>;

/** The mail relay, with a real mail before anything is kept. */
export function PostStep({ entered, refused, send, onCancel, token }: PostGiven): ReactNode {
  const w = useWords(words);
  const [hasRelay, setHasRelay] = useState(entered.hasRelay);
  const go = ({ relay }: Values): Promise<void> => send({ hasRelay, relay: relay ?? entered.relay });
  return (
    <Form<Values>
      initial={{ relay: entered.relay }}
      refused={refused}
      send={go}
      submit={w.next}
      cancel={w.back}
      {...(onCancel === undefined ? {} : { onCancel })}
    >
      <p>
        <Checkbox checked={hasRelay} onChange={({ target }) => setHasRelay(target.checked)}>
          {w.has}
        </Checkbox>
      </p>
      <p className="faint help">{w.hasHelp}</p>
      {hasRelay ? (
        <>
          <RelayFields under="relay." />
          <Trial token={token} />
        </>
      ) : null}
    </Form>
  );
}

type Outcome = Reply<'post', '/setup/mail'>;

/** Sends a mail with what stands in the fields at this moment. */
function Trial({ token }: { readonly token: string }): ReactNode {
  const w = useWords(words);
  const text = useText();
  const form = AntForm.useFormInstance<Values>();
  const [to, setTo] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [error, setError] = useState<unknown>(null);
  const attempt = async (): Promise<void> => {
    const { relay } = await form.validateFields();
    setBusy(true);
    setOutcome(null);
    setError(null);
    const body = { token, relay: relayOf(relay as RelayValues), to, lang: langNow() };
    await ask('post', '/setup/mail', { body }).then(({ value }) => setOutcome(value), setError);
    setBusy(false);
  };
  return (
    <div className="trial">
      <label htmlFor="trial">{w.trial}</label>
      <div className="row">
        <Input id="trial" type="email" value={to} onChange={({ target }) => setTo(target.value)} />
        <Button loading={isBusy} disabled={to === ''} onClick={() => void attempt().catch(() => {})}>
          {w.send}
        </Button>
      </div>
      <div role="status">
        {outcome === null ? null : (
          <>
            <Mark tone={outcome.outcome === 'sent' ? 'good' : 'bad'}>
              <span className="words">{text(outcome.words)}</span>
            </Mark>
            <p className="faint">
              {w.said} <code>{outcome.said}</code>
            </p>
          </>
        )}
      </div>
      {error === null ? null : <Trouble error={error} />}
    </div>
  );
}
