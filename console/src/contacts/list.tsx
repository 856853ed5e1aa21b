import './contacts.css';
import type { ReactNode } from 'react';
import type { Item } from '../client/ask.ts';
import { useRead } from '../client/read.ts';
import { useSend } from '../client/send.ts';
import { may, useAccount } from '../client/session.ts';
import { Action } from '../pattern/action.tsx';
import { Mark, Part } from '../pattern/facts.tsx';
import { LinkButton } from '../pattern/link.tsx';
import { type Column, Rows } from '../pattern/list.tsx';
import { Loaded } from '../pattern/loaded.tsx';
import { useCustomerName } from '../pattern/named.tsx';
import { Page } from '../pattern/page.tsx';
import { Instant } from '../speech/instant.tsx';
import { both, useWords } from '../speech/lang.ts';
import { useCustomer } from './customer.ts';
import { History } from './history.tsx';
import { channelWords, standingTones, standingWords } from './words.ts';

const words = both({
  zh: {
    title: '联系人',
    lead: '到期提醒、故障通知和结算单发给这里登记的人；只发往已验证的联系方式，验证满 180 天须重新验证。',
    add: '添加联系人',
    empty: '还没有联系人。添加一位，重要的通知才有人收到。',
    none: '还没有联系方式。',
    value: '联系方式',
    channel: '种类',
    state: '状态',
    until: '有效至',
    act: '操作',
    addContact: '添加联系方式',
    change: '修改',
    remove: '删除',
    removePerson: (name: string) => `删除联系人 ${name}`,
    removePersonText: '此人的联系方式一并删除，之后不再收到通知；历史记录保留。',
    removeContact: (value: string) => `删除 ${value}`,
    removeContactText: '之后不再向此处发送通知；历史记录保留。',
    removed: '已删除。',
  },
  en: {
    title: 'Contacts',
    lead: 'Reminders, notices of trouble and statements go to the people named here, to verified contacts alone; a verification holds for 180 days.',
    add: 'Add a person',
    empty: 'Nobody is named yet. Add a person, so that what matters reaches somebody.',
    none: 'No contact yet.',
    value: 'Contact',
    channel: 'Kind',
    state: 'State',
    until: 'Holds until',
    act: 'Actions',
    addContact: 'Add a contact',
    change: 'Change',
    remove: 'Remove',
    removePerson: (name: string) => `Remove ${name}`,
    removePersonText:
      'Their contacts go with them, and no notice reaches them any more; the history keeps it.',
    removeContact: (value: string) => `Remove ${value}`,
    removeContactText: 'No notice goes there any more; the history keeps it.',
    removed: 'Removed.',
  },
});

const langWords = both({
  zh: { zh: '以中文通知', en: '以英文通知' },
  en: { zh: 'written to in Chinese', en: 'written to in English' },
});

type Person = Item<'/customers/{id}/persons'>;
type Contact = Person['contacts'][number];

export function Screen(): ReactNode {
  const w = useWords(words);
  const account = useAccount();
  const { customer, isOwn } = useCustomer();
  const name = useCustomerName(customer);
  const read = useRead('/customers/{id}/persons', { path: { id: customer } }, customer !== '');
  const canEdit = may(account.data, 'contacts:edit');
  const root = `/customers/${customer}/contacts`;
  return (
    <Page
      title={w.title}
      lead={w.lead}
      {...(isOwn ? {} : { back: { to: `/customers/${customer}`, label: name } })}
      actions={canEdit ? <LinkButton to={`${root}/new`}>{w.add}</LinkButton> : null}
    >
      <Loaded read={read}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="nothing">{w.empty}</p>
          ) : (
            items.map((person) => (
              <One key={person.id} person={person} root={`${root}/${person.id}`} canEdit={canEdit} />
            ))
          )
        }
      </Loaded>
      {customer === '' ? null : <History customer={customer} people={read.data?.items ?? []} />}
    </Page>
  );
}

interface OneGiven {
  readonly person: Person;
  /** Where their own pages begin. */
  readonly root: string;
  readonly canEdit: boolean;
}

function One({ person, root, canEdit }: OneGiven): ReactNode {
  const w = useWords(words);
  const langs = useWords(langWords);
  const remove = useSend('delete', '/persons/{id}', ['/customers/{id}/persons']);
  const { id, name, title, lang, contacts } = person;
  const actions = canEdit ? (
    <div className="acts">
      <LinkButton to={`${root}/new`} isMain={false}>
        {w.addContact}
      </LinkButton>
      <LinkButton to={root} isMain={false}>
        {w.change}
      </LinkButton>
      <Action
        isGrave
        label={w.remove}
        act={() => remove.mutateAsync({ path: { id } })}
        ask={{ title: w.removePerson(name), text: w.removePersonText }}
        done={w.removed}
      />
    </div>
  ) : null;
  return (
    <Part title={name} lead={title === '' ? langs[lang] : `${title} · ${langs[lang]}`} actions={actions}>
      {contacts.length === 0 ? (
        <p className="faint">{w.none}</p>
      ) : (
        <Contacts name={name} contacts={contacts} root={root} canEdit={canEdit} />
      )}
    </Part>
  );
}

interface ContactsGiven {
  readonly name: string;
  readonly contacts: readonly Contact[];
  readonly root: string;
  readonly canEdit: boolean;
}

function Contacts({ name, contacts, root, canEdit }: ContactsGiven): ReactNode {
  const w = useWords(words);
  const channels = useWords(channelWords);
  const standings = useWords(standingWords);
  const columns: readonly Column<Contact>[] = [
    { key: 'value', title: w.value, cell: ({ value }) => value },
    { key: 'channel', title: w.channel, cell: ({ channel }) => channels[channel] },
    {
      key: 'state',
      title: w.state,
      cell: ({ state }) => <Mark tone={standingTones[state]}>{standings[state]}</Mark>,
    },
    { key: 'until', title: w.until, cell: ({ until }) => (until === null ? '–' : <Instant at={until} />) },
    ...(canEdit
      ? [
          {
            key: 'act',
            title: w.act,
            cell: (contact: Contact) => <Acts contact={contact} root={root} />,
          },
        ]
      : []),
  ];
  return <Rows label={name} rows={contacts} columns={columns} keyOf={({ id }) => id} />;
}

const verifyWords = both({
  zh: { verify: '验证', again: '重新验证' },
  en: { verify: 'Verify', again: 'Verify again' },
});

function Acts({ contact, root }: { readonly contact: Contact; readonly root: string }): ReactNode {
  const w = useWords(words);
  const v = useWords(verifyWords);
  const remove = useSend('delete', '/contacts/{id}', ['/customers/{id}/persons']);
  const { id, value, state } = contact;
  return (
    <div className="acts">
      <LinkButton to={`${root}/${id}`} isMain={state !== 'verified'}>
        {state === 'verified' ? v.again : v.verify}
      </LinkButton>
      <Action
        isGrave
        label={w.remove}
        act={() => remove.mutateAsync({ path: { id } })}
        ask={{ title: w.removeContact(value), text: w.removeContactText }}
        done={w.removed}
      />
    </div>
  );
}
