import { crc32, deflateSync, inflateSync } from 'node:zlib';
import { type Refusal, refuse } from '../refusal.ts';

/**
 * A seal's picture as a party brings it: PNG (ISO/IEC 15948). What is kept is written anew from nothing but the
 * pixels: no text, no time, no profile, nothing behind the end. Arguments in, value out.
 */

export interface Picture {
  readonly png: Buffer;
  readonly width: number;
  readonly height: number;
}

export const mostBytes = 512 * 1024;
/** Each way; a seal of 42 mm is printed at 600 dpi with that. */
export const mostPixels = 1000;

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

interface Chunk {
  readonly type: string;
  readonly data: Buffer;
}

interface Header {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly colour: number;
  readonly interlaced: boolean;
}

/** The picture written anew, or what is wrong with it. */
export function readPicture(file: Buffer): Picture | Refusal {
  if (file.length > mostBytes) return refuse('picture-large', 'png', `at most ${mostBytes} bytes`);
  if (!file.subarray(0, 8).equals(signature)) return refuse('picture-kind', 'png', 'a PNG file');
  const chunks = chunksOf(file);
  if (!Array.isArray(chunks)) return chunks;
  const header = headerOf(chunks);
  if ('refused' in header) return header;
  const strange = refuseOrder(chunks, header);
  if (strange !== null) return strange;
  const pixels = pixelsOf(chunks, header);
  if (!Buffer.isBuffer(pixels)) return pixels;
  const kept = chunks.filter(({ type }) => type === 'PLTE' || type === 'tRNS');
  const body = { type: 'IDAT', data: deflateSync(pixels, { level: 9 }) };
  const png = [chunks[0]!, ...kept, body, { type: 'IEND', data: Buffer.alloc(0) }].map(written);
  const { width, height } = header;
  return { png: Buffer.concat([signature, ...png]), width, height };
}

/** Walks the chunks (ISO/IEC 15948, 5.3); the file ends with IEND and not a byte later. */
function chunksOf(file: Buffer): Chunk[] | Refusal {
  const chunks: Chunk[] = [];
  for (let at = 8; ; ) {
    if (at + 12 > file.length) return refuse('picture-short', 'png', 'a file that is not cut off');
    const length = file.readUInt32BE(at);
    const end = at + 12 + length;
    if (end > file.length) return refuse('picture-short', 'png', 'a file that is not cut off');
    const named = file.subarray(at + 4, end - 4);
    const type = named.toString('latin1', 0, 4);
    if (!/^[A-Za-z]{4}$/.test(type)) return refuse('picture-chunk', 'png', 'chunks as PNG has them');
    if (crc32(named) !== file.readUInt32BE(end - 4))
      return refuse('picture-checksum', 'png', `a checksum of ${type} that fits`);
    chunks.push({ type, data: named.subarray(4) });
    at = end;
    if (type !== 'IEND') continue;
    return at === file.length
      ? chunks
      : refuse('picture-trailing', 'png', 'nothing behind the picture’s end');
  }
}

/** Bits per sample that each colour type may have (ISO/IEC 15948, 11.2.1). */
const depths: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};
const samples: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

function headerOf([first]: readonly Chunk[]): Header | Refusal {
  if (first === undefined || first.type !== 'IHDR' || first.data.length !== 13)
    return refuse('picture-chunk', 'png', 'a file that begins with its header');
  const { data } = first;
  const [width, height] = [data.readUInt32BE(0), data.readUInt32BE(4)];
  const [depth, colour, compression, filter, interlace] = [...data.subarray(8)] as [
    number,
    number,
    number,
    number,
    number,
  ];
  if (width < 1 || height < 1 || width > mostPixels || height > mostPixels)
    return refuse(
      'picture-dimensions',
      'png',
      `1 to ${mostPixels} pixels each way; it says ${width} × ${height}`,
    );
  if (depths[colour]?.includes(depth) !== true || compression !== 0 || filter !== 0 || interlace > 1)
    return refuse('picture-kind', 'png', 'a colour type and depth that PNG has');
  return { width, height, depth, colour, interlaced: interlace === 1 };
}

