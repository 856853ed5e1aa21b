import { useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Reply } from '../client/ask.ts';
import { tagOf, useRead } from '../client/read.ts';
import { useSend } from '../client/send.ts';
import { may, useAccount } from '../client/session.ts';
import { Action } from '../pattern/action.tsx';
import { Detail } from '../pattern/detail.tsx';
import { Mark } from '../pattern/facts.tsx';
import { Instant } from '../speech/instant.tsx';
import { both, useWords } from '../speech/lang.ts';
import { roleWords } from './words.ts';

const words = both({
  zh: {
    name: '用户',
    back: '全部用户',
    email: '邮箱',
    role: '角色',
    factor: '第二验证因素',
    set: '已设置',
    unset: '未设置',
    since: '加入时间',
    until: '停用时间',
    active: '可登录',
    disabled: '已停用',
    disable: '停用',
    disableText: '此人将立即退出所有设备，其 API 密钥同时失效。可以随时恢复。',
    enable: '恢复登录',
    leave: '结束其全部会话',
    leaveText: '此人在所有设备上都需要重新登录。',
    done: '已完成。',
  },
  en: {
    name: 'User',
    back: 'All users',
    email: 'Mail address',
    role: 'Role',
    factor: 'Second factor',
    set: 'Set up',
    unset: 'Not set up',
    since: 'Since',
    until: 'Disabled since',
    active: 'May sign in',
    disabled: 'Disabled',
    disable: 'Disable',
    disableText:
      'They are signed out everywhere at once and their API keys end. It can be undone at any time.',
    enable: 'Let in again',
    leave: 'End all sessions',
    leaveText: 'They will have to sign in again on every device.',
    done: 'Done.',
  },
});

type User = Reply<'get', '/users/{id}'>;

export function Screen(): ReactNode {
  const w = useWords(words);
  const names = useWords(roleWords);
  const { id = '' }: { id?: string } = useParams({ strict: false });
  const read = useRead('/users/{id}', { path: { id } });
  return (
    <Detail
      read={read}
      name={w.name}
      back={{ to: '/users', label: w.back }}
      title={({ name }) => name}
      mark={({ disabledAt }) => (
        <Mark tone={disabledAt === null ? 'good' : 'bad'}>{disabledAt === null ? w.active : w.disabled}</Mark>
      )}
      actions={(user) => <Actions user={user} />}
      facts={(user) => [
        [w.email, user.email],
        [w.role, names[user.role]],
        [w.factor, user.factorSet ? w.set : w.unset],
        [w.since, <Instant key="since" at={user.createdAt} />],
        ...(user.disabledAt === null
          ? []
          : [[w.until, <Instant key="until" at={user.disabledAt} />] as const]),
      ]}
    />
  );
}

function Actions({ user }: { readonly user: User }): ReactNode {
  const w = useWords(words);
  const account = useAccount();
  const change = useSend('patch', '/users/{id}');
  const leave = useSend('delete', '/users/{id}/sessions');
  if (!may(account.data, 'users:edit') || account.data?.id === user.id) return null;
  const path = { id: user.id };
  const turn = (disabled: boolean) => () =>
    change.mutateAsync({ path, body: { disabled }, tag: tagOf('/users/{id}', { path }) });
  return (
    <>
      <Action
        label={w.leave}
        act={() => leave.mutateAsync({ path })}
        ask={{ title: w.leave, text: w.leaveText }}
        done={w.done}
      />
      {user.disabledAt === null ? (
        <Action
          isGrave
          label={w.disable}
          act={turn(true)}
          ask={{ title: w.disable, text: w.disableText }}
          done={w.done}
        />
      ) : (
        <Action label={w.enable} act={turn(false)} done={w.done} />
      )}
    </>
  );
}
