import { createPrivateKey, sign } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { bucketCount } from '../../src/measure/minute.ts';
import { packMinute } from '../../src/measure/pack.ts';
import { readingOf } from '../../src/roles/past.ts';
import { createLink, type Link } from '../../src/wire/link.ts';
import { RawFtp } from '../ftp.ts';
import type { Installation } from '../system/installation.ts';
import { contentOf, type Tally } from './tally.ts';

/** Host of the minutes that the load itself tells: nobody else counts for it. */
export const toldHost = 'h999999';
const minuteMs = 60_000;
const patienceMs = 5000;

export interface Load {
  /** Resolves when everything under way was answered, or never will be. */
  stop(): Promise<void>;
}

/** Visitors with and without a kept connection, an uploader, and one who tells facts and closes a month. */
export function startLoad(one: Installation, tally: Tally, agreement: string, month: Month): Load {
  const ending = new AbortController();
  const { signal } = ending;
  const link = createLink({ socketPath: join(one.data, 'control.sock') }, { timeoutMs: patienceMs });
  const works = [
    visit(one, tally, true, signal),
    visit(one, tally, false, signal),
    upload(one, tally, signal),
    tellLogins(link, tally, signal),
    tellMinutes(link, tally, signal),
    closeAgain(link, tally, { data: one.data, agreement, ...month }, signal),
  ];
  return {
    stop: async () => {
      ending.abort();
      await Promise.all(works);
      link.close();
    },
  };
}

let numbers = 0;

async function visit(one: Installation, tally: Tally, kept: boolean, signal: AbortSignal): Promise<void> {
  const agent = new Agent({ keepAlive: kept, maxSockets: 1 });
  while (!signal.aborted) {
    numbers += 1;
    await ask(one, tally, numbers, kept, agent);
    await delay(20);
  }
  agent.destroy();
}

function ask(one: Installation, tally: Tally, number: number, kept: boolean, agent: Agent): Promise<void> {
  const { hostname, port } = new URL(one.ready.hosts.http);
  const asked = { sent: Date.now(), answered: null as number | null, kept };
  tally.asked.set(number, asked);
  return new Promise((done) => {
    const path = `/?n=${number}`;
    const headers = { host: 'demo.localhost' };
    const sent = request({ hostname, port, path, agent, headers, timeout: patienceMs }, (answer) => {
      answer.on('end', () => {
        if (answer.complete) asked.answered = Date.now();
        if (answer.complete && answer.statusCode !== 200) tally.odd.push(`${number}: ${answer.statusCode}`);
      });
      answer.on('error', () => {});
      answer.on('close', done);
      answer.resume();
    });
    sent.on('timeout', () => sent.destroy());
    sent.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') tally.refused.push(asked.sent);
      done();
    });
    sent.end();
  });
}

/** New files, and five that are written over and over. */
async function upload(one: Installation, tally: Tally, signal: AbortSignal): Promise<void> {
  let version = 0;
  while (!signal.aborted) {
    const session = await login(one).catch(() => null);
    while (session !== null && !signal.aborted) {
      version += 1;
      const name = version % 2 === 0 ? `new-${version}.bin` : `over-${version % 5}.bin`;
      if (!(await store(session, tally, name, version))) break;
      await delay(50);
    }
    session?.end();
    await delay(100);
  }
}

async function login(one: Installation): Promise<RawFtp> {
  const { hostname, port } = new URL(one.ready.hosts.ftp);
  const { account, password } = one.ready.demo!.ftp;
  const socket = connect(Number(port), hostname);
  socket.setTimeout(patienceMs, () => socket.destroy());
  await once(socket, 'connect');
  const session = new RawFtp(socket, Number(port));
  await session.reply();
  const answer = await session.login(account, password);
  if (!answer.startsWith('230')) {
    session.end();
    throw new Error(answer);
  }
  return session;
}

async function store(session: RawFtp, tally: Tally, name: string, version: number): Promise<boolean> {
  const known = tally.uploads.get(name) ?? { sent: new Set(), acknowledged: -1 };
  tally.uploads.set(name, known);
  try {
    known.sent.add(version);
    const done = await session.store(`STOR ${name}`, contentOf(name, version));
    if (!done.last.startsWith('226')) return false;
    known.acknowledged = version;
    return true;
  } catch {
    return false;
  }
}

/** Until the centre has acknowledged it, as a plane would; null when the load ends before. */
async function insist(link: Link, path: string, body: object, signal: AbortSignal): Promise<unknown> {
  while (!signal.aborted) {
    const answer = await link.post(path, body).catch(() => null);
    if (answer?.status === 200) return answer.body;
    if (answer?.status === 422) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
    await delay(100);
  }
  return null;
}

