import { Button, Input } from 'antd';
import { type ReactNode, useState } from 'react';
import type { Item, Reply } from '../client/ask.ts';
import { useRead } from '../client/read.ts';
import { useSend } from '../client/send.ts';
import { may, useAccount } from '../client/session.ts';
import { Facts, Mark, Part } from '../pattern/facts.tsx';
import { Field } from '../pattern/field.tsx';
import { Form } from '../pattern/form.tsx';
import { type Column, List } from '../pattern/list.tsx';
import { Loaded } from '../pattern/loaded.tsx';
import { say } from '../pattern/notice.tsx';
import { Page } from '../pattern/page.tsx';
import { Instant } from '../speech/instant.tsx';
import { both, useLang, useWords } from '../speech/lang.ts';
import { RelayFields, type RelayValues, relayOf } from './fields.tsx';

const words = both({
  zh: {
    title: '邮件',
    lead: '信件经由哪个中继寄出，以及每封信的下落。',
    relay: '邮件中继',
    none: '还没有设置中继：信件在等待。请先设置。',
    host: '服务器',
    user: '用户名',
    from: '发件地址',
    changed: '最近修改',
    waiting: '等待寄出',
    since: (count: number) => `${count} 封，最早的始于`,
    nothing: '没有',
    change: '修改中继',
    set: '设置中继',
    save: '保存',
    saved: '中继已保存。',
    trial: '测试邮件',
    trialLead: '与其他信件走同一条路；下落见下表。',
    to: '收件地址',
    send: '寄出测试邮件',
    posted: '测试邮件已交付寄出。',
    letters: '信件',
    empty: '还没有寄出过信件。中继设好之后，每封信的下落会列在这里。',
    address: '收件地址',
    kind: '种类',
    state: '状态',
    said: '中继的答复',
    tried: '最近一次尝试',
    all: '全部',
  },
  en: {
    title: 'Mail',
    lead: 'By which relay letters leave, and what became of each.',
    relay: 'The mail relay',
    none: 'No relay is set yet, so letters are waiting. Set one first.',
    host: 'Server',
    user: 'User name',
    from: 'Sender’s address',
    changed: 'Last changed',
    waiting: 'Waiting to leave',
    since: (count: number) => `${count}, the oldest since`,
    nothing: 'none',
    change: 'Change the relay',
    set: 'Set a relay',
    save: 'Save',
    saved: 'The relay is kept.',
    trial: 'Test mail',
    trialLead: 'It goes the way of every letter; its fate is in the table below.',
    to: 'To',
    send: 'Send a test mail',
    posted: 'The test mail is handed over.',
    letters: 'Letters',
    empty: 'No letter has left yet. Once a relay is set, the fate of every letter is listed here.',
    address: 'To',
    kind: 'Kind',
    state: 'State',
    said: 'The relay said',
    tried: 'Last tried',
    all: 'All',
  },
});

const stateWords = both({
  zh: {
    sending: '正在寄',
    waiting: '等待重试',
    sent: '已送达中继',
    refused: '被拒收',
    uncertain: '不确定',
    expired: '已过期',
    returned: '被退回',
  },
  en: {
    sending: 'Leaving',
    waiting: 'Waits for another try',
    sent: 'Taken by the relay',
    refused: 'Refused',
    uncertain: 'Uncertain',
    expired: 'Expired',
    returned: 'Came back',
  },
});

const kindWords: Readonly<Record<string, { readonly zh: string; readonly en: string }>> = {
  invitation: { zh: '邀请', en: 'Invitation' },
  reset: { zh: '重置密码', en: 'New password' },
  test: { zh: '测试', en: 'Test' },
};

const tones: Readonly<Record<string, 'good' | 'bad' | 'excused' | 'unseen'>> = {
  sent: 'good',
  refused: 'bad',
  returned: 'bad',
  expired: 'bad',
  uncertain: 'unseen',
};

type Shown = Reply<'get', '/relay'>;
type Letter = Item<'/letters'>;

