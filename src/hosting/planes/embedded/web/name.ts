/**
 * The host that a request asks for, from its Host field or the authority of an absolute target (RFC 9110 §7.2):
 * lower case, without port and without the trailing dot of a fully qualified name.
 * Null: not a host (empty label, `..`, a character that no name has, a port that is none).
 */
export function hostName(authority: string): string | null {
  const colon = authority.endsWith(']') ? -1 : authority.lastIndexOf(':');
  const port = colon < 0 ? '' : authority.slice(colon + 1);
  if (port !== '' && !(/^\d{1,5}$/.test(port) && Number(port) <= 65_535)) return null;
  let name = (colon < 0 ? authority : authority.slice(0, colon)).toLowerCase();
  if (literal.test(name)) return name;
  if (name.endsWith('.')) name = name.slice(0, -1);
  return name.length <= 253 && labels.test(name) ? name : null;
}

/** Addresses in brackets are nobody's name here, yet no mistake either: they end at "no such host". */
const literal = /^\[[0-9a-f:.]{2,45}\]$/;
/** Underscores are no host names by RFC 952, yet people bind and ask for them. */
const labels = /^[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*$/;
