import './agreement.css';
import type { ReactNode } from 'react';
import { ask, type Reply } from '../client/ask.ts';
import { useRead } from '../client/read.ts';
import { useSend } from '../client/send.ts';
import { may, useAccount } from '../client/session.ts';
import { Action } from '../pattern/action.tsx';
import { Facts, Part } from '../pattern/facts.tsx';
import { bytesOf, offer } from '../pattern/file.ts';
import { LinkButton } from '../pattern/link.tsx';
import { type Column, Rows } from '../pattern/list.tsx';
import { Loaded } from '../pattern/loaded.tsx';
import { Instant } from '../speech/instant.tsx';
import { both, useLang, useWords } from '../speech/lang.ts';
import { actWords, leftWords, partyWords } from './words.ts';

const words = both({
  zh: {
    title: '文本',
    annex: '附件',
    draft: '下载草稿',
    print: '印制两份正本',
    printed: '两份正本已印制，可以签署。',
    none: '两份正本还没有印制。可以先看草稿。',
    old: '印制之后内容有变，签署前需要重新印制。',
    digest: '内容摘要',
    at: '印制时间',
    left: '还需要',
    done: '双方都已签字盖章。',
    sign: '签字并盖章',
    copy: (holder: string) => `下载${holder}`,
    got: '已下载。',
    events: '签署记录',
    holder: '正本',
    party: '一方',
    act: '动作',
    when: '时间',
    who: '签署人',
    from: '来自',
    level: '级别',
  },
  en: {
    title: 'The document',
    annex: 'Annex',
    draft: 'Download the draft',
    print: 'Print both originals',
    printed: 'Both originals are printed and can be signed.',
    none: 'The originals are not printed yet. The draft can be read.',
    old: 'The agreement changed since; it must be printed again before it is signed.',
    digest: 'Content digest',
    at: 'Printed',
    left: 'Still needed',
    done: 'Signed and sealed by both parties.',
    sign: 'Sign and seal',
    copy: (holder: string) => `Download the ${holder}`,
    got: 'Downloaded.',
    events: 'Who signed what',
    holder: 'Original',
    party: 'Party',
    act: 'Act',
    when: 'When',
    who: 'By',
    from: 'From',
    level: 'Level',
  },
});

type Document = Reply<'get', '/agreements/{number}/document'>;
type Signature = Document['signatures'][number];

interface PaperGiven {
  readonly number: string;
  readonly isStaff: boolean;
  /** `A1`: an annex; left out: the agreement itself. */
  readonly annex?: string;
}

/** The document: draft, both originals, what is still to be signed, and every signature with where it came from. */
export function Paper({ number, isStaff, annex }: PaperGiven): ReactNode {
  const w = useWords(words);
  const query = annex === undefined ? {} : { annex };
  const read = useRead('/agreements/{number}/document', { path: { number }, query });
  return (
    <Part title={annex === undefined ? w.title : `${w.annex} ${annex}`}>
      <Loaded read={read}>
        {(document) => <Shown number={number} isStaff={isStaff} document={document} {...query} />}
      </Loaded>
    </Part>
  );
}

function Shown({ document, ...given }: PaperGiven & { readonly document: Document }): ReactNode {
  const w = useWords(words);
  const left: Readonly<Record<string, string>> = useWords(leftWords);
  const lang = useLang();
  const { digest, printedAt } = document;
  const isPrinted = document.revision !== null;
  return (
    <>
      {isPrinted ? null : <p>{w.none}</p>}
      {isPrinted && !document.current ? <p>{w.old}</p> : null}
      {digest === null || printedAt === null ? null : (
        <Facts
          facts={[
            [w.at, <Instant key="at" at={printedAt} />],
            [w.digest, <code key="digest">{digest}</code>],
            [
              w.left,
              document.left.length === 0
                ? w.done
                : document.left.map((one) => left[one] ?? one).join(lang === 'zh' ? '、' : ', '),
            ],
          ]}
        />
      )}
      <Acts document={document} {...given} />
      {document.signatures.length === 0 ? null : <Signatures signatures={document.signatures} />}
    </>
  );
}

function Acts({ number, isStaff, annex, document }: PaperGiven & { readonly document: Document }): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const account = useAccount();
  const parties = useWords(partyWords);
  const print = useSend('post', '/agreements/{number}/document');
  const path = { number };
  const own = isStaff ? 'provider' : 'customer';
  const isLeft = document.left.some((one) => one.startsWith(own));
  const query = annex === undefined ? {} : { annex };
  const holders = { provider: parties.providerCopy, customer: parties.customerCopy };
  const download = (holder: 'provider' | 'customer') => async (): Promise<void> => {
    const { value } = await ask('get', '/agreements/{number}/copies/{holder}', {
      path: { number, holder },
      query,
    });
    offer(value.name, value.media, bytesOf(value.base64));
  };
  const draft = async (): Promise<void> => {
    const { value } = await ask('get', '/agreements/{number}/draft', { path, query: { lang } });
    offer(value.name, value.media, bytesOf(value.base64));
  };
  return (
    <div className="acts">
      {isLeft && document.current && may(account.data, 'agreements:sign') ? (
        <LinkButton to={`/agreements/${number}/sign`} search={query}>
          {w.sign}
        </LinkButton>
      ) : null}
      {annex === undefined && !document.current && may(account.data, 'agreements:edit') ? (
        <Action label={w.print} act={() => print.mutateAsync({ path, body: { lang } })} done={w.printed} />
      ) : null}
      {annex === undefined ? <Action label={w.draft} act={draft} done={w.got} /> : null}
      {document.copies.map(({ holder }) => (
        <Action key={holder} label={w.copy(holders[holder])} act={download(holder)} done={w.got} />
      ))}
    </div>
  );
}

function Signatures({ signatures }: { readonly signatures: readonly Signature[] }): ReactNode {
  const w = useWords(words);
  const parties = useWords(partyWords);
  const acts = useWords(actWords);
  const columns: readonly Column<Signature>[] = [
    {
      key: 'holder',
      title: w.holder,
      cell: ({ holder }) => (holder === 'provider' ? parties.providerCopy : parties.customerCopy),
    },
    { key: 'party', title: w.party, cell: ({ party }) => parties[party] },
    { key: 'act', title: w.act, cell: ({ act }) => acts[act] },
    { key: 'when', title: w.when, cell: ({ at }) => <Instant at={at} /> },
    {
      key: 'who',
      title: w.who,
      cell: ({ actor, subject }) => (
        <span>
          {actor} <span className="faint">{subject}</span>
        </span>
      ),
    },
    { key: 'from', title: w.from, cell: ({ address }) => address },
    { key: 'level', title: w.level, cell: ({ level }) => level },
  ];
  return (
    <Rows
      label={w.events}
      rows={signatures}
      columns={columns}
      keyOf={({ holder, party, act }) => `${holder} ${party} ${act}`}
    />
  );
}
