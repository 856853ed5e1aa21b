import './causes.css';
import { Button, Input, Modal } from 'antd';
import { type ReactNode, useState } from 'react';
import { clauseWords } from '../../../src/site/stretches.ts';
import type { Item } from '../client/ask.ts';
import { useRead } from '../client/read.ts';
import { useSend } from '../client/send.ts';
import { may, useAccount } from '../client/session.ts';
import { Facts, Mark, Part } from '../pattern/facts.tsx';
import { Field } from '../pattern/field.tsx';
import { Form } from '../pattern/form.tsx';
import { Loaded } from '../pattern/loaded.tsx';
import { say } from '../pattern/notice.tsx';
import { Instant } from '../speech/instant.tsx';
import { both, useLang, useText, useWords } from '../speech/lang.ts';
import { Proof } from './proof.tsx';
import { causeOf, clauseOf } from './words.ts';

const words = both({
  zh: {
    title: '原因与证据',
    ours: '没有登记其他原因：这段时间由我们承担。',
    stands: '有效',
    withdrawn: '已撤回',
    span: '时段',
    by: '登记人',
    leaf: '证据链',
    leafAt: (seq: number) => `第 ${seq} 页`,
    back: '撤回理由',
    withdraw: '撤回',
    ask: '撤回这个原因',
    askText: '这段时间重新由我们承担，已结算的月份会出新的一版。',
    reason: '理由',
    reasonHelp: '客户会看到。',
    done: '原因已撤回。',
  },
  en: {
    title: 'Causes and proof',
    ours: 'No other cause is recorded: this time is ours to answer for.',
    stands: 'stands',
    withdrawn: 'withdrawn',
    span: 'When',
    by: 'Recorded by',
    leaf: 'Evidence chain',
    leafAt: (seq: number) => `leaf ${seq}`,
    back: 'Why it was withdrawn',
    withdraw: 'Withdraw',
    ask: 'Withdraw this cause',
    askText: 'The time is ours again, and a month that was settled gets another revision.',
    reason: 'Reason',
    reasonHelp: 'The customer reads it.',
    done: 'The cause is withdrawn.',
  },
});

type Cause = Item<'/hosts/{id}/causes'>;

interface CausesGiven {
  readonly host: string;
  readonly check: string;
  readonly from: number;
  /** Null: it lasts. */
  readonly to: number | null;
}

/** Causes that touch an outage, those that were withdrawn too; without any it is the provider's. */
export function Causes({ host, check, from, to }: CausesGiven): ReactNode {
  const w = useWords(words);
  // The hour that follows, so that the same is asked for while it lasts.
  const end = to ?? Math.ceil(Date.now() / 3_600_000) * 3_600_000;
  const query = {
    from: new Date(from).toISOString(),
    to: new Date(end).toISOString(),
    withdrawn: 'yes',
  } as const;
  const read = useRead('/hosts/{id}/causes', { path: { id: host }, query });
  return (
    <Part title={w.title}>
      <Loaded read={read}>
        {({ items }) => {
          const own = items.filter(({ checks }) => checks.length === 0 || checks.includes(check));
          const stands = own.some(({ withdrawn }) => withdrawn === null);
          return (
            <>
              {stands ? null : <p className="faint">{w.ours}</p>}
              {own.map((cause) => (
                <One key={cause.id} cause={cause} check={check} />
              ))}
            </>
          );
        }}
      </Loaded>
    </Part>
  );
}

function One({ cause: one, check }: { readonly cause: Cause; readonly check: string }): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const text = useText();
  const account = useAccount();
  const { cause, from, to, actor, at, leaf, withdrawn, proof } = one;
  const clause = clauseOf(cause, check);
  const canEdit = may(account.data, 'causes:edit') && withdrawn === null;
  return (
    <section className="cause" aria-label={text(causeOf(cause))}>
      <h3>
        {text(causeOf(cause))}{' '}
        {clause === null ? null : <span className="faint">{clauseWords(clause, lang)}</span>}{' '}
        <Mark tone={withdrawn === null ? 'excused' : 'unseen'}>
          {withdrawn === null ? w.stands : w.withdrawn}
        </Mark>
      </h3>
      <Facts
        facts={[
          [
            w.span,
            <>
              <Instant at={from} /> – <Instant at={to} />
            </>,
          ],
          [
            w.by,
            <>
              {actor} · <Instant at={at} />
            </>,
          ],
          ...(leaf === null ? [] : [[w.leaf, <Leaf key="leaf" {...leaf} />] as const]),
          ...(withdrawn === null
            ? []
            : [
                [
                  w.back,
                  <>
                    {withdrawn.reason} <span className="faint">{withdrawn.by}</span> ·{' '}
                    <Instant at={withdrawn.at} />
                  </>,
                ] as const,
              ]),
        ]}
      />
      <Proof cause={cause} proof={proof} />
      {canEdit ? <Withdraw id={one.id} /> : null}
    </section>
  );
}

function Leaf({ seq, digest }: { readonly seq: number; readonly digest: string }): ReactNode {
  const w = useWords(words);
  return (
    <>
      {w.leafAt(seq)} <code title={digest}>{digest.slice(0, 16)}…</code>
    </>
  );
}

function Withdraw({ id }: { readonly id: string }): ReactNode {
  const w = useWords(words);
  const [isOpen, setOpen] = useState(false);
  const send = useSend('post', '/causes/{id}/withdraw', ['/hosts', '/agreements']);
  const withdraw = async (body: { reason: string }): Promise<void> => {
    await send.mutateAsync({ path: { id }, body });
    setOpen(false);
    say(w.done);
  };
  return (
    <div>
      <Button danger onClick={() => setOpen(true)}>
        {w.withdraw}
      </Button>
      <Modal open={isOpen} title={w.ask} footer={null} destroyOnHidden onCancel={() => setOpen(false)}>
        <p>{w.askText}</p>
        <Form<{ reason: string }> initial={{}} send={withdraw} submit={w.withdraw} guard={false}>
          <Field path="reason" label={w.reason} help={w.reasonHelp} isNeeded>
            <Input maxLength={500} />
          </Field>
        </Form>
      </Modal>
    </div>
  );
}
