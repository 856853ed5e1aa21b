import type { Text } from '../../words.ts';

/** Every figure that the wording leaves to the terms: `{web.atLeast}` in a text is the guarantee `web`'s `atLeast`. */
export const holes = [
  'factor',
  'notice.within',
  'notice-major.within',
  'web.atLeast',
  'ftp.above',
  'response.limit',
  'power.atLeast',
  'feedback.atLeast',
  'fault-reply.within',
  'other-reply.within',
] as const;
export type Hole = (typeof holes)[number];
export type HoleValues = Readonly<Partial<Record<Hole, string>>>;

type HolesIn<Words extends string> = Words extends `${string}{${infer Name}}${infer Rest}`
  ? Name | HolesIn<Rest>
  : never;

/** `Words` itself when all its holes are on the list and its translation has the same ones, else never. */
type Holed<Words extends string, Twin extends string> = [HolesIn<Words>] extends [Hole & HolesIn<Twin>]
  ? Words
  : never;

/** A text with holes. One that is not on the list, or that one language lacks, does not compile. */
export function worded<const Zh extends string, const En extends string>(text: {
  readonly zh: Zh & Holed<Zh, En>;
  readonly en: En & Holed<En, Zh>;
}): Text {
  return text;
}
