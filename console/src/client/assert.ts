/** `node:assert` for the browser, as far as the shared code uses it. */
// biome-ignore lint/style/noDefaultExport: in place of a module that has one
export default function assert(holds: unknown, why = 'a bug'): asserts holds {
  if (!holds) throw new Error(why);
}
