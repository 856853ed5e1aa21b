import assert from 'node:assert/strict';
import { type AccessLine, accessLine } from '../../src/hosting/access.ts';
import { type LoginLine, loginLine, loginOutcomes, parseLogin } from '../../src/hosting/login.ts';
import { AccessSummer } from '../../src/measure/readers/access.ts';
import type { Random } from './random.ts';
import { type FuzzTarget, tryInputs } from './target.ts';

interface Pair {
  readonly access: AccessLine;
  readonly login: LoginLine;
}

/** The writers of both logs against both readers: whatever a visitor sends, one line, and the same is read out of it. */
export const lines: FuzzTarget = {
  name: 'lines',
  about: 'a line of either log is one line that gives back what was written, whatever a visitor sent',
  run: (random, count) => {
    const summer = new AccessSummer({ plane: 'fuzz', names: null, isOurs: () => false });
    return tryInputs<Pair>(random, count, {
      make: (own) => ({ access: access(own), login: login(own) }),
      check: ({ access, login }) => {
        checkAccess(access, summer);
        checkLogin(login);
      },
      smaller,
      show: (pair) => Buffer.from(JSON.stringify(pair, null, 2)),
    });
  },
};

const oddities = [
  '\t',
  '\n',
  '\r',
  '\0',
  '"',
  '\\',
  '\\x0A',
  '\u0085',
  '\u2028',
  '\ud800',
  '\udc00',
  '😀',
  '中',
];

function text(random: Random): string {
  let made = '';
  for (let left = random.size(24); left > 0; left -= 1) {
    made += random.chance(0.5) ? random.pick(oddities) : String.fromCharCode(random.below(0x180));
  }
  return made;
}

function access(random: Random): AccessLine {
  const durationMs = random.chance(0.1) ? random.below(86_400_000) : random.below(3000) + 0.4;
  const asked = random.chance(0.5);
  return {
    host: random.chance(0.5) ? 'www.example.com' : text(random),
    endedMs: 1_793_500_020_000 + random.below(60_000) + random.pick([0, 0.5, 0.9996]),
    durationMs,
    headMs: random.chance(0.1) ? null : random.below(durationMs + 1),
    upstreamHeadMs: asked && random.chance(0.9) ? random.below(durationMs + 1) : null,
    upstreamDurationMs: asked ? durationMs : null,
    status: random.pick([0, 101, 200, 304, 404, 502, 599]),
    bytesIn: random.size(2 ** 40),
    bytesOut: random.size(2 ** 40),
    client: random.chance(0.9) ? `10.0.0.${random.below(256)}` : text(random),
    probe: random.chance(0.8) ? '' : text(random),
    type: random.chance(0.8) ? 'text/html' : text(random),
    scheme: random.pick(['http', 'https']),
    method: random.chance(0.8) ? 'GET' : text(random),
    target: text(random),
    referer: text(random),
    agent: text(random),
  };
}

function login(random: Random): LoginLine {
  return {
    atMs: random.below(2 ** 41),
    host: random.chance(0.5) ? '-' : text(random),
    account: text(random),
    client: text(random),
    tls: random.chance(0.5),
    outcome: random.pick(loginOutcomes),
    tookMs: random.size(2 ** 31),
    probe: random.chance(0.5),
    reply: text(random),
  };
}

function checkAccess(line: AccessLine, summer: AccessSummer): void {
  const written = accessLine(line);
  const fields = fieldsOf(written, 17);
  const kept = ['host', 'client', 'probe', 'type', 'method', 'target', 'referer', 'agent'] as const;
  const places = { host: 0, client: 9, probe: 10, type: 11, method: 13, target: 14, referer: 15, agent: 16 };
  for (const field of kept) assert.deepEqual(unescaped(fields[places[field]]!), bytesOf(line[field]), field);
  assert.equal(Number(fields[1]), Math.round(line.endedMs) / 1000);
  assert.equal(Number(fields[2]), Math.round(line.durationMs) / 1000);
  const understood = summer.lineCount - summer.malformed;
  summer.feed(Buffer.from(written, 'latin1'));
  assert.equal(summer.lineCount - summer.malformed, understood + 1, `not understood: ${written}`);
  if (summer.ready > 0) summer.take(1);
}

function checkLogin(line: LoginLine): void {
  const written = loginLine(line);
  fieldsOf(written, 9);
  const read = parseLogin(written.slice(0, -1));
  assert.ok(read !== null, written);
  for (const field of ['atMs', 'tls', 'outcome', 'tookMs', 'probe'] as const) {
    assert.equal(read[field], line[field], field);
  }
  assert.deepEqual(unescaped(read.client), bytesOf(line.client));
  assert.deepEqual(unescaped(read.reply), bytesOf(line.reply));
}

/** The fields of a line that is one: no control characters but its tabs and its end. */
function fieldsOf(line: string, count: number): readonly string[] {
  const fields = line.slice(0, -1).split('\t');
  assert.equal(fields.length, count);
  assert.ok(line.endsWith('\n'));
  for (const field of fields) assert.match(field, /^[\x20-\x7e]+$/);
  return fields;
}

/** nginx's `\xHH` back to bytes; `-` is nothing. */
function unescaped(field: string): Buffer {
  if (field === '-') return Buffer.alloc(0);
  return Buffer.from(
    field.replaceAll(/\\x([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
}

/** A text that is itself `-` cannot be told from none, which is nginx's way too. */
function bytesOf(text: string): Buffer {
  return text === '-' ? Buffer.alloc(0) : Buffer.from(text, 'utf8');
}

/** Each text of either line without one of its characters. */
function* smaller({ access, login }: Pair): Iterable<Pair> {
  for (const field of ['host', 'client', 'probe', 'type', 'method', 'target', 'referer', 'agent'] as const) {
    for (const shorter of shortened(access[field])) yield { access: { ...access, [field]: shorter }, login };
  }
  for (const field of ['host', 'account', 'client', 'reply'] as const) {
    for (const shorter of shortened(login[field])) yield { access, login: { ...login, [field]: shorter } };
  }
}

function* shortened(text: string): Iterable<string> {
  if (text.length > 1) yield '';
  for (let at = 0; at < text.length; at += 1) yield text.slice(0, at) + text.slice(at + 1);
}
