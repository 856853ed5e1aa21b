import assert from 'node:assert/strict';
import { ChunkReader } from '../../src/hosting/planes/embedded/web/chunk.ts';
import { badStart, type Head, parseHead } from '../../src/hosting/planes/embedded/web/parser.ts';
import type { Random } from './random.ts';
import { type FuzzTarget, tryInputs, withoutBytes } from './target.ts';

/** What a client sends on one connection, cut anywhere: which requests it is, and where it stops being any. */
export const http: FuzzTarget = {
  name: 'http',
  about:
    'bytes are the same requests however they were cut, and those that a plain reading of RFC 9112 finds',
  run: (random, count) =>
    tryInputs<Buffer>(random, count, { make: stream, check, smaller: withoutBytes, show: (bytes) => bytes }),
};

const heads = [
  'GET / HTTP/1.1\r\nHost: h1.test\r\n\r\n',
  'GET /a%2fb?x HTTP/1.1\r\nHost: h1.test\r\n\r\n',
  'POST /x HTTP/1.1\r\nHost: h1.test\r\nContent-Length: 5\r\n\r\n12345',
  'POST /x HTTP/1.1\r\nHost: h1.test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n0\r\n\r\n',
  'POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\na;x="\\""\r\n0123456789\r\n0\r\nT: v\r\n\r\n',
  'HEAD * HTTP/1.0\r\n\r\n',
];
const pieces = [
  ...['GET ', 'POST ', '/', '*', 'http://h2.test/', ' HTTP/1.1', ' HTTP/1.0', ' HTTP/2.0', ' HTTP/1.9'],
  ...['\r\n', '\r\n', '\r\n\r\n', '\n', '\r', '\n\n', ' ', '\t', ':', '\0', '\x7f', '\x0b', '\xa0', '\x85'],
  ...[
    'Host: h1.test\r\n',
    'host:h2.test\r\n',
    'Host : x\r\n',
    ' folded\r\n',
    '\tfolded\r\n',
    'X: a\x01b\r\n',
  ],
  ...[
    'Content-Length: 3\r\n',
    'Content-Length: 3, 3\r\n',
    'Content-Length: +3\r\n',
    'Content-Length: 0x3\r\n',
  ],
  ...['Content-Length:\r\n', 'content-length: 99999999999999999999\r\n', 'Content-Length: 3 \r\n'],
  ...[
    'Transfer-Encoding: chunked\r\n',
    'Transfer-Encoding: gzip, chunked\r\n',
    'transfer-encoding:\tCHUNKED\r\n',
  ],
  ...['Transfer-Encoding: xchunked\r\n', 'Transfer-Encoding: identity\r\n', 'Transfer_Encoding: chunked\r\n'],
  ...[
    'Connection: close\r\n',
    'Connection: keep-alive, x\r\n',
    'Expect: 100-continue\r\n',
    'Range: bytes=0-\r\n',
  ],
  ...[
    '0\r\n\r\n',
    '3\r\nabc\r\n',
    '3\nabc\n',
    'fffffffffffff\r\n',
    'ffffffffffffff\r\n',
    '-1\r\n',
    '0x3\r\n',
    '3 \r\n',
  ],
  ...['3;a=b\r\nabc\r\n', '3;\r\nabc\r\n', '3;a="\r\n', 'abc', '12345'],
];

function stream(random: Random): Buffer {
  const made: Buffer[] = [];
  for (let left = 1 + random.size(5); left > 0; left -= 1) {
    if (random.chance(0.5)) made.push(Buffer.from(spoiled(random, random.pick(heads)), 'latin1'));
    else if (random.chance(0.95)) made.push(Buffer.from(random.pick(pieces), 'latin1'));
    else made.push(random.bytes(1 + random.size(20)));
  }
  if (random.chance(0.003)) {
    const [most, filler] = [random.pick([8200, 16_400, 40_000]), random.pick(['x', 'X: y\r\n', ' ', '\r\n'])];
    made.splice(random.below(made.length + 1), 0, Buffer.from(filler.repeat(most / filler.length), 'latin1'));
  }
  return Buffer.concat(made);
}

/** With pieces put in anywhere, mostly at the end of a line. */
function spoiled(random: Random, text: string): string {
  let out = text;
  for (let left = random.size(3); left > 0; left -= 1) {
    const line = out.indexOf('\r\n', random.below(out.length));
    const at = random.chance(0.8) && line >= 0 ? line + 2 : random.below(out.length);
    const cut = random.chance(0.2) ? 1 + random.below(3) : 0;
    out = out.slice(0, at) + random.pick(pieces) + out.slice(at + cut);
  }
  return out;
}

