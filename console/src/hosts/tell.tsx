import { Button, Input, Modal, Select } from 'antd';
import { type ReactNode, useState } from 'react';
import type { Given, Reply } from '../client/ask.ts';
import { useSend } from '../client/send.ts';
import { Field } from '../pattern/field.tsx';
import { Form } from '../pattern/form.tsx';
import { say } from '../pattern/notice.tsx';
import { both, useText, useWords } from '../speech/lang.ts';
import { factWords } from './words.ts';

const words = both({
  zh: {
    change: '改变状态',
    kind: '事项',
    reason: '原因',
    reasonHelp: '客户会看到。',
    rule: '依据的规则',
    ruleHelp: '关停时写明违反了哪一条法律或规则。',
    do: '记录',
    done: '已记录。',
  },
  en: {
    change: 'Change its state',
    kind: 'What',
    reason: 'Reason',
    reasonHelp: 'The customer sees it.',
    rule: 'Rule',
    ruleHelp: 'For a closing: which law or rule was broken.',
    do: 'Record it',
    done: 'Recorded.',
  },
});

type Host = Reply<'get', '/hosts/{id}'>;
type Fact = Given<'post', '/hosts/{id}/facts'>['body'];

/** What may follow on each state (src/hosting/host.ts decides; what is refused is said). */
const next: Readonly<Record<Host['state'], readonly Fact['kind'][]>> = {
  none: [],
  ordered: ['released'],
  serving: ['closed', 'over-traffic', 'expired'],
  closed: ['reopened', 'released'],
  'over-traffic': ['traffic-cleared', 'closed'],
  expired: ['renewed', 'released'],
  released: [],
};

/** Closes, reopens, releases …: by a named rule, with a reason that the customer reads. */
export function Tell({ host }: { readonly host: Host }): ReactNode {
  const w = useWords(words);
  const text = useText();
  const [isOpen, setOpen] = useState(false);
  const send = useSend('post', '/hosts/{id}/facts');
  const kinds = next[host.state];
  const [first] = kinds;
  if (first === undefined) return null;
  const tell = async (body: Fact): Promise<void> => {
    await send.mutateAsync({ path: { id: host.id }, body });
    say(w.done);
    setOpen(false);
  };
  return (
    <>
      <Button onClick={() => setOpen(true)}>{w.change}</Button>
      <Modal open={isOpen} title={w.change} footer={null} destroyOnHidden onCancel={() => setOpen(false)}>
        <Form<Fact> initial={{ kind: first }} send={tell} submit={w.do} guard={false}>
          <Field path="kind" label={w.kind}>
            <Select
              options={kinds.map((kind) => ({
                value: kind,
                label: text(factWords[kind] ?? { zh: kind, en: kind }),
              }))}
            />
          </Field>
          <Field path="reason" label={w.reason} help={w.reasonHelp} isNeeded>
            <Input maxLength={500} />
          </Field>
          <Field path="rule" label={w.rule} help={w.ruleHelp}>
            <Input maxLength={500} />
          </Field>
        </Form>
      </Modal>
    </>
  );
}
