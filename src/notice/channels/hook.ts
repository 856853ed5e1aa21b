import { lookup as resolve } from 'node:dns/promises';
import { request } from 'node:https';
import { BlockList, isIP } from 'node:net';
import { oneLine } from '../message.ts';

/** A request to a customer's own address on the web: over HTTPS, to public addresses only, following nothing. */

export interface HookAnswer {
  /** `sent`: taken (2xx). `refused`: gone for good (404, 410). `later`: any other answer, or none. `forbidden`: no public address. */
  readonly outcome: 'sent' | 'refused' | 'later' | 'forbidden';
  /** One line: the status, or why there was none. */
  readonly said: string;
  /** What it answered, at most 4 KiB. */
  readonly body: string;
}

/** Resolves for whatever the other side does, within ten seconds. */
export type Hook = (
  url: string,
  text: string,
  headers: Readonly<Record<string, string>>,
) => Promise<HookAnswer>;

export interface HookOptions {
  /** Which addresses may be connected to. */
  readonly admits: (address: string) => boolean;
  readonly resolve: (name: string) => Promise<readonly string[]>;
  /** PEM of an authority besides the usual ones. */
  readonly authority: string | null;
  readonly wholeMs: number;
}

const usual: HookOptions = {
  admits: isPublic,
  resolve: async (name) => (await resolve(name, { all: true })).map((one) => one.address),
  authority: null,
  wholeMs: 10_000,
};
const replyBytes = 4096;

/** The name is looked up once, and the connection goes to the address that was looked at (no second answer of a resolver counts). */
export function hookChannel(options: Partial<HookOptions> = {}): Hook {
  const { admits, resolve: addresses, authority, wholeMs } = { ...usual, ...options };
  return async (url, text, headers) => {
    const at = new URL(url);
    const forbidden = { outcome: 'forbidden', said: 'no public address', body: '' } as const;
    if (at.protocol !== 'https:' || isIP(at.hostname.replace(/^\[|\]$/g, '')) !== 0) return forbidden;
    const signal = AbortSignal.timeout(wholeMs);
    try {
      const found = await within(addresses(at.hostname), signal);
      const [address] = found;
      if (address === undefined || !found.every(admits)) return forbidden;
      return await send(at, address, { text, headers, authority, signal });
    } catch (error) {
      const said = signal.aborted
        ? 'no answer in time'
        : String(error instanceof Error ? error.message : error);
      return { outcome: 'later', said: oneLine(said).slice(0, 500), body: '' };
    }
  };
}

interface Sent {
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly authority: string | null;
  readonly signal: AbortSignal;
}

function send(url: URL, address: string, { text, headers, authority, signal }: Sent): Promise<HookAnswer> {
  return new Promise((done, fail) => {
    const sent = request(
      {
        host: address,
        servername: url.hostname,
        port: url.port === '' ? 443 : Number(url.port),
        path: `${url.pathname}${url.search}`,
        method: 'POST',
        agent: false,
        signal,
        minVersion: 'TLSv1.2',
        ...(authority === null ? {} : { ca: authority }),
        headers: { ...headers, host: url.host, 'content-length': Buffer.byteLength(text) },
      },
      (answer) => {
        const parts: Buffer[] = [];
        let size = 0;
        const end = (): void => {
          const body = Buffer.concat(parts).subarray(0, replyBytes).toString('utf8');
          done({ ...outcomeOf(answer.statusCode ?? 0), body });
        };
        answer.on('data', (part: Buffer) => {
          parts.push(part);
          size += part.length;
          // Whoever talks on is not listened to.
          if (size > replyBytes) {
            end();
            sent.destroy();
          }
        });
        answer.on('end', end);
        answer.on('error', fail);
      },
    );
    sent.on('error', fail);
    sent.end(text);
  });
}

function outcomeOf(status: number): Pick<HookAnswer, 'outcome' | 'said'> {
  const said = `HTTP ${status}`;
  if (status >= 200 && status < 300) return { outcome: 'sent', said };
  return { outcome: status === 404 || status === 410 ? 'refused' : 'later', said };
}

async function within<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const late = Promise.withResolvers<never>();
  const end = (): void => late.reject(new Error('no answer in time'));
  signal.addEventListener('abort', end, { once: true });
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    signal.removeEventListener('abort', end);
  }
}

/** What is nobody's on the public internet (RFC 6890, and multicast). */
const special = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  special.addSubnet(net, bits, 'ipv4');

/** Global unicast, without what embeds an IPv4 address or is for documents. */
const global6 = new BlockList();
global6.addSubnet('2000::', 3, 'ipv6');
const special6 = new BlockList();
for (const [net, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  special6.addSubnet(net, bits, 'ipv6');

export function isPublic(address: string): boolean {
  if (isIP(address) === 4) return !special.check(address, 'ipv4');
  return isIP(address) === 6 && global6.check(address, 'ipv6') && !special6.check(address, 'ipv6');
}
