import type { ReactNode } from 'react';
import type { Item } from '../client/ask.ts';
import { Part } from '../pattern/facts.tsx';
import { type Column, List } from '../pattern/list.tsx';
import { Instant } from '../speech/instant.tsx';
import { both, useWords } from '../speech/lang.ts';
import { actWords } from './words.ts';

const words = both({
  zh: {
    title: '历史',
    empty: '还没有记录。',
    act: '事项',
    whom: '何人',
    what: '联系方式',
    at: '时间',
    by: '操作者',
  },
  en: {
    title: 'History',
    empty: 'Nothing happened yet.',
    act: 'What',
    whom: 'Whom',
    what: 'Contact',
    at: 'When',
    by: 'By',
  },
});

type Act = Item<'/customers/{id}/contacts/history'>;

interface HistoryGiven {
  readonly customer: string;
  /** Those of now; somebody who was removed is named by what was recorded, or by their number. */
  readonly people: readonly Item<'/customers/{id}/persons'>[];
}

/** What happened to a customer's people and contacts, the latest first. */
export function History({ customer, people }: HistoryGiven): ReactNode {
  const w = useWords(words);
  const acts = useWords(actWords);
  const contacts = people.flatMap((one) => one.contacts);
  const columns: readonly Column<Act>[] = [
    { key: 'act', title: w.act, cell: ({ act }) => acts[act] },
    {
      key: 'whom',
      title: w.whom,
      cell: ({ person, detail }) =>
        people.find(({ id }) => id === person)?.name ?? String(detail['name'] ?? person),
    },
    {
      key: 'what',
      title: w.what,
      cell: ({ contact, detail }) =>
        contact === null
          ? '–'
          : String(detail['value'] ?? contacts.find(({ id }) => id === contact)?.value ?? contact),
    },
    { key: 'at', title: w.at, cell: ({ at }) => <Instant at={at} /> },
    { key: 'by', title: w.by, cell: ({ actor }) => actor },
  ];
  return (
    <Part title={w.title}>
      <List
        label={w.title}
        path="/customers/{id}/contacts/history"
        given={{ path: { id: customer }, query: { limit: 20 } }}
        columns={columns}
        keyOf={({ act, at, person, contact }) => `${at} ${act} ${person} ${contact ?? ''}`}
        empty={<p>{w.empty}</p>}
      />
    </Part>
  );
}
