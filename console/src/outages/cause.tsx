import { useNavigate, useParams } from '@tanstack/react-router';
import { Form as AntForm, Input, Select } from 'antd';
import type { ReactNode } from 'react';
import { useRead } from '../client/read.ts';
import { useSend } from '../client/send.ts';
import { Field } from '../pattern/field.tsx';
import { Form } from '../pattern/form.tsx';
import { Loaded } from '../pattern/loaded.tsx';
import { say } from '../pattern/notice.tsx';
import { Page } from '../pattern/page.tsx';
import { both, useText, useWords } from '../speech/lang.ts';
import { type CauseKind, openKinds, type ProofField, proofFields, proofOf } from './fields.ts';
import { beginningOf, causeOf, checkWords } from './words.ts';

const words = both({
  zh: {
    title: '登记原因',
    lead: '有证据，这段时间才能不由我们承担。客户会看到原因、证据和登记人；登记写入证据链，撤回也留痕。依规定关闭主机的，关闭时写明规则即可，不必在此登记。',
    back: '中断',
    cause: '原因',
    checks: '涉及的检查',
    from: '开始',
    to: '结束',
    own: '按您所在的时区。',
    record: '登记',
    done: '原因已登记。',
  },
  en: {
    title: 'Record a cause',
    lead: 'Only with proof is this time not ours to answer for. The customer reads the cause, its proof and who recorded it; it goes into the evidence chain, and so does a withdrawal. Closing a host by a rule needs no record here: the closing names the rule.',
    back: 'Outage',
    cause: 'Cause',
    checks: 'Checks',
    from: 'From',
    to: 'To',
    own: 'In your own time zone.',
    record: 'Record it',
    done: 'The cause is recorded.',
  },
});

interface Values {
  readonly cause: CauseKind;
  readonly checks: ('web' | 'ftp' | 'response')[];
  readonly from: string;
  readonly to: string;
  readonly proof: Readonly<Record<string, unknown>>;
}

export function Screen(): ReactNode {
  const w = useWords(words);
  const params: { host?: string; check?: string; from?: string } = useParams({ strict: false });
  const { host: id = '', check = '', from = '0' } = params;
  const at = beginningOf(from);
  const span = { from: new Date(at).toISOString(), to: new Date(at + 1).toISOString() };
  const read = useRead('/hosts/{id}/outages', { path: { id }, query: span });
  const back = `/outages/${id}/${check}/${from}`;
  return (
    <Page title={w.title} lead={w.lead} back={{ to: back, label: w.back }}>
      <Loaded read={read}>
        {({ items }) => {
          const outage = items.find((one) => one.check === check && Date.parse(one.from) === at);
          const end = outage?.to ?? null;
          return (
            <Record
              host={id}
              check={check}
              from={at}
              to={end === null ? Date.now() : Date.parse(end)}
              back={back}
            />
          );
        }}
      </Loaded>
    </Page>
  );
}

interface RecordGiven {
  readonly host: string;
  readonly check: string;
  readonly from: number;
  readonly to: number;
  readonly back: string;
}

function Record({ host, check, from, to, back }: RecordGiven): ReactNode {
  const w = useWords(words);
  const text = useText();
  const checks = useWords(checkWords);
  const navigate = useNavigate();
  const send = useSend('post', '/hosts/{id}/causes', ['/agreements']);
  const record = async (values: Values): Promise<void> => {
    const body = {
      cause: values.cause,
      checks: values.checks,
      from: new Date(values.from).toISOString(),
      to: new Date(values.to).toISOString(),
      proof: proofOf(values.cause, values.proof),
    };
    await send.mutateAsync({ path: { id: host }, body });
    say(w.done);
    await navigate({ to: back });
  };
  const own = (['web', 'ftp', 'response'] as const).filter((one) => one === check);
  return (
    <Form<Values>
      initial={{ cause: openKinds[0], checks: own, from: localOf(from), to: localOf(to), proof: {} }}
      send={record}
      submit={w.record}
      onCancel={() => void navigate({ to: back })}
    >
      <Field path="cause" label={w.cause}>
        <Select options={openKinds.map((value) => ({ value, label: text(causeOf(value)) }))} />
      </Field>
      <Field path="checks" label={w.checks}>
        <Select
          mode="multiple"
          options={(['web', 'ftp', 'response'] as const).map((value) => ({ value, label: checks[value] }))}
        />
      </Field>
      <Field path="from" label={w.from} help={w.own} isNeeded>
        <Input type="datetime-local" step="1" />
      </Field>
      <Field path="to" label={w.to} isNeeded>
        <Input type="datetime-local" step="1" />
      </Field>
      <ProofFields />
    </Form>
  );
}

/** Those of the cause that is chosen. */
function ProofFields(): ReactNode {
  const text = useText();
  const form = AntForm.useFormInstance<Values>();
  const cause = AntForm.useWatch('cause', form) as CauseKind | undefined;
  return proofFields[cause ?? openKinds[0]]
    .filter(({ kind }) => kind !== 'fixed')
    .map((field) => (
      <Field
        key={`${cause} ${field.path}`}
        path={`proof.${field.path}`}
        label={text(field.name)}
        help={field.help === undefined ? undefined : text(field.help)}
        isNeeded={field.isFree !== true}
      >
        {control(field)}
      </Field>
    ));
}

function control({ kind }: ProofField) {
  if (kind === 'instant') return <Input type="datetime-local" step="1" />;
  if (kind === 'number') return <Input inputMode="decimal" autoComplete="off" />;
  if (kind === 'lines' || kind === 'resolvers') return <Input.TextArea rows={3} />;
  return <Input autoComplete="off" maxLength={500} />;
}

/** Epoch ms as `datetime-local` has it: `2026-11-23T16:20:05`, the reader's wall clock. */
function localOf(at: number): string {
  return new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}
