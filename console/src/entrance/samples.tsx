import { Button } from 'antd';
import { type ReactNode, useState } from 'react';
import type { Reply } from '../client/ask.ts';
import { useRead } from '../client/read.ts';
import { both, useWords } from '../speech/lang.ts';
import { roleWords } from '../users/words.ts';

const words = both({
  zh: {
    title: '示例账号',
    lead: '本机运行的示例，一按即登录。管理人员的验证码三十秒内只能用一次。',
  },
  en: {
    title: 'Sample logins',
    lead: 'Samples run on this machine: one press signs in. A code for staff is good once in thirty seconds.',
  },
});

export type Login = Reply<'get', '/sample'>['users'][number];

/** Ready-made logins, where the installation has samples and this is its own machine; otherwise nothing. */
export function Samples({ onPick }: { readonly onPick: (login: Login) => Promise<void> }): ReactNode {
  const w = useWords(words);
  const roles = useWords(roleWords);
  const [busy, setBusy] = useState<string | null>(null);
  const read = useRead('/sample', {});
  const users = read.data?.users ?? [];
  if (users.length === 0) return null;
  // The code is of the moment: read anew right before it is used.
  const pick = async (email: string): Promise<void> => {
    setBusy(email);
    const fresh = await read.refetch();
    const login = fresh.data?.users.find((one) => one.email === email);
    if (login !== undefined) await onPick(login);
    setBusy(null);
  };
  return (
    <section className="samples" aria-label={w.title}>
      <h2>{w.title}</h2>
      <p className="faint">{w.lead}</p>
      <ul>
        {users.map(({ email, name, role }) => (
          <li key={email}>
            <Button block loading={busy === email} onClick={() => void pick(email)}>
              {roles[role]} · {name}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
