import { type Refusal, refuse } from '../refusal.ts';

/** The API's operations as its own document tells them, and what `name=value` means to each. Pure. */

export interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

export interface Operation {
  /** `hosts.bind`. */
  readonly id: string;
  readonly method: string;
  /** `/hosts/{id}/domains`. */
  readonly path: string;
  readonly summary: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[];
  readonly body: Schema | null;
}

/** Every operation of an OpenAPI document of ours, in the order of their names. */
export function operationsOf(document: unknown): readonly Operation[] {
  const { paths } = document as { paths: Record<string, Record<string, Told>> };
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, told]): Operation => {
      const { operationId: id, summary, parameters = [], requestBody } = told;
      const body = requestBody?.content['application/json']?.schema ?? null;
      // Headers are the asker's own business: `If-Match` and `Idempotency-Key` (cli/api.ts).
      const named = parameters.filter((one) => one.in !== 'header');
      return { id, method: method.toUpperCase(), path, summary, parameters: named, body };
    }),
  );
  return all.sort((a, b) => (a.id < b.id ? -1 : 1));
}

interface Told {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters?: Operation['parameters'];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

export interface Asking {
  readonly method: string;
  /** Below `/api`, with its query. */
  readonly url: string;
  /** Undefined: none is sent. */
  readonly body: unknown;
}

/** What is sent for `name=value …`; dots go into objects (`particulars.name=…`). Refuses what the operation does not take. */
export function askingOf(operation: Operation, given: readonly string[]): Asking | Refusal {
  const query = new URLSearchParams();
  const fields = new Map<string, string>();
  let body: Record<string, unknown> | null = null;
  for (const pair of given) {
    const at = pair.indexOf('=');
    if (at <= 0) return refuse('argument-invalid', pair, 'name=value');
    const [name, text] = [pair.slice(0, at), pair.slice(at + 1)];
    const parameter = operation.parameters.find((one) => one.name === name);
    const schema = operation.body === null ? null : schemaAt(operation.body, name.split('.'));
    if (parameter?.in === 'path') fields.set(name, text);
    else if (parameter !== undefined) query.append(name, text);
    else if (schema !== null) {
      const value = readAs(schema, text);
      if (value === undefined) return refuse('argument-invalid', name, `${typeWords(schema)}, not ${text}`);
      body = placed(body ?? {}, name.split('.'), value);
    } else return refuse('argument-unknown', name, `one of ${namesOf(operation).join(', ') || 'none'}`);
  }
  const missing = operation.parameters.find((one) => one.in === 'path' && !fields.has(one.name));
  if (missing !== undefined) return refuse('argument-missing', missing.name, `${missing.name}=…`);
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(fields.get(name)!),
  );
  const search = query.size === 0 ? '' : `?${query}`;
  return {
    method: operation.method,
    url: `${path}${search}`,
    body: body ?? (operation.body === null ? undefined : {}),
  };
}

/** What an operation takes, needed ones marked with `*`. */
export function namesOf({ parameters, body }: Operation): readonly string[] {
  const outside = parameters.map((one) => (one.in === 'path' ? `${one.name}*` : one.name));
  const inside = Object.keys(body?.properties ?? {}).map((name) =>
    body?.required?.includes(name) === true ? `${name}*` : name,
  );
  return [...outside, ...inside];
}

function schemaAt(schema: Schema, path: readonly string[]): Schema | null {
  const [name, ...rest] = path;
  const properties =
    schema.properties ?? schema.anyOf?.find((one) => one.properties !== undefined)?.properties;
  const inner = name === undefined ? undefined : properties?.[name];
  if (inner === undefined || !Object.hasOwn(properties ?? {}, name!)) return null;
  return rest.length === 0 ? inner : schemaAt(inner, rest);
}

/** Text as the schema wants it; undefined: it is none of that. Lists and objects are given as JSON. */
function readAs(schema: Schema, text: string): unknown {
  if (schema.anyOf !== undefined) {
    if (text === 'null' && schema.anyOf.some((one) => one.type === 'null')) return null;
    for (const one of schema.anyOf.filter(({ type }) => type !== 'null')) {
      const value = readAs(one, text);
      if (value !== undefined) return value;
    }
    return undefined;
  }
  switch (schema.type) {
    case 'integer':
    case 'number':
      return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : undefined;
    case 'array':
    case 'object':
      return parsed(text);
    default:
      return text;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function typeWords(schema: Schema): string {
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeWords).join(' or ');
  if (schema.type === 'array' || schema.type === 'object') return `${schema.type} as JSON`;
  return typeof schema.type === 'string' ? schema.type : 'text';
}

function placed(
  into: Record<string, unknown>,
  path: readonly string[],
  value: unknown,
): Record<string, unknown> {
  const [name = '', ...rest] = path;
  if (rest.length === 0) return { ...into, [name]: value };
  const inner = into[name];
  const object = typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>) : {};
  return { ...into, [name]: placed(object, rest, value) };
}
