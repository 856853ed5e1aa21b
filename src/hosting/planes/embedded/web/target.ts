/** What a request asks for, decoded once and resolved (RFC 3986 §5.2.4). */
export interface Target {
  /** The authority of an absolute target (`GET http://name/path`), which outranks the Host field; else null. */
  readonly authority: string | null;
  /** As asked, not decoded, without the query: what a redirect is built from. */
  readonly raw: string;
  /** Without `?`. */
  readonly query: string;
  /** Decoded names from the root downwards; none of them is empty, `.`, `..` or holds a slash, backslash or NUL. */
  readonly parts: readonly string[];
  /** It ended with a slash: a folder is meant. */
  readonly folder: boolean;
}

/**
 * Null: 400. Refused are encoded slashes, backslashes and NULs (programs behind us would decode them into
 * another path than we checked), broken or non-UTF-8 percent codes, control characters, and dot segments
 * that lead above the root.
 */
export function parseTarget(target: string): Target | null {
  const absolute = /^https?:\/\/([^/?#]*)(.*)$/is.exec(target);
  const authority = absolute === null ? null : absolute[1]!;
  const rest = absolute === null ? target : absolute[2]!;
  const mark = rest.indexOf('?');
  const asked = mark < 0 ? rest : rest.slice(0, mark);
  const raw = asked === '' && authority !== null ? '/' : asked;
  if (!raw.startsWith('/') || target.includes('#') || hidden.test(raw)) return null;
  const path = decoded(raw);
  if (path === null) return null;
  const parts: string[] = [];
  const names = path.split('/');
  for (const name of names) {
    if (name === '' || name === '.') continue;
    if (name !== '..') parts.push(name);
    else if (parts.pop() === undefined) return null;
  }
  const last = names[names.length - 1]!;
  const folder = last === '' || last === '.' || last === '..';
  return { authority, raw, query: mark < 0 ? '' : rest.slice(mark + 1), parts, folder };
}

/** Also a raw backslash, which a browser sends as a slash. */
const hidden = /\\|%(?:2f|5c|00)/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must be refused
const control = /[\u0000-\u001f\u007f]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII begins with them
const plain = /^[\u0000-\u007f]*$/;

/** A client that does not encode sends UTF-8, which the parser hands over byte by byte (Latin-1). */
function decoded(raw: string): string | null {
  const text = plain.test(raw) ? raw : Buffer.from(raw, 'latin1').toString('utf8');
  try {
    const path = text.includes('%') ? decodeURIComponent(text) : text;
    return control.test(path) || path.includes('\ufffd') ? null : path;
  } catch {
    return null;
  }
}
