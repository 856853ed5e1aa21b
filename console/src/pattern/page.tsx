import './page.css';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef } from 'react';

let first = true;

interface PageGiven {
  readonly title: string;
  /** Beside the title: what the thing is in. */
  readonly mark?: ReactNode;
  /** One or two sentences below the title. */
  readonly lead?: ReactNode;
  /** What can be done here, at the right of the title. */
  readonly actions?: ReactNode;
  /** The page above this one. */
  readonly back?: { readonly to: string; readonly label: string };
  readonly children: ReactNode;
}

/** The head that every page has. Its title is the document's, and takes the focus when one comes from another page. */
export function Page({ title, mark, lead, actions, back, children }: PageGiven): ReactNode {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = title === '' ? 'Hostpledge' : `${title} · Hostpledge`;
  }, [title]);
  useEffect(() => {
    if (!first) heading.current?.focus({ preventScroll: true });
    first = false;
  }, []);
  return (
    <article className="page">
      <header>
        {back === undefined ? null : (
          <p className="back">
            <Link to={back.to}>← {back.label}</Link>
          </p>
        )}
        <div className="title">
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {mark}
          {actions === undefined ? null : <div className="actions">{actions}</div>}
        </div>
        {lead === undefined ? null : <div className="lead">{lead}</div>}
      </header>
      {children}
    </article>
  );
}
