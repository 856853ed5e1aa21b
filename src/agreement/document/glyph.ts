import { type Refusal, refuse } from '../../refusal.ts';

/**
 * Which code points a font can print. A font without a glyph prints a blank in silence: what a contract cannot
 * print, it must not say.
 */

/** The code points of a TrueType or OpenType file, from its `cmap` (OpenType 1.9, formats 4 and 12). */
export function readCover(font: Buffer): ReadonlySet<number> {
  const tables = font.readUInt16BE(4);
  for (let i = 0; i < tables; i += 1) {
    const at = 12 + 16 * i;
    if (font.toString('latin1', at, at + 4) === 'cmap') return readMap(font, font.readUInt32BE(at + 8));
  }
  throw new Error('a font without a cmap');
}

function readMap(font: Buffer, cmap: number): ReadonlySet<number> {
  const points = new Set<number>();
  const count = font.readUInt16BE(cmap + 2);
  for (let i = 0; i < count; i += 1) {
    const table = cmap + font.readUInt32BE(cmap + 4 + 8 * i + 4);
    const format = font.readUInt16BE(table);
    if (format === 4) readSegments(font, table, points);
    else if (format === 12) readGroups(font, table, points);
  }
  return points;
}

function readSegments(font: Buffer, table: number, points: Set<number>): void {
  const twice = font.readUInt16BE(table + 6);
  const [ends, starts] = [table + 14, table + 16 + twice];
  const [deltas, ranges] = [starts + twice, starts + 2 * twice];
  for (let i = 0; i < twice; i += 2) {
    const [start, end] = [font.readUInt16BE(starts + i), font.readUInt16BE(ends + i)];
    const [delta, range] = [font.readUInt16BE(deltas + i), font.readUInt16BE(ranges + i)];
    for (let point = start; point <= end && point < 0xffff; point += 1) {
      const glyph = range === 0 ? point + delta : font.readUInt16BE(ranges + i + range + 2 * (point - start));
      if ((glyph & 0xffff) !== 0) points.add(point);
    }
  }
}

function readGroups(font: Buffer, table: number, points: Set<number>): void {
  const groups = font.readUInt32BE(table + 12);
  for (let i = 0; i < groups; i += 1) {
    const at = table + 16 + 12 * i;
    const [start, end, glyph] = [font.readUInt32BE(at), font.readUInt32BE(at + 4), font.readUInt32BE(at + 8)];
    for (let point = start; point <= end; point += 1) if (glyph + point - start !== 0) points.add(point);
  }
}

/** The first character, anywhere in a value, that the font lacks: named by field, or null. */
export function missingGlyph(value: unknown, cover: ReadonlySet<number>, path = ''): Refusal | null {
  if (typeof value === 'string') return missingIn(value, cover, path);
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, one] of Object.entries(value)) {
    const below = Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
    const missing = missingIn(key, cover, below) ?? missingGlyph(one, cover, below);
    if (missing !== null) return missing;
  }
  return null;
}

function missingIn(text: string, cover: ReadonlySet<number>, path: string): Refusal | null {
  for (const character of text) {
    const point = character.codePointAt(0)!;
    // What steers (a line end, a change of direction) prints nothing either.
    if (cover.has(point) && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(character)) continue;
    const name = `U+${point.toString(16).toUpperCase().padStart(4, '0')}`;
    return refuse('glyph-missing', path, `characters that the font can print: ${name} is none of them`);
  }
  return null;
}
