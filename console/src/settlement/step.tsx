import { Button, Input, Modal } from 'antd';
import { type ReactNode, useState } from 'react';
import type { Item } from '../client/ask.ts';
import { useSend } from '../client/send.ts';
import { may, useAccount } from '../client/session.ts';
import { Field } from '../pattern/field.tsx';
import { Form } from '../pattern/form.tsx';
import { say } from '../pattern/notice.tsx';
import { both, useWords } from '../speech/lang.ts';

const words = both({
  zh: {
    hold: '暂缓入账',
    release: '解除暂缓',
    approve: '同意入账',
    reason: '理由',
    seen: '客户会看到。',
    free: '可不填。',
    held: '已暂缓入账，解除之前不会入账。',
    released: '已解除暂缓。',
    approved: '已同意。',
  },
  en: {
    hold: 'Hold',
    release: 'Release',
    approve: 'Approve',
    reason: 'Reason',
    seen: 'The customer reads it.',
    free: 'May stay empty.',
    held: 'Held; it is not posted until it is released.',
    released: 'Released.',
    approved: 'Approved.',
  },
});

export type Draft = Item<'/approvals'>;
type Kind = 'hold' | 'release' | 'approve';

/** What can be done with a draft: held ones are released, others held; above the limit two people approve. */
export function Steps({ draft }: { readonly draft: Draft }): ReactNode {
  const account = useAccount();
  if (!may(account.data, 'statements:edit') || draft.approval.state === 'posted') return null;
  const { state, missing } = draft.approval;
  const waits = missing.includes('first-approval') || missing.includes('second-approval');
  return (
    <div className="acts">
      {waits ? <Step draft={draft} kind="approve" /> : null}
      <Step draft={draft} kind={state === 'held' ? 'release' : 'hold'} />
    </div>
  );
}

function Step({ draft, kind }: { readonly draft: Draft; readonly kind: Kind }): ReactNode {
  const w = useWords(words);
  const [isOpen, setOpen] = useState(false);
  const hold = useSend('post', '/agreements/{number}/statements/{month}/{revision}/hold', touched);
  const release = useSend('post', '/agreements/{number}/statements/{month}/{revision}/release', touched);
  const approve = useSend('post', '/agreements/{number}/statements/{month}/{revision}/approve', touched);
  const act = { hold, release, approve }[kind];
  const done = { hold: w.held, release: w.released, approve: w.approved }[kind];
  const { agreement: number, month, revision, approval } = draft;
  const take = async ({ reason = '' }: { reason?: string }): Promise<void> => {
    // Of two who act at once one is refused.
    const body = { seen: approval.steps.length, reason };
    await act.mutateAsync({ path: { number, month, revision }, body });
    setOpen(false);
    say(done);
  };
  return (
    <>
      <Button size="small" onClick={() => setOpen(true)}>
        {w[kind]}
      </Button>
      <Modal
        open={isOpen}
        title={`${w[kind]} · ${number} · ${month}`}
        footer={null}
        destroyOnHidden
        onCancel={() => setOpen(false)}
      >
        <Form<{ reason?: string }> initial={{}} send={take} submit={w[kind]} guard={false}>
          <Field
            path="reason"
            label={w.reason}
            help={kind === 'approve' ? w.free : w.seen}
            isNeeded={kind !== 'approve'}
          >
            <Input maxLength={500} />
          </Field>
        </Form>
      </Modal>
    </>
  );
}

const touched = ['/approvals', '/statements', '/customers/{id}/account'] as const;
