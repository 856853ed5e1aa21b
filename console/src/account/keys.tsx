import { Button, Checkbox, Input, Select } from 'antd';
import { type ReactNode, useState } from 'react';
import type { Given, Item } from '../client/ask.ts';
import { useRead } from '../client/read.ts';
import { useSend } from '../client/send.ts';
import type { Account } from '../client/session.ts';
import { Action } from '../pattern/action.tsx';
import { Mark } from '../pattern/facts.tsx';
import { Field } from '../pattern/field.tsx';
import { Form } from '../pattern/form.tsx';
import { type Column, Rows } from '../pattern/list.tsx';
import { Loaded } from '../pattern/loaded.tsx';
import { say } from '../pattern/notice.tsx';
import { Instant } from '../speech/instant.tsx';
import { both, useLang, useWords } from '../speech/lang.ts';
import { scopeName } from './scopes.ts';

const words = both({
  zh: {
    label: 'API 密钥',
    name: '名称',
    nameHelp: '用在何处，例如“备份脚本”。',
    start: '开头',
    scopes: '范围',
    until: '有效期至',
    ever: '不限期',
    used: '上次使用',
    never: '从未',
    more: (some: string, count: number) => `${some}等 ${count} 项`,
    act: '操作',
    none: '还没有 API 密钥。',
    make: '新建密钥',
    days: '有效期',
    dayCount: (days: number) => `${days} 天`,
    made: '密钥已建立，只在此刻显示：',
    copy: '复制',
    copied: '已复制。',
    revoke: '吊销',
    revokeText: '使用此密钥的程序将立即被拒绝，不能恢复。',
    revoked: '已吊销',
    done: '密钥已吊销。',
  },
  en: {
    label: 'API keys',
    name: 'Name',
    nameHelp: 'Where it is used: “backup script”.',
    start: 'Begins with',
    scopes: 'Scopes',
    until: 'Until',
    ever: 'without end',
    used: 'Last used',
    never: 'never',
    more: (some: string, count: number) => `${some} and more: ${count} in all`,
    act: 'Actions',
    none: 'There is no API key yet.',
    make: 'Make a key',
    days: 'Good for',
    dayCount: (days: number) => `${days} days`,
    made: 'The key is made. It is shown only now:',
    copy: 'Copy',
    copied: 'Copied.',
    revoke: 'Revoke',
    revokeText: 'Programs that use it are refused at once. It cannot be undone.',
    revoked: 'Revoked',
    done: 'The key is revoked.',
  },
});

type Key = Item<'/account/keys'>;
type NewKey = Given<'post', '/account/keys'>['body'];

export function Keys({ account }: { readonly account: Account }): ReactNode {
  const w = useWords(words);
  const read = useRead('/account/keys', {});
  const [isOpen, setOpen] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const copy = async (text: string): Promise<void> => {
    await navigator.clipboard.writeText(text);
    say(w.copied);
  };
  const made = (text: string): void => {
    setSecret(text);
    setOpen(false);
  };
  return (
    <>
      {secret === null ? null : (
        <div className="once" role="status">
          <p>{w.made}</p>
          <code>{secret}</code>
          <Button onClick={() => void copy(secret)}>{w.copy}</Button>
        </div>
      )}
      <Loaded read={read}>{({ items }) => <Table rows={items} />}</Loaded>
      {isOpen ? (
        <NewKeyForm account={account} onMade={made} onCancel={() => setOpen(false)} />
      ) : (
        <div className="row">
          <Button onClick={() => setOpen(true)}>{w.make}</Button>
        </div>
      )}
    </>
  );
}

function Table({ rows }: { readonly rows: readonly Key[] }): ReactNode {
  const w = useWords(words);
  const revoke = useSend('delete', '/account/keys/{id}');
  const columns: readonly Column<Key>[] = [
    { key: 'name', title: w.name, cell: ({ name }) => name },
    { key: 'start', title: w.start, cell: ({ start }) => <code>{start}…</code> },
    { key: 'scopes', title: w.scopes, cell: ({ scopes }) => <ScopeList scopes={scopes} /> },
    {
      key: 'until',
      title: w.until,
      cell: ({ expiresAt }) => (expiresAt ? <Instant at={expiresAt} /> : w.ever),
    },
    {
      key: 'used',
      title: w.used,
      cell: ({ usedAt }) => (usedAt ? <Instant at={usedAt} relative /> : w.never),
    },
    {
      key: 'act',
      title: w.act,
      cell: ({ id, revokedAt }) =>
        revokedAt !== null ? (
          <Mark tone="bad">{w.revoked}</Mark>
        ) : (
          <Action
            isGrave
            label={w.revoke}
            act={() => revoke.mutateAsync({ path: { id } })}
            ask={{ title: w.revoke, text: w.revokeText }}
            done={w.done}
          />
        ),
    },
  ];
  if (rows.length === 0) return <p>{w.none}</p>;
  return <Rows label={w.label} rows={rows} columns={columns} keyOf={({ id }) => id} />;
}

/** The first few; pointing at them names all. */
function ScopeList({ scopes }: { readonly scopes: readonly string[] }): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const names = scopes.map((one) => scopeName(lang, one));
  const join = (some: readonly string[]): string => some.join(lang === 'zh' ? '、' : ', ');
  if (names.length <= 4) return join(names);
  return <span title={join(names)}>{w.more(join(names.slice(0, 3)), names.length)}</span>;
}

interface NewKeyGiven {
  readonly account: Account;
  readonly onMade: (secret: string) => void;
  readonly onCancel: () => void;
}

function NewKeyForm({ account, onMade, onCancel }: NewKeyGiven): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const make = useSend('post', '/account/keys');
  const mine = Object.keys(account.rights);
  const send = async (body: NewKey): Promise<void> => onMade((await make.mutateAsync({ body })).secret);
  return (
    <Form<NewKey> initial={{ days: 365 }} send={send} submit={w.make} onCancel={onCancel}>
      <Field path="name" label={w.name} help={w.nameHelp} isNeeded>
        <Input autoComplete="off" maxLength={100} autoFocus />
      </Field>
      <Field path="scopes" label={w.scopes} isNeeded>
        <Checkbox.Group
          className="scopes"
          options={mine.map((value) => ({ value, label: scopeName(lang, value) }))}
        />
      </Field>
      <Field path="days" label={w.days}>
        <Select options={[30, 90, 365].map((value) => ({ value, label: w.dayCount(value) }))} />
      </Field>
    </Form>
  );
}
