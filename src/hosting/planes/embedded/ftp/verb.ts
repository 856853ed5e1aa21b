import type { Reply } from './reply.ts';
import type { Session } from './session.ts';
import type { Tree } from './tree.ts';

type Answer = Reply | null | Promise<Reply | null>;

/** One row of the verb table. A null answer: everything was said already. */
export type Verb =
  | {
      readonly who: 'anyone';
      readonly argument: Argument;
      readonly run: (s: Session, argument: string) => Answer;
    }
  | { readonly who: Insider; readonly argument: Argument; readonly run: Inside };

/** `login`: our own check too; `account`: customers only, because it reads or writes their files. */
type Insider = 'login' | 'account';
type Argument = 'none' | 'optional' | 'required';
type Inside = (session: Session, tree: Tree, argument: string) => Answer;

export type Verbs = Readonly<Record<string, Verb>>;

/** Before login. */
export function anyone(argument: Argument, run: (session: Session, argument: string) => Answer): Verb {
  return { who: 'anyone', argument, run };
}

/** After login, our own check included: looks at names, never at contents. */
export function insider(argument: Argument, run: Inside): Verb {
  return { who: 'login', argument, run };
}

/** After login, customers only. */
export function customer(argument: Argument, run: Inside): Verb {
  return { who: 'account', argument, run };
}
