import { useNavigate, useParams } from '@tanstack/react-router';
import { Input } from 'antd';
import { type ReactNode, useState } from 'react';
import type { Item } from '../client/ask.ts';
import { useRead } from '../client/read.ts';
import { useSend } from '../client/send.ts';
import { may, useAccount } from '../client/session.ts';
import { Action } from '../pattern/action.tsx';
import { Facts, Mark } from '../pattern/facts.tsx';
import { Field } from '../pattern/field.tsx';
import { Form } from '../pattern/form.tsx';
import { Loaded } from '../pattern/loaded.tsx';
import { say } from '../pattern/notice.tsx';
import { Page } from '../pattern/page.tsx';
import { Instant } from '../speech/instant.tsx';
import { both, useWords } from '../speech/lang.ts';
import { useCustomer } from './customer.ts';
import { channelWords, standingTones, standingWords } from './words.ts';

const words = both({
  zh: {
    title: '验证联系方式',
    back: '全部联系人',
    gone: '没有这个联系方式。',
    value: '联系方式',
    channel: '种类',
    state: '状态',
    until: '有效至',
    ask: '发送验证码',
    asked: '验证码已寄出，30 分钟内有效。',
    codeLead: '我们会寄出一封含八位数字的邮件。收到后在此填写。',
    code: '验证码',
    codeHelp: '八位数字，可尝试五次。',
    verify: '验证',
    verified: (value: string) => `${value} 已验证。`,
    phoneLead: '电话由服务商的工作人员致电核实，您不需要做什么。',
    called: '已致电核实',
    calledAsk: '登记一次核实来电',
    calledText: '确认您刚才拨打了这个号码，并且接听的正是此人。',
    challengeLead:
      '我们向该地址发送一个已签名的质询；它须在 10 秒内以 200 应答，并原样送回其中的 challenge 值。',
    challenge: '发送质询',
  },
  en: {
    title: 'Verify a contact',
    back: 'All contacts',
    gone: 'There is no such contact.',
    value: 'Contact',
    channel: 'Kind',
    state: 'State',
    until: 'Holds until',
    ask: 'Mail the code',
    asked: 'The code is on its way; it serves for 30 minutes.',
    codeLead: 'A mail with eight digits goes to this address. Enter them here.',
    code: 'Code',
    codeHelp: 'Eight digits; five tries.',
    verify: 'Verify',
    verified: (value: string) => `${value} is verified.`,
    phoneLead: 'Your provider’s staff verify a telephone by a call; there is nothing for you to do.',
    called: 'Reached by a call',
    calledAsk: 'Record a call',
    calledText: 'You called this number just now, and reached this very person.',
    challengeLead:
      'A signed challenge is posted there; the address answers 200 within ten seconds and gives its “challenge” back.',
    challenge: 'Post the challenge',
  },
});

type Contact = Item<'/customers/{id}/persons'>['contacts'][number];

export function Screen(): ReactNode {
  const w = useWords(words);
  const { customer, isOwn } = useCustomer();
  const { contact: wanted }: { contact?: string } = useParams({ strict: false });
  const read = useRead('/customers/{id}/persons', { path: { id: customer } });
  const back = isOwn ? '/contacts' : `/customers/${customer}/contacts`;
  return (
    <Page title={w.title} back={{ to: back, label: w.back }}>
      <Loaded read={read}>
        {({ items }) => {
          const contact = items.flatMap((one) => one.contacts).find(({ id }) => id === wanted);
          return contact === undefined ? (
            <p className="nothing">{w.gone}</p>
          ) : (
            <One contact={contact} back={back} />
          );
        }}
      </Loaded>
    </Page>
  );
}

interface OneGiven {
  readonly contact: Contact;
  readonly back: string;
}

function One({ contact, back }: OneGiven): ReactNode {
  const w = useWords(words);
  const channels = useWords(channelWords);
  const standings = useWords(standingWords);
  const { channel, value, state, until } = contact;
  return (
    <>
      <Facts
        facts={[
          [w.value, value],
          [w.channel, channels[channel]],
          [
            w.state,
            <Mark key="state" tone={standingTones[state]}>
              {standings[state]}
            </Mark>,
          ],
          ...(until === null ? [] : [[w.until, <Instant key="until" at={until} />] as const]),
        ]}
      />
      {channel === 'email' ? <Code contact={contact} back={back} /> : null}
      {channel === 'phone' ? <Call contact={contact} /> : null}
      {channel === 'webhook' ? <Challenge contact={contact} /> : null}
    </>
  );
}

function Code({ contact, back }: OneGiven): ReactNode {
  const w = useWords(words);
  const navigate = useNavigate();
  const { id } = contact;
  const [isAsked, setAsked] = useState(false);
  const ask = useSend('post', '/contacts/{id}/code', ['/customers/{id}/persons']);
  const send = useSend('post', '/contacts/{id}/verify', ['/customers/{id}/persons']);
  const post = async (): Promise<void> => {
    await ask.mutateAsync({ path: { id } });
    setAsked(true);
  };
  const verify = async (body: { code: string }): Promise<void> => {
    const { value } = await send.mutateAsync({ path: { id }, body });
    say(w.verified(value));
    await navigate({ to: back });
  };
  return (
    <>
      <p>{isAsked ? w.asked : w.codeLead}</p>
      <p>
        <Action label={w.ask} act={post} done={w.asked} />
      </p>
      <Form<{ code: string }> initial={{}} send={verify} submit={w.verify} guard={false}>
        <Field path="code" label={w.code} help={w.codeHelp} isNeeded>
          <Input autoComplete="one-time-code" inputMode="numeric" maxLength={20} />
        </Field>
      </Form>
    </>
  );
}

function Call({ contact }: { readonly contact: Contact }): ReactNode {
  const w = useWords(words);
  const account = useAccount();
  const { id, value } = contact;
  const send = useSend('post', '/contacts/{id}/calls', ['/customers/{id}/persons']);
  if (!may(account.data, 'contacts:vouch')) return <p>{w.phoneLead}</p>;
  return (
    <p>
      <Action
        label={w.called}
        act={() => send.mutateAsync({ path: { id }, body: { at: new Date().toISOString() } })}
        ask={{ title: w.calledAsk, text: w.calledText }}
        done={w.verified(value)}
      />
    </p>
  );
}

function Challenge({ contact }: { readonly contact: Contact }): ReactNode {
  const w = useWords(words);
  const { id, value } = contact;
  const send = useSend('post', '/contacts/{id}/challenge', ['/customers/{id}/persons']);
  return (
    <>
      <p>{w.challengeLead}</p>
      <p>
        <Action label={w.challenge} act={() => send.mutateAsync({ path: { id } })} done={w.verified(value)} />
      </p>
    </>
  );
}
