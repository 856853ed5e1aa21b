import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Facts } from './facts.tsx';
import { Loaded } from './loaded.tsx';
import { Page } from './page.tsx';

interface DetailGiven<Value> {
  readonly read: UseQueryResult<Value>;
  /** While it is on its way, and when it was refused: the kind of thing. */
  readonly name: string;
  readonly back: { readonly to: string; readonly label: string };
  readonly title: (value: Value) => string;
  /** State, as a `Mark`. */
  readonly mark?: (value: Value) => ReactNode;
  readonly lead?: (value: Value) => ReactNode;
  readonly facts: (value: Value) => readonly (readonly [name: string, value: ReactNode])[];
  readonly actions?: (value: Value) => ReactNode;
  /** `Part`s below the facts. */
  readonly children?: (value: Value) => ReactNode;
}

/** One thing: title with its state, what can be done, what is known, and parts below. */
export function Detail<Value>(given: DetailGiven<Value>): ReactNode {
  const { read, name, back } = given;
  const { data } = read;
  if (data === undefined) {
    return (
      <Page title={name} back={back}>
        <Loaded read={read}>{() => null}</Loaded>
      </Page>
    );
  }
  return (
    <Page
      title={given.title(data)}
      back={back}
      mark={given.mark?.(data)}
      actions={given.actions?.(data)}
      lead={given.lead?.(data)}
    >
      <Facts facts={given.facts(data)} />
      {given.children?.(data)}
    </Page>
  );
}