/** What must be there, once and in order; a chunk that must be understood and is not (ISO/IEC 15948, 5.4). */
function refuseOrder(chunks: readonly Chunk[], { colour, depth }: Header): Refusal | null {
  const types = chunks.map(({ type }) => type);
  const odd = (what: string): Refusal => refuse('picture-chunk', 'png', what);
  const unknown = types.find(
    (type) => !/^[a-z]/.test(type) && !['IHDR', 'PLTE', 'IDAT', 'IEND'].includes(type),
  );
  if (unknown !== undefined) return odd(`no ${unknown}`);
  const count = (type: string): number => types.filter((one) => one === type).length;
  if (count('IHDR') > 1 || count('PLTE') > 1 || count('tRNS') > 1)
    return odd('a header, a palette and a transparency at most once');
  const [first, last] = [types.indexOf('IDAT'), types.lastIndexOf('IDAT')];
  if (first < 0 || types.slice(first, last).some((type) => type !== 'IDAT'))
    return odd('pixels in one piece');
  const palette = chunks.find(({ type }) => type === 'PLTE');
  if ((colour === 3) !== (palette !== undefined) && colour !== 2 && colour !== 6)
    return odd('a palette where the colours are of one');
  const entries = (palette?.data.length ?? 0) / 3;
  if (!Number.isInteger(entries) || entries > 256 || (colour === 3 && (entries < 1 || entries > 2 ** depth)))
    return odd('a palette of as many colours as the depth has');
  const clear = chunks.find(({ type }) => type === 'tRNS');
  const wanted = { 0: 2, 2: 6 }[colour];
  if (
    clear !== undefined &&
    (colour > 3 || (wanted === undefined ? clear.data.length > entries : clear.data.length !== wanted))
  )
    return odd('a transparency that fits the colours');
  const places = ['PLTE', 'tRNS'].map((type) => types.indexOf(type));
  if (places.some((place) => place > first) || (places[1]! > 0 && places[1]! < places[0]!))
    return odd('palette and transparency before the pixels');
  return null;
}

/** Passes of Adam7 (ISO/IEC 15948, 8.2): first column and row, and the steps between. */
const adam7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** Rows and their bytes, the filter's byte with them, of each pass. */
function passesOf({
  width,
  height,
  depth,
  colour,
  interlaced,
}: Header): readonly (readonly [number, number])[] {
  const bits = samples[colour]! * depth;
  const passes = interlaced ? adam7 : ([[0, 0, 1, 1]] as const);
  return passes.flatMap(([x, y, across, down]) => {
    const [columns, rows] = [Math.ceil((width - x) / across), Math.ceil((height - y) / down)];
    return columns < 1 || rows < 1 ? [] : [[rows, 1 + Math.ceil((columns * bits) / 8)] as const];
  });
}

/** The filtered rows, exactly as many bytes as the header says: a bomb is not unpacked beyond them. */
function pixelsOf(chunks: readonly Chunk[], header: Header): Buffer | Refusal {
  const passes = passesOf(header);
  const wanted = passes.reduce((sum, [rows, bytes]) => sum + rows * bytes, 0);
  const packed = Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data));
  const wrong = refuse('picture-pixels', 'png', 'as many pixels as its header says');
  let pixels: Buffer;
  try {
    pixels = inflateSync(packed, { maxOutputLength: wanted });
  } catch {
    return wrong;
  }
  if (pixels.length !== wanted) return wrong;
  let at = 0;
  for (const [rows, bytes] of passes)
    for (let row = 0; row < rows; row += 1, at += bytes) if (pixels[at]! > 4) return wrong;
  return pixels;
}

function written({ type, data }: Chunk): Buffer {
  const out = Buffer.alloc(12 + data.length);
  out.writeUInt32BE(data.length, 0);
  out.write(type, 4, 'latin1');
  data.copy(out, 8);
  out.writeUInt32BE(crc32(out.subarray(4, 8 + data.length)), 8 + data.length);
  return out;
}
