/**
 * One access-log line per request, tab-separated, the same for every plane; `docs/access-log.md` gives the
 * nginx `log_format` that writes it. Strings are escaped as nginx's `escape=default` does: `"`, `\`, bytes
 * below 32 and above 126 become `\xHH`, so neither a tab nor a line end can be forged. `-` is "none".
 */
export const accessFields = [
  'host', // 0  $host: as asked, lower case, without port
  'ended', // 1  $msec: seconds.milliseconds, when the last byte had gone out
  'duration', // 2  $request_time: seconds.milliseconds from the first byte read to the end
  'head', // 3  $request_time frozen when the response head went out; empty or - : no head was sent
  'upstreamHead', // 4  $upstream_header_time: a list when several upstreams were tried
  'upstreamDuration', // 5  $upstream_response_time: a list likewise
  'status', // 6  $status
  'bytesIn', // 7  $request_length: request line, headers and body
  'bytesOut', // 8  $bytes_sent: head and body
  'client', // 9  $remote_addr
  'probe', // 10 $http_x_hostpledge_probe: see hosting/mark.ts
  'type', // 11 $sent_http_content_type
  'scheme', // 12 $scheme
  'method', // 13 $request_method
  'target', // 14 $request_uri
  'referer', // 15 $http_referer
  'agent', // 16 $http_user_agent
] as const;

export interface AccessLine {
  readonly host: string;
  /** Epoch ms when the last byte had gone out. */
  readonly endedMs: number;
  readonly durationMs: number;
  /** From the first byte read to the head going out; null: no head was sent (the client left, or the server never answered). */
  readonly headMs: number | null;
  /** From the whole request received to the first byte of the answer, for what a script answered; null: answered by the server itself. */
  readonly upstreamHeadMs: number | null;
  readonly upstreamDurationMs: number | null;
  readonly status: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly client: string;
  readonly probe: string;
  readonly type: string;
  readonly scheme: 'http' | 'https';
  readonly method: string;
  readonly target: string;
  readonly referer: string;
  readonly agent: string;
}

/** The line with its line end. An unsent head of an upstream that was asked is `-`, as nginx writes it. */
export function accessLine(line: AccessLine): string {
  const { headMs, upstreamHeadMs, upstreamDurationMs } = line;
  // One expression and no list: a busy plane writes tens of thousands of lines a second.
  return `${escaped(line.host)}\t${seconds(line.endedMs)}\t${seconds(line.durationMs)}\t${
    headMs === null ? '-' : seconds(headMs)
  }\t${upstreamHeadMs === null ? '-' : seconds(upstreamHeadMs)}\t${
    upstreamDurationMs === null ? '-' : seconds(upstreamDurationMs)
  }\t${line.status}\t${line.bytesIn}\t${line.bytesOut}\t${escaped(line.client)}\t${escaped(line.probe)}\t${escaped(
    line.type,
  )}\t${line.scheme}\t${escaped(line.method)}\t${escaped(line.target)}\t${escaped(line.referer)}\t${escaped(line.agent)}\n`;
}

const thousandths = Array.from({ length: 1000 }, (_, ms) => `.${String(ms).padStart(3, '0')}`);

/** Milliseconds, rounded to whole ones, as seconds with three decimals. */
function seconds(ms: number): string {
  const rounded = Math.round(ms);
  // Small whole numbers are turned to text several times faster than others.
  const whole = rounded < 2_147_483_648_000 ? (rounded / 1000) | 0 : Math.floor(rounded / 1000);
  return `${whole}${thousandths[rounded - whole * 1000]}`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must be escaped
const unsafe = /["\\\u0000-\u001f\u007f-\uffff]/;

/** nginx's `escape=default` over the UTF-8 bytes; the empty string is `-`. */
export function escaped(text: string): string {
  if (text === '') return '-';
  if (!unsafe.test(text)) return text;
  let out = '';
  for (const byte of Buffer.from(text, 'utf8')) {
    const plain = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c;
    out += plain ? String.fromCharCode(byte) : `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return out;
}
