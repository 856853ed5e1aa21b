import './facts.css';
import type { ReactNode } from 'react';

/** What is known of a thing, name and value: `[['Plan', 'Standard'], …]`. What is not known is left out by the caller. */
export function Facts({
  facts,
}: {
  readonly facts: readonly (readonly [name: string, value: ReactNode])[];
}): ReactNode {
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A part of a page under its own heading. */
export function Part({
  title,
  lead,
  actions,
  children,
}: {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <section className="part">
      <header>
        <h2>{title}</h2>
        {actions}
      </header>
      {lead === undefined ? null : <p className="lead">{lead}</p>}
      {children}
    </section>
  );
}

/** How something stands, in a word; the sign differs by shape, not by colour alone. */
export function Mark({
  tone,
  children,
}: {
  readonly tone: 'good' | 'bad' | 'excused' | 'unseen' | 'plain';
  readonly children: ReactNode;
}): ReactNode {
  return <span className={`mark tone-${tone}`}>{children}</span>;
}
