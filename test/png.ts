import { crc32, deflateSync } from 'node:zlib';

/** PNG files written by hand, whole or broken on purpose. */

export const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

export function chunk(type: string, data: Buffer, checksum?: number): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(8 + named.length);
  out.writeUInt32BE(data.length, 0);
  named.copy(out, 4);
  out.writeUInt32BE(checksum ?? crc32(named), 4 + named.length);
  return out;
}

export function header(width: number, height: number, depth = 8, colour = 6, interlace = 0): Buffer {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  data.set([depth, colour, 0, 0, interlace], 8);
  return chunk('IHDR', data);
}

export const ending = chunk('IEND', Buffer.alloc(0));

export function file(...chunks: readonly Buffer[]): Buffer {
  return Buffer.concat([pngSignature, ...chunks]);
}

/** A red ring with a bar across it on nothing, RGBA. */
export function ring(size: number): Buffer {
  const rows = Buffer.alloc(size * (1 + size * 4));
  for (let y = 0; y < size; y += 1)
    for (let x = 0; x < size; x += 1) {
      const far = Math.hypot(x - size / 2, y - size / 2) / size;
      const isInk = (far > 0.42 && far < 0.48) || (Math.abs(y - size / 2) < size / 16 && far < 0.3);
      rows.set(isInk ? [200, 16, 46, 255] : [0, 0, 0, 0], y * (1 + size * 4) + 1 + x * 4);
    }
  return file(header(size, size), chunk('IDAT', deflateSync(rows)), ending);
}
