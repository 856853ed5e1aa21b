import type { ReactNode } from 'react';
import type { Item } from '../client/ask.ts';
import { useRead } from '../client/read.ts';
import { useSend } from '../client/send.ts';
import { Action } from '../pattern/action.tsx';
import { Part } from '../pattern/facts.tsx';
import { type Column, Rows } from '../pattern/list.tsx';
import { Loaded } from '../pattern/loaded.tsx';
import { Instant } from '../speech/instant.tsx';
import { both, useWords } from '../speech/lang.ts';
import { roleWords } from './words.ts';

const words = both({
  zh: {
    title: '未接受的邀请',
    name: '姓名',
    email: '邮箱',
    role: '角色',
    until: '有效期至',
    act: '操作',
    again: '重新寄出',
    sent: '新的链接已寄出，七天内有效；之前的链接失效。',
    withdraw: '撤回',
    ask: '撤回这份邀请？',
    askText: (email: string) => `寄给 ${email} 的链接将不能再使用。`,
    gone: '邀请已撤回。',
  },
  en: {
    title: 'Open invitations',
    name: 'Name',
    email: 'Mail address',
    role: 'Role',
    until: 'Until',
    act: 'Actions',
    again: 'Send again',
    sent: 'Another link is on its way, good for seven days; the one before is dead.',
    withdraw: 'Withdraw',
    ask: 'Withdraw this invitation?',
    askText: (email: string) => `The link that went to ${email} opens nothing any more.`,
    gone: 'The invitation is withdrawn.',
  },
});

type Invitation = Item<'/invitations'>;

/** Invitations that were neither accepted nor withdrawn; nothing when there are none. */
export function Invitations({ canEdit }: { readonly canEdit: boolean }): ReactNode {
  const w = useWords(words);
  const roles = useWords(roleWords);
  const read = useRead('/invitations', {});
  const columns: readonly Column<Invitation>[] = [
    { key: 'name', title: w.name, cell: ({ name }) => name },
    { key: 'email', title: w.email, cell: ({ email }) => email },
    { key: 'role', title: w.role, cell: ({ role }) => roles[role] },
    { key: 'until', title: w.until, cell: ({ expiresAt }) => <Instant at={expiresAt} /> },
  ];
  const acts: Column<Invitation> = { key: 'act', title: w.act, cell: (row) => <Acts row={row} /> };
  if (read.data?.items.length === 0) return null;
  return (
    <Part title={w.title}>
      <Loaded read={read}>
        {({ items }) => (
          <Rows
            label={w.title}
            rows={items}
            columns={canEdit ? [...columns, acts] : columns}
            keyOf={({ id }) => id}
          />
        )}
      </Loaded>
    </Part>
  );
}

function Acts({ row: { id, email } }: { readonly row: Invitation }): ReactNode {
  const w = useWords(words);
  const again = useSend('post', '/invitations/{id}/resend');
  const withdraw = useSend('delete', '/invitations/{id}');
  const path = { id };
  return (
    <div className="acts">
      <Action label={w.again} act={() => again.mutateAsync({ path })} done={w.sent} />
      <Action
        isGrave
        label={w.withdraw}
        act={() => withdraw.mutateAsync({ path })}
        ask={{ title: w.ask, text: w.askText(email) }}
        done={w.gone}
      />
    </div>
  );
}
