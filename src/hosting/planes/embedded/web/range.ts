/** Bytes `[from, to)` of a representation. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/**
 * What a Range field asks of `size` bytes (RFC 9110 §14.2). One range is served as 206. Several ranges, another
 * unit or a malformed field give the whole representation with 200, as the RFC allows a server to ignore Range:
 * no client needs multipart/byteranges, and many small overlapping ranges are a known way to wear a server out.
 */
export function parseRange(field: string, size: number): ByteRange | 'whole' | 'unsatisfiable' {
  const parts = /^bytes=\s*(\d{0,15})-(\d{0,15})\s*$/i.exec(field);
  if (parts === null) return 'whole';
  const [, first = '', last = ''] = parts;
  if (first === '') {
    if (last === '') return 'whole';
    const suffix = Math.min(Number(last), size);
    return suffix === 0 ? 'unsatisfiable' : { from: size - suffix, to: size };
  }
  const from = Number(first);
  if (last !== '' && Number(last) < from) return 'whole';
  if (from >= size) return 'unsatisfiable';
  return { from, to: last === '' ? size : Math.min(size, Number(last) + 1) };
}