interface Read {
  readonly line: string;
  readonly body: string;
}

interface Reading {
  /** Requests that are whole. */
  readonly requests: readonly Read[];
  readonly end: 'more' | 'refused';
}

function check(bytes: Buffer): void {
  const whole = ours([bytes]);
  const third = Math.floor(bytes.length / 3);
  const cuts = [bytes.subarray(0, third), bytes.subarray(third, third + 1), bytes.subarray(third + 1)];
  assert.deepEqual(ours(cuts), whole, 'cut in three');
  if (bytes.length < 300 && bytes.length % 5 === 0) {
    const single = Array.from(bytes, (_, at) => bytes.subarray(at, at + 1));
    assert.deepEqual(ours(single), whole, 'byte by byte');
  }
  assert.deepEqual(whole, plain(bytes.toString('latin1')), 'a plain reading');
}

/** As a connection reads it, without its socket: one head or one body at a time. */
function ours(packets: readonly Buffer[]): Reading {
  const requests: Read[] = [];
  let held: Buffer = Buffer.alloc(0);
  let under: Body | null = null;
  for (const packet of packets) {
    held = Buffer.concat([held, packet]);
    while (under !== null || held.length > 0) {
      if (under !== null) {
        held = held.subarray(under.take(held));
        if (under.fault) return { requests, end: 'refused' };
        if (!under.isWhole) break;
        requests.push(told(under.head, under.text));
        under = null;
        continue;
      }
      const text = held.toString('latin1');
      const from = text.startsWith('\r\n') ? 2 : 0;
      const end = text.indexOf('\r\n\r\n', from);
      const head = end < 0 ? badStart(text, from) : parseHead(text, from, end);
      if (head === null) break;
      if ('why' in head) return { requests, end: 'refused' };
      held = held.subarray(end + 4);
      under = new Body(head);
    }
  }
  return { requests, end: 'more' };
}

class Body {
  readonly head: Head;
  readonly #chunks: ChunkReader | null;
  text = '';

  constructor(head: Head) {
    this.head = head;
    this.#chunks = head.bodyBytes < 0 ? new ChunkReader() : null;
  }

  get isWhole(): boolean {
    return this.#chunks?.done ?? this.text.length === this.head.bodyBytes;
  }

