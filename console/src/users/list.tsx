import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Item } from '../client/ask.ts';
import { may, useAccount } from '../client/session.ts';
import { Mark } from '../pattern/facts.tsx';
import { LinkButton } from '../pattern/link.tsx';
import { type Column, List } from '../pattern/list.tsx';
import { Page } from '../pattern/page.tsx';
import { Instant } from '../speech/instant.tsx';
import { both, useWords } from '../speech/lang.ts';
import { Invitations } from './invitations.tsx';
import { roles, roleWords } from './words.ts';

const words = both({
  zh: {
    title: '用户',
    lead: '可以登录控制台的人。',
    invite: '邀请用户',
    name: '姓名',
    email: '邮箱',
    role: '角色',
    since: '加入时间',
    state: '状态',
    active: '可登录',
    disabled: '已停用',
    text: '姓名或邮箱',
    all: '全部',
    empty: '还没有其他用户。可以先邀请一位同事。',
  },
  en: {
    title: 'Users',
    lead: 'People who may sign in to the console.',
    invite: 'Invite a user',
    name: 'Name',
    email: 'Mail address',
    role: 'Role',
    since: 'Since',
    state: 'State',
    active: 'May sign in',
    disabled: 'Disabled',
    text: 'Name or mail address',
    all: 'All',
    empty: 'There is nobody else yet. Invite a colleague to begin with.',
  },
});

type User = Item<'/users'>;

export function Screen(): ReactNode {
  const w = useWords(words);
  const names = useWords(roleWords);
  const account = useAccount();
  const columns: readonly Column<User>[] = [
    {
      key: 'name',
      title: w.name,
      cell: ({ id, name }) => (
        <Link to="/users/$id" params={{ id } as never}>
          {name}
        </Link>
      ),
    },
    { key: 'email', title: w.email, cell: ({ email }) => email },
    { key: 'role', title: w.role, cell: ({ role }) => names[role] },
    {
      key: 'state',
      title: w.state,
      cell: ({ disabledAt }) => (
        <Mark tone={disabledAt === null ? 'good' : 'bad'}>{disabledAt === null ? w.active : w.disabled}</Mark>
      ),
    },
    { key: 'since', title: w.since, cell: ({ createdAt }) => <Instant at={createdAt} /> },
  ];
  const canEdit = may(account.data, 'users:edit');
  const invite = canEdit ? <LinkButton to="/users/invite">{w.invite}</LinkButton> : null;
  return (
    <Page title={w.title} lead={w.lead} actions={invite}>
      <List
        label={w.title}
        path="/users"
        given={{}}
        columns={columns}
        keyOf={({ id }) => id}
        filters={[
          { key: 'text', label: w.text },
          {
            key: 'role',
            label: w.role,
            none: w.all,
            options: roles.map((value) => ({ value, label: names[value] })),
          },
          {
            key: 'disabled',
            label: w.state,
            none: w.all,
            options: [
              { value: 'false', label: w.active },
              { value: 'true', label: w.disabled },
            ],
          },
        ]}
        empty={<p>{w.empty}</p>}
      />
      <Invitations canEdit={canEdit} />
    </Page>
  );
}
