import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Asset {
  readonly path: string;
  readonly media: string;
  readonly body: Buffer;
  readonly etag: string;
}

const styles = [
  'paper.css',
  'style.css',
  'statement.css',
  'month.css',
  'calendar.css',
  'manual.css',
  'verify.css',
  'print.css',
];

/** Files of this folder that browsers fetch. */
const kinds = [
  ['/site/style.css', 'text/css; charset=utf-8', styles],
  ['/site/script.js', 'text/javascript; charset=utf-8', ['script.js']],
  ['/site/mark.svg', 'image/svg+xml', ['mark.svg']],
] as const;

/** Reads the assets once; `digest` stands in their links, so that they may be kept for ever. Throws when one is missing. */
export function readAssets(): { readonly assets: readonly Asset[]; readonly digest: string } {
  const assets = kinds.map(([path, media, files]): Asset => {
    const body = Buffer.concat(files.map((file) => readFileSync(join(import.meta.dirname, file))));
    return { path, media, body, etag: etagOf(body) };
  });
  const digest = createHash('sha256');
  for (const asset of assets) digest.update(asset.body);
  return { assets, digest: digest.digest('hex').slice(0, 12) };
}

/** A strong entity tag (RFC 9110 §8.8.3) of a body. */
export function etagOf(body: Buffer | string): string {
  return `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;
}

/** True when the sender of `If-None-Match` already has the body (weak comparison, RFC 9110 §13.1.2). */
export function isKnown(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((each) => each.trim().replace(/^W\//, '') === etag || each.trim() === '*');
}
