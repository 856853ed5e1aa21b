import { fileOperation, files } from './files.ts';
import type { Route } from './route.ts';

/** What every route may answer besides its value (RFC 9457). */
const problem = {
  description: 'A refusal: `code` is permanent, `path` names the field, `rule` says what would be accepted',
  content: {
    'application/problem+json': {
      schema: { $ref: '#/components/schemas/Problem' },
      example: {
        status: 422,
        title: 'another host has it',
        code: 'domain-taken',
        path: 'domain',
        rule: 'another host has it',
      },
    },
  },
};

const problemSchema = {
  type: 'object',
  properties: {
    status: { type: 'integer', minimum: 400, maximum: 599 },
    title: { type: 'string' },
    code: { type: 'string', pattern: '^[a-z][a-z0-9-]+$' },
    path: { type: 'string' },
    rule: { type: 'string' },
  },
  required: ['status', 'title', 'code'],
};

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly object[];
  readonly responses: Readonly<Record<string, object>>;
}

interface Document {
  readonly components?: object;
  readonly paths?: object;
}

/**
 * The OpenAPI document with what shapes alone do not say: the refusals of every route, the right that it wants
 * (`x-right`), and the headers that creates and edits take. Pure.
 */
export function described(document: Document, routes: readonly Route[]): object {
  const byId = new Map(routes.map((one) => [one.id, one]));
  const methods = (path: object) =>
    Object.entries(path).map(([method, told]) => [method, operationOf(told as Operation, byId)]);
  const paths = Object.entries(document.paths ?? {}).map(([path, told]) => [
    path,
    Object.fromEntries(methods(told as object)),
  ]);
  const downloads = files.map((one) => [one.path, { get: fileOperation(one) }]);
  const schemas = { ...Reflect.get(document.components ?? {}, 'schemas'), Problem: problemSchema };
  const components = { ...document.components, schemas, responses: { Problem: problem } };
  return { ...document, components, paths: Object.fromEntries([...paths, ...downloads]) };
}

function operationOf(told: Operation, byId: ReadonlyMap<string, Route>): object {
  const one = byId.get(told.operationId);
  if (one === undefined) return told;
  const parameters = [...(told.parameters ?? []), ...headersOf(one)];
  const done = { ...told.responses[one.status], description: one.summary };
  const responses = { [one.status]: done, default: { $ref: '#/components/responses/Problem' } };
  return {
    ...told,
    ...(parameters.length === 0 ? {} : { parameters }),
    responses,
    'x-right': one.gate,
    ...(one.gate === 'open' ? { security: [] } : {}),
  };
}

function headersOf(one: Route): readonly object[] {
  if (one.current !== undefined) {
    const description =
      'the `ETag` of what was read, or `*`; an edit of something that changed since is refused';
    return [header('if-match', description, true)];
  }
  if (one.method !== 'POST') return [];
  return [
    header(
      'idempotency-key',
      '8 to 100 visible characters: sent again, it gives the first answer again',
      false,
    ),
  ];
}

function header(name: string, description: string, required: boolean): object {
  return { name, in: 'header', description, required, schema: { type: 'string' } };
}
