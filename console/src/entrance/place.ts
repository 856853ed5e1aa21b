/** A page of the console and what stands behind its question mark. */
export interface Place {
  readonly path: string;
  readonly search: Readonly<Record<string, string>>;
}

const home: Place = { path: '/', search: {} };

/**
 * Where an address leads that came with a link: to a page of ours, and home where it is none, is another site's
 * (`//evil.example`, `\\evil.example`, `https:evil`) or no address at all.
 */
export function placeOf(to: string, origin: string): Place {
  let url: URL;
  try {
    url = new URL(to, origin);
  } catch {
    return home;
  }
  if (url.origin !== origin) return home;
  // Two slashes in front would be another site's name to whoever reads the path as an address.
  return { path: url.pathname.replace(/^\/+/, '/'), search: Object.fromEntries(url.searchParams) };
}
