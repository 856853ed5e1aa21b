import './setup.css';
import { Link, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { ask } from '../client/ask.ts';
import { door } from '../client/door.ts';
import { asProblem, type Problem } from '../client/problem.ts';
import { useRead } from '../client/read.ts';
import { forgetEverything } from '../client/session.ts';
import { useSecret } from '../entrance/secret.ts';
import { Loaded } from '../pattern/loaded.tsx';
import { Page } from '../pattern/page.tsx';
import { both, langNow, useLang, useWords } from '../speech/lang.ts';
import { type Entered, initial, setUpOf } from './entered.ts';
import { HoursStep } from './hours.tsx';
import { OwnerStep } from './owner.tsx';
import { PostStep } from './post.tsx';
import { ProviderStep } from './provider.tsx';

const words = both({
  zh: {
    title: '首次设置',
    lead: '四步完成，约五分钟。全部内容在最后一步一并保存，之后都可以修改。',
    step: (at: number, of: number, name: string) => `第 ${at} 步，共 ${of} 步：${name}`,
    provider: '服务商资料',
    hours: '时区与工作时间',
    post: '邮件',
    owner: '第一位负责人',
    done: '已完成设置。',
    enter: '前往登录',
    none: '请从启动时打印的链接进入此页。链接遗失时，在服务器上运行 hostpledge setup-link 可以重新打印。',
  },
  en: {
    title: 'First set-up',
    lead: 'Four steps, about five minutes. Everything is kept at the end, at once, and can be changed later.',
    step: (at: number, of: number, name: string) => `Step ${at} of ${of}: ${name}`,
    provider: 'The provider',
    hours: 'Zone and working hours',
    post: 'Mail',
    owner: 'The first owner',
    done: 'This installation is set up.',
    enter: 'Go to sign-in',
    none: 'Open this page by the link that the start printed. `hostpledge setup-link` on the server prints another.',
  },
});

const steps = ['provider', 'hours', 'post', 'owner'] as const;

/** The step that has the field of a refusal. */
function stepOf({ path }: Problem): number {
  if (/^(?:hours|holidays|mainland|provider\.(?:zone|working))/.test(path)) return 1;
  if (path.startsWith('provider')) return 0;
  return path.startsWith('relay') ? 2 : 3;
}

export function Screen(): ReactNode {
  const w = useWords(words);
  const token = useSecret();
  const read = useRead('/setup', {});
  return (
    <Page title={w.title} lead={read.data?.needed === true && token !== '' ? w.lead : undefined}>
      <Loaded read={read}>
        {({ needed }) =>
          !needed ? (
            <p>
              {w.done} <Link to="/sign-in">{w.enter}</Link>
            </p>
          ) : token === '' ? (
            <p>{w.none}</p>
          ) : (
            <Steps token={token} />
          )
        }
      </Loaded>
    </Page>
  );
}

function Steps({ token }: { readonly token: string }): ReactNode {
  const w = useWords(words);
  const lang = useLang();
  const navigate = useNavigate();
  const [at, setAt] = useState(0);
  const [entered, setEntered] = useState<Entered>(() => initial(lang));
  const [refused, setRefused] = useState<Problem | null>(null);
  const take = async (part: Partial<Entered>): Promise<void> => {
    const whole = { ...entered, ...part };
    setEntered(whole);
    setRefused(null);
    if (at + 1 < steps.length) setAt(at + 1);
    else await finish(whole);
  };
  const finish = async (whole: Entered): Promise<void> => {
    const { owner } = whole;
    try {
      await ask('post', '/setup', { body: setUpOf(token, whole, langNow()) });
    } catch (error) {
      const problem = asProblem(error);
      if (stepOf(problem) === at) throw problem;
      setAt(stepOf(problem));
      setRefused(problem);
      return;
    }
    await door('/sign-in/email', { email: owner.email, password: owner.password });
    forgetEverything();
    await navigate({ to: '/' });
  };
  const back = (): void => {
    setRefused(null);
    setAt(at - 1);
  };
  const given = { entered, refused, send: take, ...(at === 0 ? {} : { onCancel: back }) };
  return (
    <section className="wide setup">
      <h2 aria-live="polite">{w.step(at + 1, steps.length, w[steps[at]!])}</h2>
      <div className="progress" aria-hidden="true">
        {steps.map((step, place) => (
          <span key={step} className={place <= at ? 'past' : ''} />
        ))}
      </div>
      {at === 0 ? <ProviderStep {...given} /> : null}
      {at === 1 ? <HoursStep {...given} /> : null}
      {at === 2 ? <PostStep {...given} token={token} /> : null}
      {at === 3 ? <OwnerStep {...given} /> : null}
    </section>
  );
}
