import type { BigIntStats } from 'node:fs';
import type { Site } from './site.ts';
import type { Target } from './target.ts';
import type { Walk } from './walk.ts';

/** What a target leads to on a site. */
export type Place =
  | { readonly kind: 'file'; readonly path: string; readonly stat: BigIntStats }
  | { readonly kind: 'script'; readonly path: string; readonly name: string; readonly info: string }
  | { readonly kind: 'folder'; readonly path: string }
  /** A folder asked for without its slash; `to` is the target with it. */
  | { readonly kind: 'redirect'; readonly to: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'forbidden' };

const missing: Place = { kind: 'missing' };
const script = /\.php$/;
/** Never served as text, whatever the plan: what some server would run. */
const source = /\.(?:php\d?|phtml|phps|phar|inc)[. ]*$/i;

export function placeOf(walk: Walk, site: Site, target: Target): Place {
  if (target.parts.some(isHidden)) return missing;
  const runs = site.spec.php !== null;
  const direct = runs ? scriptAt(walk, site, target) : null;
  const place = direct ?? plainAt(walk, site, target);
  if (place.kind !== 'missing' || !runs || !site.spec.settings.index.includes('index.php')) return place;
  // What WordPress and its like expect: an address that is no file is the front script's to answer.
  const front = walk.look(site.root, ['index.php']);
  return front.kind === 'file' ? { kind: 'script', path: front.path, name: '/index.php', info: '' } : missing;
}

/** Names that begin with a dot are the customer's own business (`.git`, `.htpasswd`), but for RFC 8615's. */
function isHidden(name: string, depth: number): boolean {
  return name.startsWith('.') && !(depth === 0 && name === '.well-known');
}

/** The first script on the way down; what follows it is its PATH_INFO. */
function scriptAt(walk: Walk, site: Site, { parts, folder }: Target): Place | null {
  for (const [index, name] of parts.entries()) {
    if (!script.test(name)) continue;
    const upTo = parts.slice(0, index + 1);
    const found = walk.look(site.root, upTo);
    if (found.kind === 'folder') continue;
    if (found.kind !== 'file') return found;
    const rest = parts.slice(index + 1);
    const info = rest.length > 0 || folder ? `/${rest.join('/')}${folder && rest.length > 0 ? '/' : ''}` : '';
    return { kind: 'script', path: found.path, name: `/${upTo.join('/')}`, info };
  }
  return null;
}

function plainAt(walk: Walk, site: Site, target: Target): Place {
  const found = walk.look(site.root, target.parts);
  if (found.kind === 'file') {
    return target.folder || source.test(found.path) ? missing : found;
  }
  if (found.kind !== 'folder') return found;
  if (!target.folder) {
    // More than one slash in front would lead to another site (`//evil.example`).
    const to = `/${target.raw.replace(/^\/+/, '')}/`;
    return { kind: 'redirect', to: target.query === '' ? to : `${to}?${target.query}` };
  }
  return indexOf(walk, site, target.parts) ?? { kind: 'folder', path: found.path };
}

function indexOf(walk: Walk, site: Site, parts: readonly string[]): Place | null {
  for (const name of site.spec.settings.index) {
    const found = walk.look(site.root, [...parts, name]);
    if (found.kind !== 'file') continue;
    if (!source.test(name)) return found;
    if (site.spec.php === null || !script.test(name)) continue;
    return { kind: 'script', path: found.path, name: `/${[...parts, name].join('/')}`, info: '' };
  }
  return null;
}
