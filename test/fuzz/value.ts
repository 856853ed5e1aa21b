import type { Json } from './mutate.ts';
import type { Random } from './random.ts';

/** What a JSON Schema (draft 2020-12, as zod writes it) says that we use. */
export interface Schema {
  readonly type?: string;
  readonly const?: Json;
  readonly enum?: readonly Json[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: Schema | boolean;
  readonly prefixItems?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly propertyNames?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly default?: Json;
}

/** Names and values that stand in the world of the target (routes.ts), ours and another's. */
const known = [
  ...['h000001', 'h000002', 'h999999', 'c000001', 'c000002', 'p1', 'standard', '1', '2', 'web', 'ftp'],
  ...['QA-2026-000001', 'QA-2026-000002', 'SA-h000001', 'SA-h000002', 'R-h000001', '2026-09', '2026-13'],
  ...['2026-09-01T00:00:00.000Z', '2026-09-03T00:00:00.000Z', '2027-09-01T00:00:00.000Z', 'Asia/Shanghai'],
  ...['new.customer.example', 'a.example', 'index.html', '404', '09:00', 'CNY', '2026-11', 'D-1', 'demo'],
  ...['long enough for anybody', 'anna', 'provider', 'customer', 'zh', 'UTC', '0551-5550101'],
];

/** What nobody writes on purpose. */
const odd: readonly string[] = [
  ...[
    '',
    ' ',
    '\0',
    'a\0b',
    '\ud800',
    '\udfff\ud800',
    '\u202e中😀',
    '\r\nset-cookie: a=b',
    '\u2028',
    '\ufeff',
  ],
  ...["' or 1=1 --", '"; drop table hosts; --', '%', '_', '\\', '%00', '%2e%2e%2f', '../../etc/passwd', '$1'],
  ...[
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    'javascript:alert(1)',
    '{{7*7}}',
    'a${b',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'NaN',
    'Infinity',
    '-0',
    '1e999',
    '0x10',
    '１２',
    'null',
    'true',
  ],
  ...['9999-12-31T23:59:59.999Z', '0000-01-01T00:00:00.000Z', '2026-02-30T00:00:00.000Z', '2026-09', 'PT1S'],
  ...['9'.repeat(30), 'x'.repeat(300), '中'.repeat(3000), 'é'.normalize('NFD'), 'ﬀ', 'İ', 'ß.example', '-'],
  ...['http://evil.example/', '//evil.example', 'a@b@c', 'xn--', '.', '..', '/', 'a'.repeat(64), '::1', '*'],
];
const numbers = [
  ...[
    0,
    -0,
    1,
    -1,
    0.5,
    2 ** 31 - 1,
    2 ** 31,
    2 ** 32,
    2 ** 53 - 1,
    -(2 ** 53),
    2 ** 53,
    1e21,
    1e308,
    -1e308,
  ],
];
const deepest = 6;

/** Any JSON at all. */
export function wild(random: Random, depth = 0): Json {
  const kind = random.below(depth > 3 ? 5 : 8);
  if (kind === 0) return random.pick([null, true, false]);
  if (kind === 1) return random.pick(numbers);
  if (kind <= 4) return random.pick(random.chance(0.4) ? known : odd);
  const length = random.size(5);
  if (kind === 5) return Array.from({ length }, () => wild(random, depth + 1));
  if (kind === 6) return nested(random.pick([10, 100, 3000]));
  return Object.fromEntries(
    Array.from({ length }, () => [random.pick([...odd, 'id', 'customer', 'role']), wild(random, depth + 1)]),
  );
}

/** Lists in lists: what a reader that calls itself trips over. */
function nested(depth: number): Json {
  let inner: Json = 0;
  for (let i = 0; i < depth; i += 1) inner = i % 2 === 0 ? [inner] : { a: inner };
  return inner;
}

/**
 * A value that the schema takes, as far as a schema can say it; with `slip` as the chance at each place that
 * something else stands there.
 */
export function fitting(schema: Schema, random: Random, slip: number, depth = 0): Json {
  if (slip > 0 && random.chance(slip)) return wild(random, depth);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return random.pick(schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return fitting(random.pick(choices), random, slip, depth);
  if (schema.default !== undefined && random.chance(0.3)) return schema.default;
  switch (schema.type) {
    case 'string':
      return textOf(schema, random);
    case 'integer':
    case 'number':
      return numberOf(schema, random);
    case 'boolean':
      return random.chance(0.5);
    case 'null':
      return null;
    case 'array':
      return listOf(schema, random, slip, depth);
    case 'object':
      return objectOf(schema, random, slip, depth);
    default:
      return wild(random, depth + 1);
  }
}

function textOf({ format, pattern, minLength = 0, maxLength = 200 }: Schema, random: Random): string {
  if (format === 'date-time') return instantOf(random);
  if (format === 'date') return instantOf(random).slice(0, 10);
  if (format === 'email') return `p${random.below(1000)}@${random.pick(['a.example', 'customer.example'])}`;
  const fits = known.filter(
    (one) =>
      one.length >= minLength &&
      one.length <= maxLength &&
      (pattern === undefined || new RegExp(pattern, 'u').test(one)),
  );
  if (fits.length > 0 && random.chance(0.7)) return random.pick(fits);
  if (pattern === undefined && maxLength > 30 && random.chance(0.5)) return `d${random.below(1e6)}.example`;
  return `n${random.below(100_000)}`.padEnd(minLength, 'x').slice(0, Math.max(minLength, maxLength));
}

function instantOf(random: Random): string {
  const day = String(random.between(1, 28)).padStart(2, '0');
  return `${random.pick(['2026-09', '2026-09', '2026-10', '2027-09', '2020-02'])}-${day}T00:00:00.000Z`;
}

function numberOf({ minimum, maximum }: Schema, random: Random): number {
  const [least, most] = [minimum ?? 0, maximum ?? 2 ** 53 - 1];
  if (random.chance(0.2)) return random.pick([least, most]);
  return Math.min(most, least + random.size(random.pick([10, 1000, 100_000])));
}

function listOf(schema: Schema, random: Random, slip: number, depth: number): Json {
  const { prefixItems, items, minItems = 0, maxItems = 4 } = schema;
  if (prefixItems !== undefined) return prefixItems.map((one) => fitting(one, random, slip, depth + 1));
  if (typeof items !== 'object' || depth > deepest) return [];
  const length = Math.min(maxItems, minItems + random.below(3));
  return Array.from({ length }, () => fitting(items, random, slip, depth + 1));
}

function objectOf(schema: Schema, random: Random, slip: number, depth: number): Json {
  const { properties = {}, required = [], propertyNames, additionalProperties } = schema;
  const made: [string, Json][] = [];
  for (const [name, inner] of Object.entries(properties)) {
    const wanted = required.includes(name) ? 1 - slip / 2 : 0.6;
    if (random.chance(wanted)) made.push([name, fitting(inner, random, slip, depth + 1)]);
  }
  if (typeof additionalProperties === 'object' && depth < deepest) {
    for (let i = random.below(3); i > 0; i -= 1) {
      const name = fitting(propertyNames ?? { type: 'string' }, random, 0);
      made.push([String(name), fitting(additionalProperties, random, slip, depth + 1)]);
    }
  }
  // What a caller must never set by themselves.
  if (random.chance(slip)) made.push([random.pick(owned), random.pick(['c000002', 'owner', true, 0])]);
  return Object.fromEntries(made);
}

const owned = [
  'id',
  'customer',
  'role',
  'actor',
  'at',
  'revision',
  'disabledAt',
  'sample',
  '__proto__',
  'digest',
];

/** A word for a path or a query. */
export function word(random: Random, slip: number): string {
  return random.pick(random.chance(slip) ? odd : known);
}
