import { Button } from 'antd';
import { type ReactNode, useState } from 'react';
import { both, useWords } from '../speech/lang.ts';
import { Dialog } from './dialog.tsx';
import { say } from './notice.tsx';
import { Trouble } from './trouble.tsx';

const words = both({ zh: { cancel: '取消' }, en: { cancel: 'Cancel' } });

interface ActionGiven {
  readonly label: string;
  /** Does it; throws a `Problem` when it is refused. */
  readonly act: () => Promise<unknown>;
  /** What will happen, asked first; left out where it can be undone by the same button. */
  readonly ask?: { readonly title: string; readonly text: ReactNode };
  /** Said when it was done. */
  readonly done: string;
  readonly isGrave?: boolean;
}

/** A button that does one thing to what the page shows, after a question when it is grave. */
export function Action({ label, act, ask, done, isGrave = false }: ActionGiven): ReactNode {
  const w = useWords(words);
  const [isAsked, setAsked] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const go = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await act();
      setAsked(false);
      say(done);
    } catch (thrown) {
      setError(thrown);
      setAsked(true);
    } finally {
      setBusy(false);
    }
  };
  const close = (): void => {
    setAsked(false);
    setError(null);
  };
  return (
    <>
      <Button
        danger={isGrave}
        loading={isBusy && !isAsked}
        onClick={() => (ask ? setAsked(true) : void go())}
      >
        {label}
      </Button>
      <Dialog
        title={ask?.title ?? label}
        isOpen={isAsked}
        onClose={close}
        buttons={
          <>
            <Button onClick={close}>{w.cancel}</Button>
            <Button type="primary" danger={isGrave} loading={isBusy} onClick={() => void go()}>
              {label}
            </Button>
          </>
        }
      >
        {ask?.text}
        {error === null ? null : <Trouble error={error} />}
      </Dialog>
    </>
  );
}
