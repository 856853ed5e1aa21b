import { useNavigate, useParams } from '@tanstack/react-router';
import { Input } from 'antd';
import type { ReactNode } from 'react';
import type { Given } from '../client/ask.ts';
import { useSend } from '../client/send.ts';
import { useAccount } from '../client/session.ts';
import { Field } from '../pattern/field.tsx';
import { Form } from '../pattern/form.tsx';
import { say } from '../pattern/notice.tsx';
import { Page } from '../pattern/page.tsx';
import { both, useWords } from '../speech/lang.ts';
import { Paper } from './paper.tsx';

const words = both({
  zh: {
    title: '补充条款',
    lead: '保存后印制两份，双方签字盖章之后与协议同样有效。',
    back: '质量协议',
    name: '标题',
    text: '内容',
    textHelp: '段落之间空一行。',
    print: '印制',
    printed: '已印制，可以签署。',
  },
  en: {
    title: 'Supplementary terms',
    lead: 'Printed in two originals; once both parties have signed, it counts like the agreement.',
    back: 'Quality agreement',
    name: 'Title',
    text: 'Text',
    textHelp: 'An empty line between paragraphs.',
    print: 'Print it',
    printed: 'Printed; it can be signed.',
  },
});

type Written = Given<'post', '/agreements/{number}/annexes'>['body'];

/** `new` writes one; `A1` shows that one. */
export function Screen(): ReactNode {
  const w = useWords(words);
  const { number = '', annex = 'new' }: { number?: string; annex?: string } = useParams({ strict: false });
  const account = useAccount();
  const navigate = useNavigate();
  const send = useSend('post', '/agreements/{number}/annexes');
  const back = `/agreements/${number}`;
  const print = async (body: Written): Promise<void> => {
    const made = await send.mutateAsync({ path: { number }, body });
    say(w.printed);
    await navigate({ to: `/agreements/${number}/annexes/${made.annex}` });
  };
  const isNew = annex === 'new';
  return (
    <Page
      title={isNew ? w.title : `${w.title} ${annex}`}
      lead={isNew ? w.lead : undefined}
      back={{ to: back, label: `${w.back} ${number}` }}
    >
      {isNew ? (
        <Form<Written>
          initial={{}}
          send={print}
          submit={w.print}
          onCancel={() => void navigate({ to: back })}
        >
          <Field path="title" label={w.name} isNeeded>
            <Input maxLength={100} />
          </Field>
          <Field path="text" label={w.text} help={w.textHelp} isNeeded>
            <Input.TextArea rows={12} maxLength={20_000} />
          </Field>
        </Form>
      ) : (
        <Paper number={number} annex={annex} isStaff={account.data?.role !== 'customer'} />
      )}
    </Page>
  );
}
