/** RFC 959 §5.3 names no longest line; RFC 1123 asks for room. Longer ones are an attack or a broken client. */
export const maxLineBytes = 4096;

const lf = 0x0a;
const cr = 0x0d;

/**
 * Keeps the bytes of a control connection and cuts lines off them one at a time, however the packets were cut: a
 * packet of 65,536 empty lines costs its bytes and no more.
 */
export interface Splitter {
  push(chunk: Buffer): void;
  /** The next whole line; null when there is none yet. */
  next(): Buffer | null;
  /** A line grew past the limit: nothing after it can be trusted, and nothing more is kept. */
  overlong(): boolean;
  /** Bytes that are kept. */
  pending(): number;
  /** Forgets what is kept: what came in the clear must not be read as if it had come under TLS. */
  clear(): void;
}

const empty = Buffer.alloc(0);

export function createSplitter(): Splitter {
  let kept: Buffer = empty;
  let from = 0;
  let overlong = false;

  function stop(): null {
    overlong = true;
    kept = empty;
    from = 0;
    return null;
  }

  return {
    push: (chunk) => {
      if (overlong) return;
      kept = from === kept.length ? chunk : Buffer.concat([kept.subarray(from), chunk]);
      from = 0;
    },
    next: () => {
      const at = kept.indexOf(lf, from);
      if ((at === -1 ? kept.length : at) - from > maxLineBytes) return stop();
      if (at === -1) {
        // A copy, so that half a line does not hold on to the packet that it came in.
        if (from > 0) kept = Buffer.from(kept.subarray(from));
        from = 0;
        return null;
      }
      const line = kept.subarray(from, at > from && kept[at - 1] === cr ? at - 1 : at);
      from = at + 1;
      return line;
    },
    overlong: () => overlong,
    pending: () => kept.length - from,
    clear: () => {
      kept = empty;
      from = 0;
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
  const text = (line.includes(iac) ? withoutTelnet(line) : line).toString('utf8');
  const space = text.indexOf(' ');
  const word = space === -1 ? text : text.slice(0, space);
  // Upper case of ASCII only: `ſTOR`.toUpperCase() is STOR, which nobody in between would have seen coming.
  const verb = /^[\x21-\x7e]*$/.test(word) ? word.toUpperCase() : '';
  return { verb, argument: space === -1 ? '' : text.slice(space + 1) };
}

const iac = 0xff;
const firstCommand = 0xf0;
const will = 0xfb;

/**
 * RFC 854 and 959 §4.1.3: what Telnet puts between the characters, such as IAC IP IAC DM before ABOR (whose DM may
 * have gone another way, as urgent data). Options that are offered are refused by silence: none is ever taken up.
 * 0xFF is in no UTF-8, so a doubled one stays for path.ts to refuse.
 */
function withoutTelnet(line: Buffer): Buffer {
  const kept: number[] = [];
  for (let at = 0; at < line.length; at += 1) {
    const next = line[at + 1] ?? 0;
    if (line[at] !== iac) kept.push(line[at]!);
    else if (next === iac) {
      kept.push(iac);
      at += 1;
    } else if (next >= firstCommand) at += next >= will ? 2 : 1;
  }
  return Buffer.from(kept);
}
