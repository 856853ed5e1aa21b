import './dialog.css';
import { type ReactNode, useEffect, useId, useRef } from 'react';

interface DialogGiven {
  readonly title: string;
  readonly isOpen: boolean;
  /** By Escape, or by the button that says no. */
  readonly onClose: () => void;
  /** At the foot: what will happen, and no. */
  readonly buttons: ReactNode;
  readonly children: ReactNode;
}

/** A question over the page. The browser's own dialog keeps the focus inside, gives it back, and weighs nothing. */
export function Dialog({ title, isOpen, onClose, buttons, children }: DialogGiven): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const { current } = dialog;
    if (isOpen && current?.open === false) current.showModal();
    if (!isOpen) current?.close();
  }, [isOpen]);
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby={id} onClose={onClose}>
      {isOpen ? (
        <>
          <h2 id={id}>{title}</h2>
          <div>{children}</div>
          <div className="buttons">{buttons}</div>
        </>
      ) : null}
    </dialog>
  );
}
