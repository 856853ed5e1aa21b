/** RFC 959 §5.3 names no longest line; RFC 1123 asks for room. Longer ones are an attack or a broken client. */
export const maxLineBytes = 4096;

const lf = 0x0a;
const cr = 0x0d;

/** Telnet's interrupt and data mark, which clients send before ABOR (RFC 959 §4.1.3): IAC IP IAC DM. */
const telnet: ReadonlySet<number> = new Set([0xff, 0xf4, 0xf2]);

/** Cuts the bytes of a control connection into lines; a line may come in any number of pieces. */
export interface Splitter {
  /** The lines that `chunk` completed, in order. Null: a line grew past the limit, and nothing after it can be trusted. */
  push(chunk: Buffer): Buffer[] | null;
  /** Bytes of a line that has not ended yet. */
  pending(): number;
  /** Forgets a half line: what came in the clear must not be read as if it had come under TLS. */
  clear(): void;
}

export function createSplitter(): Splitter {
  let rest: Buffer = Buffer.alloc(0);
  return {
    push: (chunk) => {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const lines: Buffer[] = [];
      let from = 0;
      for (let at = bytes.indexOf(lf); at !== -1; at = bytes.indexOf(lf, from)) {
        if (at - from > maxLineBytes) return null;
        lines.push(bytes.subarray(from, at > from && bytes[at - 1] === cr ? at - 1 : at));
        from = at + 1;
      }
      rest = bytes.subarray(from);
      return rest.length > maxLineBytes ? null : lines;
    },
    pending: () => rest.length,
    clear: () => {
      rest = Buffer.alloc(0);
    },
  };
}

export interface Command {
  /** Upper case; '' when the line has none. */
  readonly verb: string;
  /** Exactly what followed the one space: names may begin or end with spaces. */
  readonly argument: string;
}

/** Bytes that are not UTF-8 come out as U+FFFD, which no name may hold (path.ts), so they reach no file. */
export function parseCommand(line: Buffer): Command {
  let from = 0;
  while (from < line.length && telnet.has(line[from]!)) from += 1;
  const text = line.subarray(from).toString('utf8');
  const space = text.indexOf(' ');
  const verb = (space === -1 ? text : text.slice(0, space)).toUpperCase();
  return { verb, argument: space === -1 ? '' : text.slice(space + 1) };
}
