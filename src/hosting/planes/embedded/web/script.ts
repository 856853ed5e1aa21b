import { AnswerReader, type ScriptHead } from './answer.ts';
import { type Body, noBody, receive } from './body.ts';
import { callScript } from './fastcgi.ts';
import { answerFault } from './fault.ts';
import { field, type Head } from './parser.ts';
import type { Place } from './place.ts';
import type { Site } from './site.ts';
import type { Visit } from './visit.ts';
import type { WebWorld } from './world.ts';

type Script = Extract<Place, { kind: 'script' }>;

/**
 * Runs a script. Its request is received whole before it starts, so that the time from there to the first byte
 * of its answer, which clause 2-4.1 speaks of, holds nothing of the client's line.
 */
export async function runScript(world: WebWorld, visit: Visit, site: Site, script: Script, query: string) {
  const body = visit.hasBody ? await receive(visit, world.temporary, world.limits.bodyBytes) : noBody;
  if (body === 'left') return;
  if (body === 'too-large') return answerFault(world, visit, site, 413);
  const startMs = world.tick();
  visit.link.waiting += 1;
  try {
    await converse(world, visit, site, script, query, body, startMs);
  } finally {
    visit.link.waiting -= 1;
    await body.drop();
  }
}

async function converse(
  world: WebWorld,
  visit: Visit,
  site: Site,
  script: Script,
  query: string,
  body: Body,
  startMs: number,
) {
  const stop = new AbortController();
  let late = false;
  const deadline = setTimeout(() => {
    late = true;
    stop.abort();
  }, world.limits.scriptMs);
  const onLeft = () => {
    visit.upstreamDurationMs ??= world.tick() - startMs;
    stop.abort();
  };
  // Before the line is written: a client that left has waited, and that is told.
  visit.onLeft = onLeft;
  try {
    const { socket, folder } = await world.pools.ready(site.spec.host);
    const params = paramsOf(visit, `${folder}/web`, script, query, body.size);
    const onStderr = () => undefined;
    const output = callScript({ socket, params, body, signal: stop.signal, onStderr });
    await relay(visit, output, startMs, deadline);
  } catch (error) {
    if (visit.left) return;
    visit.upstreamDurationMs = world.tick() - startMs;
    if (!late && visit.headMs === null) world.onError(error);
    // Half an answer cannot be taken back: visit.answer ends the connection then, so that nobody takes it for a whole one.
    await answerFault(world, visit, site, late ? 504 : 502);
  } finally {
    clearTimeout(deadline);
    visit.onLeft = null;
  }
}

/** Passes the answer on as it comes; the client's pace is the script's. `deadline` starts anew with each piece. */
async function relay(visit: Visit, output: AsyncIterable<Buffer>, startMs: number, deadline: NodeJS.Timeout) {
  const reader = new AnswerReader();
  let left: number | null = null;
  let headed = false;
  for await (const bytes of output) {
    visit.upstreamHeadMs ??= visit.tick() - startMs;
    let piece = bytes;
    if (!headed) {
      const taken = reader.take(bytes);
      if (taken === null) continue;
      headed = true;
      left = sendHead(visit, taken.head);
      piece = taken.rest;
    }
    if (left !== null) {
      piece = piece.subarray(0, left);
      left -= piece.length;
    }
    deadline.refresh();
    if (piece.length === 0) visit.flush();
    else if (!visit.write(piece)) await visit.link.drained();
    deadline.refresh();
  }
  visit.upstreamDurationMs = visit.tick() - startMs;
  if (!headed) throw new Error('the script ended without an answer');
  if (left !== null && left > 0 && visit.method !== 'HEAD')
    throw new Error('the script promised more than it sent');
  if (!visit.left) visit.end();
}

/** Returns how many bytes the head promises; null: none said, the end of the output is the end. */
function sendHead(visit: Visit, head: ScriptHead): number | null {
  const bare = head.status === 204 || head.status === 304;
  const fields =
    head.bytes === null || bare ? head.fields : [...head.fields, 'Content-Length', String(head.bytes)];
  visit.head(head.status, fields, head.type);
  return bare ? 0 : head.bytes;
}

/** The meta-variables of RFC 3875 §4.1, as nginx's fastcgi_params names them; `web` as the script sees it. */
function paramsOf(
  visit: Visit,
  web: string,
  script: Script,
  query: string,
  size: number,
): [string, string][] {
  const { request, link } = visit;
  const { socket } = link;
  const root = octets(web);
  const params: [string, string][] = [
    ['GATEWAY_INTERFACE', 'CGI/1.1'],
    ['SERVER_SOFTWARE', 'hostpledge'],
    ['SERVER_PROTOCOL', `HTTP/1.${request.minor}`],
    ['SERVER_NAME', visit.host],
    ['SERVER_ADDR', plain(socket.localAddress)],
    ['SERVER_PORT', String(socket.localPort ?? '')],
    ['REMOTE_ADDR', link.client],
    ['REMOTE_PORT', String(socket.remotePort ?? '')],
    ['REQUEST_SCHEME', link.scheme],
    ['REQUEST_METHOD', visit.method],
    ['REQUEST_URI', request.target],
    ['QUERY_STRING', query],
    ['DOCUMENT_ROOT', root],
    ['DOCUMENT_URI', octets(script.name + script.info)],
    ['SCRIPT_NAME', octets(script.name)],
    ['SCRIPT_FILENAME', root + octets(script.name)],
    ['CONTENT_TYPE', field(request, 'content-type') ?? ''],
    ['CONTENT_LENGTH', visit.hasBody ? String(size) : ''],
    // php-cgi's guard against being called directly.
    ['REDIRECT_STATUS', '200'],
  ];
  if (script.info !== '') params.push(['PATH_INFO', octets(script.info)]);
  if (link.scheme === 'https') params.push(['HTTPS', 'on']);
  return [...params, ...fieldParams(request)];
}

/**
 * `Accept-Language` → `HTTP_ACCEPT_LANGUAGE`. A name with an underscore would pass for another field's, and
 * `Proxy` for the variable that programs read their proxy from (httpoxy, CVE-2016-5385): both are left out.
 */
function fieldParams({ fields }: Head): [string, string][] {
  const values = new Map<string, string>();
  for (let at = 0; at < fields.length; at += 2) {
    const [name, value] = [fields[at]!, fields[at + 1]!];
    if (!/^[a-z0-9-]+$/.test(name) || unpassed.has(name)) continue;
    const before = values.get(name);
    if (before === undefined) values.set(name, value);
    // RFC 9110 §5.3; cookies that were sent apart belong together otherwise (RFC 6265bis §4.2.1).
    else if (!single.has(name)) values.set(name, `${before}${name === 'cookie' ? '; ' : ', '}${value}`);
  }
  return [...values].map(([name, value]) => [`HTTP_${name.toUpperCase().replaceAll('-', '_')}`, value]);
}

const unpassed: ReadonlySet<string> = new Set(['proxy', 'content-type', 'content-length']);
/** Of these a second one is not for joining: the first counts. */
const single: ReadonlySet<string> = new Set(
  'authorization from host if-modified-since if-range if-unmodified-since max-forwards range referer user-agent'.split(
    ' ',
  ),
);

/** Our own strings as UTF-8 bytes in Latin-1 clothes, which is how the framing takes all of them. */
function octets(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

function plain(address: string | undefined): string {
  return (address ?? '').replace(/^::ffff:/, '');
}