export function Screen(): ReactNode {
  const w = useWords(words);
  const account = useAccount();
  const read = useRead('/relay', {});
  const canEdit = may(account.data, 'relay:edit');
  return (
    <Page title={w.title} lead={w.lead}>
      <Part title={w.relay}>
        <Loaded read={read}>{(shown) => <RelayPart shown={shown} canEdit={canEdit} />}</Loaded>
      </Part>
      {canEdit && read.data?.relay ? (
        <Part title={w.trial} lead={w.trialLead}>
          <Trial />
        </Part>
      ) : null}
      <Part title={w.letters}>
        <Letters />
      </Part>
    </Page>
  );
}

function RelayPart({ shown, canEdit }: { readonly shown: Shown; readonly canEdit: boolean }): ReactNode {
  const w = useWords(words);
  const [isOpen, setOpen] = useState(false);
  const change = useSend('put', '/relay', ['/letters']);
  const { relay, changedAt, waiting, oldest } = shown;
  if (isOpen) {
    const { authority, user, passwordSet: _, ...rest } = relay ?? { ...fresh, passwordSet: false };
    const initial = { ...rest, user: user ?? '', authority: authority ?? '' };
    const save = async (values: RelayValues): Promise<void> => {
      await change.mutateAsync({ body: relayOf(values) });
      setOpen(false);
      say(w.saved);
    };
    return (
      <Form<RelayValues> initial={initial} send={save} submit={w.save} onCancel={() => setOpen(false)}>
        <RelayFields />
      </Form>
    );
  }
  const open = canEdit ? (
    <div>
      <Button type={relay === null ? 'primary' : 'default'} onClick={() => setOpen(true)}>
        {relay === null ? w.set : w.change}
      </Button>
    </div>
  ) : null;
  const held = waiting === 0 ? w.nothing : <Held count={waiting} oldest={oldest} />;
  if (relay === null) {
    return (
      <div className="nothing">
        <p>{w.none}</p>
        <p>
          <span className="faint">{w.waiting}</span> {held}
        </p>
        {open}
      </div>
    );
  }
  return (
    <>
      <Facts
        facts={[
          [w.host, `${relay.host}:${relay.port} · ${relay.security.toUpperCase()}`],
          ...(relay.user === null ? [] : [[w.user, relay.user] as const]),
          [w.from, relay.from],
          ...(changedAt === null ? [] : [[w.changed, <Instant key="changed" at={changedAt} />] as const]),
          [w.waiting, held],
        ]}
      />
      {open}
    </>
  );
}

const fresh = { host: '', port: 587, security: 'starttls', user: null, from: '', authority: null } as const;

function Held({ count, oldest }: { readonly count: number; readonly oldest: string | null }): ReactNode {
  const w = useWords(words);
  return (
    <>
      {w.since(count)} {oldest === null ? null : <Instant at={oldest} />}
    </>
  );
}

function Trial(): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const test = useSend('post', '/relay/test', ['/letters']);
  const post = async ({ to }: { to: string }): Promise<void> => {
    await test.mutateAsync({ body: { to, lang } });
    say(w.posted);
  };
  return (
    <Form<{ to: string }> initial={{}} send={post} submit={w.send} guard={false}>
      <Field path="to" label={w.to} isNeeded>
        <Input type="email" autoComplete="email" maxLength={254} />
      </Field>
    </Form>
  );
}

function Letters(): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const states: Readonly<Record<string, string>> = useWords(stateWords);
  const columns: readonly Column<Letter>[] = [
    { key: 'address', title: w.address, cell: ({ address }) => address },
    { key: 'kind', title: w.kind, cell: ({ kind }) => kindWords[kind]?.[lang] ?? kind },
    {
      key: 'state',
      title: w.state,
      cell: ({ state }) => <Mark tone={tones[state] ?? 'plain'}>{states[state] ?? state}</Mark>,
    },
    { key: 'said', title: w.said, cell: ({ said }) => <code>{said}</code> },
    { key: 'tried', title: w.tried, cell: ({ triedAt }) => <Instant at={triedAt} /> },
  ];
  return (
    <List
      label={w.letters}
      path="/letters"
      given={{}}
      columns={columns}
      keyOf={({ key }) => key}
      filters={[
        {
          key: 'state',
          label: w.state,
          none: w.all,
          options: ['sent', 'waiting', 'refused', 'uncertain', 'expired'].map((value) => ({
            value,
            label: states[value] ?? value,
          })),
        },
      ]}
      empty={<p>{w.empty}</p>}
    />
  );
}
