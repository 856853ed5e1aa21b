import './notice.css';
import { type ReactNode, useSyncExternalStore } from 'react';

/** Short words about what was just done, at the lower edge for a while and read aloud: "saved". Never for what failed. */

const shownMs = 6000;
let notices: readonly { readonly id: number; readonly text: string }[] = [];
let last = 0;
const listeners = new Set<() => void>();

function set(next: typeof notices): void {
  notices = next;
  for (const listener of listeners) listener();
}

export function say(text: string): void {
  last += 1;
  const id = last;
  set([...notices.slice(-2), { id, text }]);
  window.setTimeout(() => set(notices.filter((one) => one.id !== id)), shownMs);
}

export function Notices(): ReactNode {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => notices,
  );
  return (
    <div className="notices" role="status" aria-live="polite">
      {shown.map(({ id, text }) => (
        <p key={id}>{text}</p>
      ))}
    </div>
  );
}
