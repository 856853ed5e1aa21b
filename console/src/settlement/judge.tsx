import { useNavigate, useSearch } from '@tanstack/react-router';
import { Input } from 'antd';
import { type ReactNode, useId } from 'react';
import type { Given } from '../client/ask.ts';
import { useRead } from '../client/read.ts';
import { useSend } from '../client/send.ts';
import { Field } from '../pattern/field.tsx';
import { Form } from '../pattern/form.tsx';
import { say } from '../pattern/notice.tsx';
import { Page } from '../pattern/page.tsx';
import { both, useWords } from '../speech/lang.ts';

const words = both({
  zh: {
    title: '重新结算',
    lead: '用现在知道的一切重新结算一个月。金额有变化时出新的一版，只有差额入账；之前各版保留。',
    back: '结算',
    number: '质量协议编号',
    month: '月份',
    monthHelp: '已结束的月份，例如 2026-10。',
    reason: '理由',
    reasonHelp: '写在结算单上，客户会看到。',
    judge: '结算',
    done: (month: string) => `${month} 已结算，新的一版在复核中。`,
  },
  en: {
    title: 'Settle again',
    lead: 'Judges a month with all that is known now. Where it comes out otherwise there is another revision, and the difference alone is posted; those before are kept.',
    back: 'Settlement',
    number: 'Number of the agreement',
    month: 'Month',
    monthHelp: 'One that is over, such as 2026-10.',
    reason: 'Reason',
    reasonHelp: 'It stands on the statement; the customer reads it.',
    judge: 'Settle',
    done: (month: string) => `${month} is settled; the revision is under review.`,
  },
});

type Body = Given<'post', '/agreements/{number}/statements'>['body'];
type Values = Body & { readonly number: string };

export function Screen(): ReactNode {
  const w = useWords(words);
  const navigate = useNavigate();
  const { month, number }: { month?: string; number?: string } = useSearch({ strict: false });
  const send = useSend('post', '/agreements/{number}/statements', ['/statements', '/approvals']);
  // To choose from; what is beyond one page of them is typed.
  const { data } = useRead('/agreements', { query: { limit: 200 } });
  const list = useId();
  const judge = async ({ number: of, ...body }: Values): Promise<void> => {
    await send.mutateAsync({ path: { number: of.trim() }, body });
    say(w.done(body.month));
    await navigate({ to: '/settlement', search: { month: body.month } as never });
  };
  return (
    <Page title={w.title} lead={w.lead} back={{ to: '/settlement', label: w.back }}>
      <Form<Values>
        initial={{
          ...(month === undefined ? {} : { month }),
          ...(number === undefined ? {} : { number }),
        }}
        send={judge}
        submit={w.judge}
        onCancel={() => void navigate({ to: '/settlement' })}
      >
        <Field path="number" label={w.number} isNeeded>
          <Input autoComplete="off" maxLength={60} placeholder="QA-2026-000001" list={list} />
        </Field>
        <datalist id={list}>
          {data?.items.map(({ number: one, host }) => (
            <option key={one} value={one}>
              {host}
            </option>
          ))}
        </datalist>
        <Field path="month" label={w.month} help={w.monthHelp} isNeeded>
          <Input type="month" />
        </Field>
        <Field path="reason" label={w.reason} help={w.reasonHelp} isNeeded>
          <Input maxLength={500} />
        </Field>
      </Form>
    </Page>
  );
}
