import { Button } from 'antd';
import { type ReactNode, useState } from 'react';
import { door, forgetDoors, useDoor } from '../client/door.ts';
import { addPasskey, knowsPasskeys } from '../entrance/passkey.ts';
import { Action } from '../pattern/action.tsx';
import { type Column, Rows } from '../pattern/list.tsx';
import { Loaded } from '../pattern/loaded.tsx';
import { say } from '../pattern/notice.tsx';
import { Trouble } from '../pattern/trouble.tsx';
import { Instant } from '../speech/instant.tsx';
import { both, useWords } from '../speech/lang.ts';

const words = both({
  zh: {
    label: '通行密钥',
    name: '名称',
    since: '添加时间',
    act: '操作',
    add: '添加通行密钥',
    added: '通行密钥已添加。',
    none: '还没有通行密钥。添加一个，下次登录就不需要密码。',
    remove: '移除',
    ask: '移除此通行密钥？',
    askText: '它将不能再用来登录。设备上保存的副本请在设备上删除。',
    removed: '已移除。',
    unable: '此浏览器不支持通行密钥。',
  },
  en: {
    label: 'Passkeys',
    name: 'Name',
    since: 'Added',
    act: 'Actions',
    add: 'Add a passkey',
    added: 'The passkey is added.',
    none: 'There is none yet. Add one and the next sign-in needs no password.',
    remove: 'Remove',
    ask: 'Remove this passkey?',
    askText: 'It will no longer sign you in. Delete the copy on the device there.',
    removed: 'Removed.',
    unable: 'This browser knows no passkeys.',
  },
});

interface Passkey {
  readonly id: string;
  readonly name?: string | null;
  readonly createdAt: string;
}

export function Passkeys({ name }: { readonly name: string }): ReactNode {
  const w = useWords(words);
  const read = useDoor<readonly Passkey[]>('/passkey/list-user-passkeys');
  const [error, setError] = useState<unknown>(null);
  const add = async (): Promise<void> => {
    setError(null);
    try {
      await addPasskey(name);
      await forgetDoors();
      say(w.added);
    } catch (thrown) {
      setError(thrown);
    }
  };
  const remove = (id: string) => async (): Promise<void> => {
    await door('/passkey/delete-passkey', { id });
    await forgetDoors();
  };
  const columns: readonly Column<Passkey>[] = [
    { key: 'name', title: w.name, cell: (row) => row.name ?? w.label },
    { key: 'since', title: w.since, cell: ({ createdAt }) => <Instant at={createdAt} /> },
    {
      key: 'act',
      title: w.act,
      cell: ({ id }) => (
        <Action
          isGrave
          label={w.remove}
          act={remove(id)}
          ask={{ title: w.ask, text: w.askText }}
          done={w.removed}
        />
      ),
    },
  ];
  return (
    <>
      <Loaded read={read}>
        {(rows) =>
          rows.length === 0 ? (
            <p>{w.none}</p>
          ) : (
            <Rows label={w.label} rows={rows} columns={columns} keyOf={({ id }) => id} />
          )
        }
      </Loaded>
      {error === null ? null : <Trouble error={error} />}
      <div className="row">
        {knowsPasskeys() ? <Button onClick={() => void add()}>{w.add}</Button> : <p>{w.unable}</p>}
      </div>
    </>
  );
}
