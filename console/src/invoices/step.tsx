import { Button, Input } from 'antd';
import { type ReactNode, useState } from 'react';
import type { Item } from '../client/ask.ts';
import { useSend } from '../client/send.ts';
import { Dialog } from '../pattern/dialog.tsx';
import { Field } from '../pattern/field.tsx';
import { Form } from '../pattern/form.tsx';
import { say } from '../pattern/notice.tsx';
import { both, useWords } from '../speech/lang.ts';

const words = both({
  zh: {
    issue: '登记开具',
    refuse: '不予开具',
    flush: '登记冲红',
    official: '发票号码',
    officialHelp: '八位，或数电票的二十位。',
    red: '红字发票号码',
    day: '开票日期',
    reason: '原因',
    reasonHelp: '客户会看到。',
    flushHelp: '没有退过款的，须写明原因。',
    close: '关闭',
    issued: '已登记开具。',
    refused: '已登记不予开具。',
    flushed: '已登记冲红；所涉付款可以重新申请。',
  },
  en: {
    issue: 'Record its issue',
    refuse: 'Refuse it',
    flush: 'Record the red invoice',
    official: 'Invoice number',
    officialHelp: 'Eight digits, or twenty of a digital one.',
    red: 'Number of the red invoice',
    day: 'Day on it',
    reason: 'Reason',
    reasonHelp: 'The customer reads it.',
    flushHelp: 'Needed when nothing was paid back.',
    close: 'Close',
    issued: 'The issue is recorded.',
    refused: 'The refusal is recorded.',
    flushed: 'The red invoice is recorded; what it was over can be invoiced again.',
  },
});

type Invoice = Item<'/invoices'>;
type Kind = 'issue' | 'refuse' | 'flush';

interface Entered {
  readonly official?: string;
  readonly day?: string;
  readonly reason?: string;
}

/** What finance can do next: issue or refuse what was asked for, take back what was issued. */
export function Steps({ invoice }: { readonly invoice: Invoice }): ReactNode {
  const kinds: readonly Kind[] =
    invoice.state === 'requested' ? ['issue', 'refuse'] : invoice.state === 'issued' ? ['flush'] : [];
  return (
    <div className="acts">
      {kinds.map((kind) => (
        <Step key={kind} invoice={invoice} kind={kind} />
      ))}
    </div>
  );
}

const touched = ['/customers/{id}/invoicable'] as const;
const doneOf = { issue: 'issued', refuse: 'refused', flush: 'flushed' } as const;

function Step({ invoice: { number }, kind }: { readonly invoice: Invoice; readonly kind: Kind }): ReactNode {
  const w = useWords(words);
  const [isOpen, setOpen] = useState(false);
  const issue = useSend('post', '/invoices/{number}/issue', touched);
  const refuse = useSend('post', '/invoices/{number}/refuse', touched);
  const flush = useSend('post', '/invoices/{number}/flush', touched);
  const close = (): void => setOpen(false);
  const take = async ({ official = '', day = '', reason = '' }: Entered): Promise<void> => {
    const path = { number };
    if (kind === 'issue') await issue.mutateAsync({ path, body: { official, day } });
    else if (kind === 'refuse') await refuse.mutateAsync({ path, body: { reason } });
    else await flush.mutateAsync({ path, body: { official, day, reason } });
    close();
    say(w[doneOf[kind]]);
  };
  return (
    <>
      <Button size="small" danger={kind !== 'issue'} onClick={() => setOpen(true)}>
        {w[kind]}
      </Button>
      <Dialog title={`${w[kind]} · ${number}`} isOpen={isOpen} onClose={close} buttons={null}>
        <Form<Entered>
          initial={{ day: today() }}
          send={take}
          submit={w[kind]}
          onCancel={close}
          cancel={w.close}
          guard={false}
        >
          <Fields kind={kind} />
        </Form>
      </Dialog>
    </>
  );
}

function Fields({ kind }: { readonly kind: Kind }): ReactNode {
  const w = useWords(words);
  const reason = (
    <Field
      path="reason"
      label={w.reason}
      help={kind === 'flush' ? w.flushHelp : w.reasonHelp}
      isNeeded={kind === 'refuse'}
    >
      <Input maxLength={500} autoComplete="off" />
    </Field>
  );
  if (kind === 'refuse') return reason;
  return (
    <>
      <Field path="official" label={kind === 'flush' ? w.red : w.official} help={w.officialHelp} isNeeded>
        <Input maxLength={20} inputMode="numeric" autoComplete="off" />
      </Field>
      <Field path="day" label={w.day} isNeeded>
        <Input type="date" />
      </Field>
      {kind === 'flush' ? reason : null}
    </>
  );
}

/** Of the reader's calendar. */
function today(): string {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}
