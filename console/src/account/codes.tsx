import './account.css';
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { say } from '../pattern/notice.tsx';
import { both, useWords } from '../speech/lang.ts';

const words = both({
  zh: {
    lead: '恢复码在验证器丢失时使用，每个只能用一次，只在此刻显示。',
    copy: '复制',
    copied: '已复制。',
    save: '存为文件',
  },
  en: {
    lead: 'Recovery codes are for when the authenticator is lost. Each is good once, and they are shown only now.',
    copy: 'Copy',
    copied: 'Copied.',
    save: 'Save as a file',
  },
});

export function Codes({ codes }: { readonly codes: readonly string[] }): ReactNode {
  const w = useWords(words);
  const text = codes.join('\n');
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    say(w.copied);
  };
  const save = (): void => saveText('hostpledge-recovery-codes.txt', `${text}\n`);
  return (
    <>
      <p>{w.lead}</p>
      <ul className="codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <div className="row">
        <Button onClick={() => void copy()}>{w.copy}</Button>
        <Button onClick={save}>{w.save}</Button>
      </div>
    </>
  );
}

/** Offers a text as a download. */
function saveText(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  URL.revokeObjectURL(url);
}
