import { z } from 'zod';
import type { Route } from '../../src/api/route.ts';
import type { Schema } from '../fuzz/value.ts';
import type { Wish } from '../requests.ts';

/** What a hostile person writes into a field, and where fields are. */

/** The text of a field, marked by its number so that it is known again wherever it is shown. */
export const markOf = (field: number): string => `~${field}~`;

/** A name that reads otherwise than it is: refused everywhere. */
export const turned = 'a\u202eexe.fdp';

/** From the worst to what the shortest field still takes; the last ones are for links and addresses. */
export function payloads(field: number): readonly string[] {
  const mark = markOf(field);
  const image = '"><img src=x onerror=window.pwned=1>';
  const script = '</script><script>window.pwned=1</script>';
  const template = "{{constructor.constructor('window.pwned=1')()}}";
  return [
    `=cmd|' /C calc'!A0${image}${script}${template}${mark}`,
    `=cmd|'/C'!A0${image}${script}${mark}`,
    `+${image}${mark}`,
    `${image}${mark}`,
    `<img src=x>${mark}`,
    `javascript:window.pwned=1//${mark}`,
    `https://a.example/${mark}?a=${image}`,
    `https://a.example/${mark}'onclick='window.pwned=1`,
    `"<img src=x onerror=window.pwned=1>${mark}"@a.example`,
    `x'onload=window.pwned=1'${mark}@a.example`,
    `<img src=x>${mark}.example`,
  ];
}

export type Path = readonly (string | number)[];

/** Every place of a body where a text stands. */
export function textsOf(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value === 'string') return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    textsOf(inner, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

/** The body with another text at a place. */
export function withText(value: unknown, [key, ...rest]: Path, text: string): unknown {
  if (key === undefined) return text;
  const copy = (Array.isArray(value) ? [...value] : { ...Object(value) }) as Record<string | number, unknown>;
  copy[key] = withText(copy[key], rest, text);
  return copy;
}

/** Fields of a route's body that take a text of somebody's own and that its wish leaves out. */
export function leftOut({ body }: Route, wish: Wish): readonly string[] {
  if (body === undefined) return [];
  const schema = z.toJSONSchema(body, { io: 'input', unrepresentable: 'any' }) as Schema;
  const there = new Set(textsOf(wish.body).map(nameOf));
  return namedTexts(schema, []).filter((name) => !there.has(name));
}

/** `lines.receipt`: places of a list are one. */
export function nameOf(path: Path): string {
  return path.filter((key) => typeof key === 'string').join('.');
}

function namedTexts(schema: Schema, path: Path): readonly string[] {
  const { type, anyOf = [], items, properties = {} } = schema;
  const inner = Object.entries(properties).flatMap(([name, one]) => namedTexts(one, [...path, name]));
  const others = anyOf.flatMap((one) => namedTexts(one, path));
  const listed = typeof items === 'object' ? namedTexts(items, path) : [];
  const isFree = type === 'string' && schema.enum === undefined && schema.const === undefined;
  const isFormed = schema.format !== undefined && schema.format !== 'email';
  return [...new Set([...(isFree && !isFormed ? [nameOf(path)] : []), ...inner, ...others, ...listed])];
}