  get fault(): boolean {
    return (this.#chunks?.fault ?? null) !== null;
  }

  take(bytes: Buffer): number {
    const add = (piece: Buffer): void => {
      this.text += piece.toString('latin1');
    };
    if (this.#chunks !== null) return this.#chunks.take(bytes, 0, add);
    const piece = bytes.subarray(0, this.head.bodyBytes - this.text.length);
    add(piece);
    return piece.length;
  }
}

function told({ method, target, minor, host, keeps }: Head, body: string): Read {
  return { line: `${method} ${target} ${minor} ${host ?? '-'} ${keeps}`, body };
}

/** The second reading: RFC 9112 by lists of lines and regular expressions, without a thought of speed or packets. */
function plain(all: string): Reading {
  const requests: Read[] = [];
  let rest = all;
  while (rest !== '') {
    const text = rest.startsWith('\r\n') ? rest.slice(2) : rest;
    const end = text.indexOf('\r\n\r\n');
    if (end < 0) return { requests, end: isHopeless(text) ? 'refused' : 'more' };
    const head = plainHead(text.slice(0, end));
    if (head === null) return { requests, end: 'refused' };
    rest = text.slice(end + 4);
    const body = head.length < 0 ? plainChunks(rest) : plainBytes(rest, head.length);
    if (body === 'more' || body === 'refused') return { requests, end: body };
    requests.push({ line: head.line, body: body.text });
    rest = rest.slice(body.bytes);
  }
  return { requests, end: 'more' };
}

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const requestLine = new RegExp(`^(${token}) ([\\x21-\\x7e\\x80-\\xff]+) HTTP/1\\.(\\d)$`);
const fieldLine = new RegExp(`^(${token}):([\\t\\x20-\\x7e\\x80-\\xff]*)$`);

/** No more bytes can make a head of it. */
function isHopeless(text: string): boolean {
  const lines = text.split('\r\n');
  const last = lines.pop()!.replace(/\r$/, '');
  const odd = [...lines, last].some((line) => /[^\t\x20-\x7e\x80-\xff]/.test(line));
  return text.length > 16_384 || odd || (lines.length > 0 && !isRequestLine(lines[0]!));
}

function isRequestLine(line: string): boolean {
  const parts = requestLine.exec(line);
  return parts !== null && parts[1]!.length <= 32 && parts[2]!.length <= 8192;
}

/** Null: refused. `length` −1: chunks. */
function plainHead(text: string): { readonly line: string; readonly length: number } | null {
  const [first = '', ...lines] = text.split('\r\n');
  const parts = requestLine.exec(first);
  if (text.length + 4 > 16_384 || !isRequestLine(first) || lines.length > 100 || parts === null) return null;
  const fields: (readonly [string, string])[] = [];
  for (const line of lines) {
    const field = fieldLine.exec(line);
    if (field === null) return null;
    fields.push([field[1]!.toLowerCase(), field[2]!.replace(/^[\t ]+|[\t ]+$/g, '')]);
  }
  const all = (name: string): string[] => fields.filter(([one]) => one === name).map(([, value]) => value);
  const [hosts, lengths, codings] = [all('host'), all('content-length'), all('transfer-encoding')];
  const minor = parts[3] === '0' ? 0 : 1;
  if (lengths.length + codings.length > 1) return null;
  if (lengths.some((value) => !/^\d{1,15}$/.test(value))) return null;
  if (codings.some((value) => minor === 0 || value.toLowerCase() !== 'chunked')) return null;
  const options = all('connection').flatMap((list) =>
    list
      .toLowerCase()
      .split(',')
      .map((one) => one.trim()),
  );
  const keeps = !options.includes('close') && (minor === 1 || options.includes('keep-alive'));
  const line = `${parts[1]} ${parts[2]} ${minor} ${hosts.length === 1 ? hosts[0] : '-'} ${keeps}`;
  return { line, length: codings.length === 1 ? -1 : Number(lengths[0] ?? 0) };
}

type Taken = 'more' | 'refused' | { readonly text: string; readonly bytes: number };

function plainBytes(text: string, length: number): Taken {
  return text.length < length ? 'more' : { text: text.slice(0, length), bytes: length };
}

const quoted = '"(?:[^"\\\\\\x00-\\x08\\x0a-\\x1f\\x7f]|\\\\[\\t\\x20-\\x7e\\x80-\\xff])*"';
const sizeLine = new RegExp(
  `^([0-9a-fA-F]{1,13})((?:[\\t ]*;[\\t ]*${token}(?:[\\t ]*=[\\t ]*(?:${token}|${quoted}))?)*)$`,
);

function plainChunks(all: string): Taken {
  let [rest, text, besides] = [all, '', 0];
  const line = (): string | null => {
    const end = rest.indexOf('\n');
    const found = end < 0 ? null : rest.slice(0, end + 1);
    if (found !== null) rest = rest.slice(end + 1);
    return found;
  };
  for (;;) {
    if (rest.length > 4096 && !rest.slice(0, 4096).includes('\n')) return 'refused';
    const head = line();
    if (head === null) return 'more';
    const parts = head.endsWith('\r\n') ? sizeLine.exec(head.slice(0, -2)) : null;
    besides += parts?.[2]?.length ?? 0;
    if (parts === null || head.length > 4096 || besides > 4096) return 'refused';
    const size = Number.parseInt(parts[1]!, 16);
    if (size === 0) break;
    if (rest.length < size) return 'more';
    text += rest.slice(0, size);
    rest = rest.slice(size);
    // More data than the size said is known as soon as its line ends, or grows too long.
    const after = rest.indexOf('\n');
    if (after < 0) return rest.length > 4096 ? 'refused' : 'more';
    if (rest.slice(0, after + 1) !== '\r\n') return 'refused';
    rest = rest.slice(2);
  }
  for (;;) {
    if (rest.length > 4096 && !rest.slice(0, 4096).includes('\n')) return 'refused';
    const trailer = line();
    if (trailer === null) return 'more';
    if (trailer === '\r\n') return { text, bytes: all.length - rest.length };
    besides += trailer.length - 2;
    if (!trailer.endsWith('\r\n') || !fieldLine.test(trailer.slice(0, -2))) return 'refused';
    if (trailer.length > 4096 || besides > 4096) return 'refused';
  }
}