async function tellLogins(link: Link, tally: Tally, signal: AbortSignal): Promise<void> {
  const line = {
    host: 'h000001',
    account: 'knocks',
    client: '127.0.0.1',
    tls: false,
    outcome: 'ok',
    tookMs: 1,
    reply: '230',
  };
  for (let seq = 1; !signal.aborted; seq += 1) {
    tally.told.logins = seq;
    const logins = [{ offset: seq, at: Date.now(), ...line }];
    const body = { spool: 'knocks-logins', seq, file: 'knocks', logins };
    if ((await insist(link, '/planes/p1/logins', body, signal)) === null) return;
    tally.acknowledged.logins.add(seq);
    if (seq % 10 === 0) await tellAgain(link, tally, '/planes/p1/logins', body);
    await delay(60);
  }
}

/** What was acknowledged is known: told again it is not taken in again. */
async function tellAgain(link: Link, tally: Tally, path: string, body: object): Promise<void> {
  const answer = await link.post(path, body).catch(() => null);
  const taken = answer?.status === 200 && (answer.body as { taken: boolean }).taken;
  if (taken) tally.takenTwice.push(`${path} ${JSON.stringify(body).slice(0, 100)}`);
}

async function tellMinutes(link: Link, tally: Tally, signal: AbortSignal): Promise<void> {
  for (let seq = 1; !signal.aborted; seq += 1) {
    tally.told.minutes = seq;
    const minute = (Math.floor(Date.now() / minuteMs) - 3) * minuteMs;
    const part = 1_000_000 + seq;
    const packed = packMinute({ plane: 'p1', minute, part, loopDelayMs: 0, hosts: [oneRequest()] });
    const minutes = [{ minute, part, packed: packed.toString('base64') }];
    const body = { spool: 'knocks-minutes', seq, minutes };
    if ((await insist(link, '/planes/p1/minutes', body, signal)) === null) return;
    tally.acknowledged.minutes = seq;
    if (seq % 10 === 0) await tellAgain(link, tally, '/planes/p1/minutes', body);
    await delay(80);
  }
}

function oneRequest() {
  const buckets = new Uint32Array(bucketCount);
  buckets[0] = 1;
  return {
    host: toldHost,
    measured: 1,
    slowest: 1,
    slow: 0,
    requests: 1,
    bytesIn: 100,
    bytesOut: 200,
    statuses: [0, 1, 0, 0, 0, 0] as const,
    clients: 1,
    busiest: 1,
    long: 0,
    buckets,
  };
}

/** A month that can be closed, and where it begins. */
export interface Month {
  readonly month: string;
  readonly from: number;
}

/** The last month whose late data had time to come, in the sample's zone (UTC+8, without summer time). */
export function closedMonth(now: number): Month {
  const there = new Date(now + 8 * 3_600_000 - 2 * 86_400_000);
  const from = Date.UTC(there.getUTCFullYear(), there.getUTCMonth() - 1, 1) - 8 * 3_600_000;
  return { month: new Date(from + 8 * 3_600_000).toISOString().slice(0, 7), from };
}

/** What the prober itself would have seen, and signed. */
function turn(at: number, result: 'pass' | 'fail'): object {
  const reading = readingOf('web', at, result, result === 'pass' ? 'ok' : 'http-status');
  return { id: 'web:h000001', check: 'web', at, result, reading: { ...reading, detail: 'knocks' } };
}

/** Finds another ten bad minutes in a month that is closed, and closes it again: a revision that pays the difference. */
async function closeAgain(
  link: Link,
  tally: Tally,
  { data, agreement, month, from }: Month & { readonly data: string; readonly agreement: string },
  signal: AbortSignal,
): Promise<void> {
  const key = createPrivateKey(await readFile(join(data, 'keys/prober.pem')));
  for (let seq = 1; !signal.aborted; seq += 1) {
    tally.told.findings = seq;
    const begin = from + seq * 20 * minuteMs;
    const text = JSON.stringify({ turns: [turn(begin, 'fail'), turn(begin + 10 * minuteMs, 'pass')] });
    const signature = sign(null, Buffer.from(text), key).toString('base64');
    const body = { spool: 'knocks-turns', seq, kind: 'turns', text, signature };
    if ((await insist(link, '/probers/inside/said', body, signal)) === null) return;
    tally.acknowledged.findings = seq;
    const close = { agreement, month, actor: 'knocks', reason: 'another outage was found' };
    const answer = (await insist(link, '/control/close', close, signal)) as {
      statement: object | null;
    } | null;
    if (answer?.statement) tally.closed.push({ month, ...answer.statement } as Tally['closed'][number]);
    await delay(1500);
  }
}
