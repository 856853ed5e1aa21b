import './agreement.css';
import { useNavigate, useParams } from '@tanstack/react-router';
import { Checkbox } from 'antd';
import type { ReactNode } from 'react';
import { guaranteeWords } from '../../../src/terms/editions/words.ts';
import type { Reply } from '../client/ask.ts';
import { useRead } from '../client/read.ts';
import { useSend } from '../client/send.ts';
import { Field } from '../pattern/field.tsx';
import { Form } from '../pattern/form.tsx';
import { Loaded } from '../pattern/loaded.tsx';
import { useHostName } from '../pattern/named.tsx';
import { say } from '../pattern/notice.tsx';
import { Page } from '../pattern/page.tsx';
import { both, useText, useWords } from '../speech/lang.ts';

const words = both({
  zh: {
    title: '提供质量协议',
    lead: '只能承诺此刻真的有人观测的事项；条款在提供时冻结。',
    guarantees: '承诺',
    offer: '提供协议',
    offered: (number: string) => `协议 ${number} 已提供，可以印制和签署。`,
    clause: (clause: string) => `第 ${clause} 条`,
    none: '此刻还没有观测到这台主机，不能作出承诺。主机开通后稍等片刻再来。',
  },
  en: {
    title: 'Offer a quality agreement',
    lead: 'Only what is really observed for this host can be promised; the terms are frozen now.',
    guarantees: 'Guarantees',
    offer: 'Offer it',
    offered: (number: string) => `${number} is offered; it can be printed and signed.`,
    clause: (clause: string) => `clause ${clause}`,
    none: 'Nothing observes this host yet, so nothing can be promised. Come back a moment after it is open.',
  },
});

type Offered = Reply<'get', '/hosts/{id}/guarantees'>;

interface Entered {
  readonly guarantees: string[];
}

export function Screen(): ReactNode {
  const w = useWords(words);
  const { id = '' }: { id?: string } = useParams({ strict: false });
  const read = useRead('/hosts/{id}/guarantees', { path: { id } });
  return (
    <Page title={w.title} lead={w.lead} back={{ to: `/hosts/${id}`, label: useHostName(id) }}>
      <Loaded read={read}>{(offered) => <Offer id={id} offered={offered} />}</Loaded>
    </Page>
  );
}

function Offer({ id, offered }: { readonly id: string; readonly offered: Offered }): ReactNode {
  const w = useWords(words);
  const text = useText();
  const navigate = useNavigate();
  const send = useSend('post', '/hosts/{id}/agreements', ['/agreements']);
  const names: Readonly<Record<string, { readonly name: { readonly zh: string; readonly en: string } }>> =
    guaranteeWords;
  const make = async ({ guarantees }: Entered): Promise<void> => {
    const made = await send.mutateAsync({ path: { id }, body: { guarantees } });
    say(w.offered(made.number));
    await navigate({ to: `/agreements/${made.number}` });
  };
  if (offered.refused !== null) return <p>{offered.refused.rule}</p>;
  // What can be promised comes first.
  const sorted = offered.items.toSorted((a, b) => Number(b.live) - Number(a.live));
  const canOffer = offered.items.some(({ live }) => live);
  if (!canOffer)
    return (
      <>
        <p>{w.none}</p>
        <ul className="missing">
          {offered.items.map((one) => (
            <li key={one.id}>
              {text(names[one.id]?.name ?? { zh: one.id, en: one.id })}{' '}
              <span className="faint">{one.missing === null ? '' : text(one.missing)}</span>
            </li>
          ))}
        </ul>
      </>
    );
  return (
    <Form<Entered>
      initial={{ guarantees: offered.items.filter(({ live }) => live).map((one) => one.id) }}
      send={make}
      submit={w.offer}
      onCancel={() => void navigate({ to: `/hosts/${id}` })}
    >
      <Field path="guarantees" label={w.guarantees}>
        <Checkbox.Group
          className="offered"
          options={sorted.map((one) => ({
            value: one.id,
            disabled: !one.live,
            label: (
              <span>
                {text(names[one.id]?.name ?? { zh: one.id, en: one.id })}{' '}
                <span className="faint">
                  {w.clause(one.clause)}
                  {one.missing === null ? '' : ` · ${text(one.missing)}`}
                </span>
              </span>
            ),
          }))}
        />
      </Field>
    </Form>
  );
}
