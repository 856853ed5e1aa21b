import { Button, Input } from 'antd';
import { type ReactNode, useState } from 'react';
import { useSend } from '../client/send.ts';
import { Dialog } from '../pattern/dialog.tsx';
import { Field } from '../pattern/field.tsx';
import { Form } from '../pattern/form.tsx';
import { say } from '../pattern/notice.tsx';
import { money } from '../speech/format.ts';
import { both, useLang, useWords } from '../speech/lang.ts';
import type { Transfer } from './rows.tsx';

const words = both({
  zh: {
    send: '登记汇出',
    cancel: '撤销',
    reference: '流水号',
    referenceHelp: '银行或支付机构的流水号；客户会看到。',
    reason: '原因',
    reasonHelp: '客户会看到。',
    close: '关闭',
    sent: '已登记汇出。',
    cancelled: '已撤销，金额回到原处。',
  },
  en: {
    send: 'Record the transfer',
    cancel: 'Cancel it',
    reference: 'Transfer number',
    referenceHelp: 'Of the bank or payment service; the customer reads it.',
    reason: 'Reason',
    reasonHelp: 'The customer reads it.',
    close: 'Close',
    sent: 'The transfer is recorded.',
    cancelled: 'Cancelled; the sum stands where it stood.',
  },
});

/** For finance: it went out, or it will not. */
export function End({ transfer }: { readonly transfer: Transfer }): ReactNode {
  return (
    <div className="acts">
      {(['send', 'cancel'] as const).map((kind) => (
        <Step key={kind} transfer={transfer} kind={kind} />
      ))}
    </div>
  );
}

interface StepGiven {
  readonly transfer: Transfer;
  readonly kind: 'send' | 'cancel';
}

function Step({ transfer: { id, amount }, kind }: StepGiven): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const [isOpen, setOpen] = useState(false);
  const send = useSend('post', '/transfers/{id}/send', ['/customers']);
  const cancel = useSend('post', '/transfers/{id}/cancel', ['/customers']);
  const close = (): void => setOpen(false);
  const take = async ({ reference = '', reason = '' }: { reference?: string; reason?: string }) => {
    if (kind === 'send') await send.mutateAsync({ path: { id }, body: { reference } });
    else await cancel.mutateAsync({ path: { id }, body: { reason } });
    close();
    say(kind === 'send' ? w.sent : w.cancelled);
  };
  return (
    <>
      <Button size="small" danger={kind === 'cancel'} onClick={() => setOpen(true)}>
        {w[kind]}
      </Button>
      <Dialog title={`${w[kind]} · ${money(lang, amount)}`} isOpen={isOpen} onClose={close} buttons={null}>
        <Form<{ reference?: string; reason?: string }>
          initial={{}}
          send={take}
          submit={w[kind]}
          onCancel={close}
          cancel={w.close}
          guard={false}
        >
          {kind === 'send' ? (
            <Field path="reference" label={w.reference} help={w.referenceHelp} isNeeded>
              <Input maxLength={100} autoComplete="off" />
            </Field>
          ) : (
            <Field path="reason" label={w.reason} help={w.reasonHelp} isNeeded>
              <Input maxLength={300} autoComplete="off" />
            </Field>
          )}
        </Form>
      </Dialog>
    </>
  );
}
