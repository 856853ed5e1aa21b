import { useNavigate, useParams } from '@tanstack/react-router';
import { Input } from 'antd';
import type { ReactNode } from 'react';
import type { Given } from '../client/ask.ts';
import { useSend } from '../client/send.ts';
import { Field } from '../pattern/field.tsx';
import { Form } from '../pattern/form.tsx';
import { say } from '../pattern/notice.tsx';
import { Page } from '../pattern/page.tsx';
import { both, useWords } from '../speech/lang.ts';

const words = both({
  zh: {
    title: '提前终止协议',
    lead: '从此刻起不再承诺；在此之前的每一分钟照常结算。不能撤销。',
    back: '质量协议',
    reason: '原因',
    end: '终止',
    ended: '协议已终止。',
  },
  en: {
    title: 'End the agreement early',
    lead: 'Nothing is promised from now on; every minute before is settled as usual. It cannot be undone.',
    back: 'Quality agreement',
    reason: 'Reason',
    end: 'End it',
    ended: 'The agreement has ended.',
  },
});

type Ending = Given<'post', '/agreements/{number}/end'>['body'];

export function Screen(): ReactNode {
  const w = useWords(words);
  const { number = '' }: { number?: string } = useParams({ strict: false });
  const navigate = useNavigate();
  const send = useSend('post', '/agreements/{number}/end');
  const back = `/agreements/${number}`;
  const end = async (body: Ending): Promise<void> => {
    await send.mutateAsync({ path: { number }, body });
    say(w.ended);
    await navigate({ to: back });
  };
  return (
    <Page title={w.title} lead={w.lead} back={{ to: back, label: `${w.back} ${number}` }}>
      <Form<Ending>
        initial={{}}
        send={end}
        submit={w.end}
        isGrave
        onCancel={() => void navigate({ to: back })}
      >
        <Field path="reason" label={w.reason} isNeeded>
          <Input.TextArea rows={3} maxLength={500} />
        </Field>
      </Form>
    </Page>
  );
}
