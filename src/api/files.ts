import { z } from 'zod';
import type { Gate } from './route.ts';
import { langShape } from './shape.ts';

/** What is read below `/api` and is no JSON value of a route: downloads and the stream, as the OpenAPI document tells of them. */
export interface File {
  /** As OpenAPI writes it. */
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  readonly gate: Gate;
  readonly media: string;
  readonly query: z.ZodObject | null;
}

/** Of a sheet: the days are the provider's, the last one included. */
export const sheetShape = z.strictObject({
  from: z.iso.date().describe('the first day, in the provider’s zone'),
  to: z.iso.date().describe('the last day'),
  lang: langShape.default('zh'),
});

export const files: readonly File[] = [
  {
    path: '/customers/{id}/account.csv',
    id: 'ledger.sheet',
    summary: 'A customer’s statement of account over a period as CSV',
    gate: 'ledger:read',
    media: 'text/csv',
    query: sheetShape,
  },
  {
    path: '/ledger.csv',
    id: 'ledger.journal',
    summary: 'The whole ledger over a period as CSV',
    gate: 'ledger:edit',
    media: 'text/csv',
    query: sheetShape,
  },
  {
    path: '/live',
    id: 'live.stream',
    summary: 'What changes, as it changes: server-sent events of what the caller may read',
    gate: 'self',
    media: 'text/event-stream',
    query: null,
  },
  {
    path: '/openapi.json',
    id: 'api.document',
    summary: 'This document',
    gate: 'open',
    media: 'application/json',
    query: null,
  },
];

/** One as an operation of the document. */
export function fileOperation({ path, id, summary, gate, media, query }: File): object {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    ...{ name, in: 'path', required: true },
    schema: { type: 'string' },
  }));
  const shape = query === null ? null : z.toJSONSchema(query, { io: 'input' });
  const inQuery = Object.entries(shape?.properties ?? {}).map(([name, schema]) => ({
    ...{ name, in: 'query', schema },
    required: shape?.required?.includes(name) ?? false,
  }));
  const schema = { type: media === 'application/json' ? 'object' : 'string' };
  return {
    operationId: id,
    summary,
    tags: [id.split('.')[0]!],
    parameters: [...inPath, ...inQuery],
    responses: {
      200: { description: summary, content: { [media]: { schema } } },
      default: { $ref: '#/components/responses/Problem' },
    },
    'x-right': gate,
    ...(gate === 'open' ? { security: [] } : {}),
  };
}
