import type { paths } from '../api.d.ts';
import { client } from './client.ts';
import { asProblem, problemOf } from './problem.ts';

/** The API's document as types: which paths a method has, what they take and what they answer. */

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
/** The paths that have this method: `Path<'get'>` is what can be read. */
export type Path<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<M, { responses: unknown }> ? P : never;
}[keyof paths];
type Operation<M extends Method, P extends Path<M>> = paths[P][M & keyof paths[P]];

type PathPart<O> = O extends { parameters: { path: infer V } }
  ? { readonly path: V }
  : { readonly path?: undefined };
type QueryPart<O> = O extends { parameters: { query: infer V } }
  ? { readonly query: V }
  : O extends { parameters: { query?: infer V } }
    ? { readonly query?: V }
    : { readonly query?: undefined };
type BodyPart<O> = O extends { requestBody: { content: { 'application/json': infer V } } }
  ? { readonly body: V }
  : { readonly body?: undefined };

/** One operation at a time: the three parts of all of them side by side are more than the compiler can hold. */
type GivenOf<O> = O extends unknown ? PathPart<O> & QueryPart<O> & BodyPart<O> : never;

/** What a request is given: `{ path: { id }, query: { limit }, body }`, as far as the route takes them. */
export type Given<M extends Method, P extends Path<M>> = GivenOf<Operation<M, P>>;

type Json<R> = R extends { content: { 'application/json': infer V } } ? V : never;
/** What a route answers: `Reply<'get', '/hosts/{id}'>`. */
export type Reply<M extends Method, P extends Path<M>> =
  Operation<M, P> extends { responses: infer R } ? Json<R[keyof R & (200 | 201)]> : never;
/** One row of a list: `Item<'/hosts'>`. */
export type Item<P extends Path<'get'>> = Reply<'get', P> extends { items: readonly (infer I)[] } ? I : never;

export interface Answer<Value> {
  readonly value: Value;
  /** Of what was read: an edit of it names it (`If-Match`). */
  readonly tag: string | null;
}

interface Asked {
  readonly path?: unknown;
  readonly query?: unknown;
  readonly body?: unknown;
}

type Headers = Readonly<Record<string, string>>;

/** One request. Throws a `Problem`: the server's refusal, or `offline`. */
export async function ask<M extends Method, P extends Path<M>>(
  method: M,
  path: P,
  given: Given<M, P>,
  headers: Headers = {},
): Promise<Answer<Reply<M, P>>> {
  const { value, tag } = await send(method, path, given as Asked, headers);
  return { value: value as Reply<M, P>, tag };
}

async function send(
  method: Method,
  url: string,
  { path, query, body }: Asked,
  headers: Headers,
): Promise<Answer<unknown>> {
  const init = { params: { path, query }, headers, ...(body === undefined ? {} : { body }) };
  const { data, error, response } = await client.request(method, url, init as never).catch((thrown) => {
    throw asProblem(thrown);
  });
  if (!response.ok) throw problemOf(response.status, error);
  return { value: data, tag: response.headers.get('etag') };
}
