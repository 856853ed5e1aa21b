/** What a change changed: before and after side by side, leaf by leaf. Pure. */

export interface Changed {
  /** `settings.index[0]`; empty: the whole. */
  readonly path: string;
  /** Undefined: it was not there. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** Leaves that differ, in the order of their paths. */
export function difference(before: unknown, after: unknown): readonly Changed[] {
  const [old, fresh] = [leaves(before), leaves(after)];
  return [...new Set([...old.keys(), ...fresh.keys()])]
    .filter((path) => old.get(path) !== fresh.get(path))
    .sort()
    .map((path) => ({ path, before: old.get(path), after: fresh.get(path) }));
}

function leaves(value: unknown): ReadonlyMap<string, string> {
  const out = new Map<string, string>();
  const walk = (inner: unknown, path: string): void => {
    if (inner === null || inner === undefined) return;
    if (Array.isArray(inner)) {
      for (const [at, one] of inner.entries()) walk(one, `${path}[${at}]`);
    } else if (typeof inner === 'object') {
      for (const [key, one] of Object.entries(inner)) walk(one, path === '' ? key : `${path}.${key}`);
    } else {
      out.set(path, String(inner));
    }
  };
  walk(value, '');
  return out;
}
