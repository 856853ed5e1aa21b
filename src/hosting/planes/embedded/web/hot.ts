import type { BigIntStats } from 'node:fs';
import type { Validators } from './condition.ts';
import { mediaType } from './media.ts';
import { fieldLines } from './reply.ts';
import type { Site } from './site.ts';

/** What is sent with a file, made once per version of it. */
export interface Described extends Validators {
  readonly size: number;
  readonly type: string;
  /** Name, value, name, value …: the whole head of a 200 but for what belongs to the connection. */
  readonly fields: readonly string[];
  /** The same as they go out. */
  readonly lines: string;
}

/** A small file in memory. */
export interface HotFile {
  readonly site: Site;
  readonly key: string;
  readonly described: Described;
  /** Where it came from: another index file may since have come before it. */
  readonly path: string;
  /** Text in Latin-1 is joined to the head and goes out in one write; a larger body follows in the same writev. */
  readonly body: string | Buffer;
  /** Monotonic ms when it was last seen to be so. */
  checkedMs: number;
}

export const hotFileBytes = 262_144;
const joinedBytes = 16_384;
const hotBytes = 67_108_864;

/** Strong: another size, time of change (ns) or inode is another representation. */
export function describe(path: string, stat: BigIntStats): Described {
  const etag = etagOf(stat);
  const modifiedMs = Math.floor(Number(stat.mtimeMs) / 1000) * 1000;
  const size = Number(stat.size);
  const type = mediaType(path);
  const modified = new Date(modifiedMs).toUTCString();
  const fields = ['Content-Type', type, 'Content-Length', String(size), 'Last-Modified', modified];
  fields.push('ETag', etag, 'Accept-Ranges', 'bytes');
  return { etag, modifiedMs, size, type, fields, lines: fieldLines(fields) };
}

export function etagOf(stat: BigIntStats): string {
  return `"${[stat.mtimeNs, stat.size, stat.ino].map((part) => part.toString(36)).join('-')}"`;
}

/** Small files of all sites, the oldest dropped first when together they pass 64 MB. */
export class HotFiles {
  readonly #all = new Set<HotFile>();
  #bytes = 0;

  put(
    site: Site,
    asked: string,
    path: string,
    described: Described,
    bytes: Buffer,
    checkedMs: number,
  ): HotFile {
    // A copy: what was asked is a part of all that came with it, which it would keep in memory.
    const key = Buffer.from(asked, 'latin1').toString('latin1');
    const before = site.hot.get(key);
    if (before !== undefined) this.drop(before);
    const body = bytes.length <= joinedBytes ? bytes.toString('latin1') : bytes;
    const file: HotFile = { site, key, path, described, body, checkedMs };
    site.hot.set(key, file);
    this.#all.add(file);
    this.#bytes += weight(file);
    for (const oldest of this.#all) {
      if (this.#bytes <= hotBytes) break;
      this.drop(oldest);
    }
    return file;
  }

  isStill(file: HotFile, path: string, stat: BigIntStats): boolean {
    return file.path === path && file.described.etag === etagOf(stat);
  }

  drop(file: HotFile): void {
    if (!this.#all.delete(file)) return;
    this.#bytes -= weight(file);
    file.site.hot.delete(file.key);
  }

  /** A replaced or removed site takes its files along. */
  forget(site: Site): void {
    for (const file of [...site.hot.values()]) this.drop(file);
  }

  get bytes(): number {
    return this.#bytes;
  }
}

/** The head's fields and the map's entry weigh about a kilobyte. */
function weight(file: HotFile): number {
  return file.body.length + file.key.length + 1024;
}
