/**
 * Fields of one line of the access log (hosting/access.ts) as byte ranges. Nothing here makes a string or an
 * object: a plane may write thousands of lines a second. Every reader answers −1 for what cannot be.
 */
/** A line longer than this, its LF included, was not written by us: it is passed over. */
export const longestLine = 65_536;
/** Words are read ahead: this many bytes after the line end must be readable. */
export const slack = 8;
/** Nothing takes longer than this; sums of times are kept in 32 bits (24.8 days). */
export const longestMs = 24 * 86_400_000;

/** `123.456` → 123456; −1 for anything else, or beyond `longestMs`. */
export function readMs(bytes: Uint8Array, from: number, end: number): number {
  const dot = end - 4;
  if (dot <= from || dot - from > 8 || bytes[dot] !== 0x2e) return -1;
  let ms = 0;
  for (let i = from; i < end; i += 1) {
    if (i === dot) continue;
    const digit = bytes[i]! - 48;
    if (digit < 0 || digit > 9) return -1;
    ms = ms * 10 + digit;
  }
  return ms <= longestMs ? ms : -1;
}

/** The field is "none": `-` or empty. */
export function isNone(bytes: Uint8Array, from: number, end: number): boolean {
  return end === from || (end === from + 1 && bytes[from] === 0x2d);
}

/**
 * Clause 2-4.1's time of an answer that an upstream was asked for, ms; −1: the fields are not lists as nginx
 * writes them (entries `1.234` or `-`, between them `, ` for the next try and ` : ` for an internal redirect).
 * The last try's head came: its time plus what the tries before it took. It never came: what all tries took,
 * which is the least that the visitor waited.
 */
export function upstreamMs(
  bytes: Uint8Array,
  headFrom: number,
  headEnd: number,
  tookFrom: number,
  tookEnd: number,
): number {
  let waited = 0;
  let value = 0;
  let head = headFrom;
  let took = tookFrom;
  while (head <= headEnd && took <= tookEnd) {
    const headStop = entryEnd(bytes, head, headEnd);
    const tookStop = entryEnd(bytes, took, tookEnd);
    const headMs = isNone(bytes, head, headStop) ? -2 : readMs(bytes, head, headStop);
    const tookMs = isNone(bytes, took, tookStop) ? 0 : readMs(bytes, took, tookStop);
    if (headMs === -1 || tookMs === -1) return -1;
    value = waited + (headMs >= 0 ? headMs : tookMs);
    waited += tookMs;
    head = nextEntry(bytes, headStop, headEnd);
    took = nextEntry(bytes, tookStop, tookEnd);
    if (head < 0 || took < 0) return -1;
  }
  // As many entries in one list as in the other.
  return head > headEnd && took > tookEnd && value <= longestMs ? value : -1;
}

function entryEnd(bytes: Uint8Array, from: number, end: number): number {
  let i = from;
  while (i < end && bytes[i] !== 0x2c && bytes[i] !== 0x20) i += 1;
  return i;
}

/** Where the entry after the one that ended at `stop` begins; beyond `end` when it was the last; −1: no separator. */
function nextEntry(bytes: Uint8Array, stop: number, end: number): number {
  if (stop >= end) return end + 1;
  if (bytes[stop] === 0x2c) return bytes[stop + 1] === 0x20 ? stop + 2 : -1;
  return bytes[stop + 1] === 0x3a && bytes[stop + 2] === 0x20 && stop + 3 <= end ? stop + 3 : -1;
}

const stream = Buffer.from('text/event-stream');

/** Server-sent events, by the media type (RFC 9110 §8.3.1: without regard to case). */
export function isStream(bytes: Uint8Array, from: number, end: number): boolean {
  // Most types are told apart by their sixth byte: text/html, text/css.
  if (end - from < stream.length || (bytes[from + 5]! | 0x20) !== stream[5]) return false;
  for (let i = 0; i < stream.length; i += 1) {
    const byte = bytes[from + i]!;
    if ((byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte) !== stream[i]) return false;
  }
  return true;
}
