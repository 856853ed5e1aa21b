import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Tx } from '../db/connection.ts';
import type { Right } from '../entrance/right.ts';
import type { Who } from '../entrance/role.ts';
import type { Refusal } from '../refusal.ts';
import type { House } from './house.ts';

/** Who may call: with a right, signed in at all, or everybody. */
export type Gate = Right | 'self' | 'open';

/** What a handler is given. Everything that it reads or writes goes through `tx`: one transaction a request. */
export interface Context<Params, Query, Body> {
  readonly tx: Tx;
  readonly now: number;
  /** Null on an `open` route only. */
  readonly who: Who | null;
  /** The one customer whose things may be touched; null: everybody's. What is another's does not exist. */
  readonly scope: string | null;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly house: House;
  /** The name and port that the caller asked for (`Host`). */
  readonly hostname: string;
  /** Where it came from, for the audit. */
  readonly from: { readonly address: string; readonly agent: string; readonly request: string };
  /** Every change says what it changed; a change that says nothing is a bug and is rolled back. */
  note(subject: string, customer: string | null, before: unknown, after: unknown): void;
}

/** What a step before the transaction is given: it may take long and touches no table. */
export type Ahead<Params, Query, Body> = Omit<Context<Params, Query, Body>, 'tx' | 'note'>;

type Shape = z.ZodType;
type Out<S extends Shape | undefined> = S extends Shape ? z.output<S> : undefined;

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/api`, parameters as `:id`. */
  readonly url: string;
  /** `hosts.bind`: the operation's permanent name, in OpenAPI, in the audit and at the command line. */
  readonly id: string;
  readonly summary: string;
  readonly gate: Gate;
  readonly params: Shape | undefined;
  readonly query: Shape | undefined;
  readonly body: Shape | undefined;
  readonly reply: Shape;
  /** 201 for what makes something. */
  readonly status: 200 | 201;
  /** An edit of what was read before: the reply's shape before the change; `If-Match` must name its ETag. */
  readonly current: ((context: Context<never, never, never>) => Promise<unknown>) | undefined;
  /** What would hold up a transaction (a conversation with a mail relay): done before it, handed to `handle`. */
  readonly ahead: ((context: Ahead<never, never, never>) => Promise<unknown>) | undefined;
  readonly handle: (context: Context<never, never, never> & { readonly ahead: never }) => Promise<unknown>;
}

interface Written<
  P extends Shape | undefined,
  Q extends Shape | undefined,
  B extends Shape | undefined,
  R extends Shape,
  A,
> {
  readonly method: Route['method'];
  readonly url: string;
  readonly id: string;
  readonly summary: string;
  readonly gate: Gate;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly reply: R;
  readonly status?: 200 | 201;
  readonly current?: (context: Context<Out<P>, Out<Q>, Out<B>>) => Promise<z.input<R> | Refusal>;
  readonly ahead?: (context: Ahead<Out<P>, Out<Q>, Out<B>>) => Promise<A | Refusal>;
  readonly handle: (
    context: Context<Out<P>, Out<Q>, Out<B>> & { readonly ahead: A },
  ) => Promise<z.input<R> | Refusal>;
}

/** A route as its file writes it, with the handler's types taken from its shapes. */
export function route<
  R extends Shape,
  P extends Shape | undefined = undefined,
  Q extends Shape | undefined = undefined,
  B extends Shape | undefined = undefined,
  A = undefined,
>(written: Written<P, Q, B, R, A>): Route {
  const { params, query, body, status = 200, current, ahead } = written;
  return { ...written, params, query, body, status, current, ahead };
}

/** Only the console's own pages may send what a cookie vouches for (CSRF): a browser says where it comes from. */
export function isOwnPage(request: FastifyRequest, origins: readonly string[]): boolean {
  const { origin, 'sec-fetch-site': site } = request.headers;
  if (origin !== undefined) return origins.includes(origin);
  return site === 'same-origin';
}
