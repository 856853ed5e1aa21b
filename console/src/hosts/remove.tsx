import type { ReactNode } from 'react';
import { useSend } from '../client/send.ts';
import { Action } from '../pattern/action.tsx';
import { both, useWords } from '../speech/lang.ts';

const words = both({
  zh: {
    unbind: '解除绑定',
    unbindAsk: (domain: string) => `解除绑定 ${domain}`,
    unbindText: '此域名不再打开本站，之后可以绑定到别的主机。文件不受影响。',
    unbound: '已解除绑定。',
    remove: '删除',
    removeAsk: (name: string) => `删除 FTP 账号 ${name}`,
    removeText: '此账号不能再登录。已上传的文件保留。',
    removed: '账号已删除。',
  },
  en: {
    unbind: 'Unbind',
    unbindAsk: (domain: string) => `Unbind ${domain}`,
    unbindText: 'It opens this site no longer, and may be bound to another host. The files stay.',
    unbound: 'The domain is unbound.',
    remove: 'Remove',
    removeAsk: (name: string) => `Remove the FTP account ${name}`,
    removeText: 'Nobody can sign in with it any more. What was uploaded stays.',
    removed: 'The account is removed.',
  },
});

export function Unbind({ id, domain }: { readonly id: string; readonly domain: string }): ReactNode {
  const w = useWords(words);
  const send = useSend('delete', '/hosts/{id}/domains/{domain}');
  return (
    <Action
      isGrave
      label={w.unbind}
      act={() => send.mutateAsync({ path: { id, domain } })}
      ask={{ title: w.unbindAsk(domain), text: w.unbindText }}
      done={w.unbound}
    />
  );
}

export function Remove({ id, name }: { readonly id: string; readonly name: string }): ReactNode {
  const w = useWords(words);
  const send = useSend('delete', '/hosts/{id}/ftp-accounts/{name}');
  return (
    <Action
      isGrave
      label={w.remove}
      act={() => send.mutateAsync({ path: { id, name } })}
      ask={{ title: w.removeAsk(name), text: w.removeText }}
      done={w.removed}
    />
  );
}
