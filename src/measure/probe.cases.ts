import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProbeWorld } from './probe.ts';
import type { Reading } from './reading.ts';

/** What the suite must know of a probe to set it against bad servers. */
export interface ProbeCases {
  readonly check: string;
  readonly codes: readonly string[];
  /** Makes one attempt at `port` of the address that `world` gives for `probe.test`. */
  readonly look: (port: number, deadlineMs: number, world: ProbeWorld) => Promise<Reading>;
  /** How an answer that never ends begins. */
  readonly endless: string;
  /** What such an answer goes on with. */
  readonly more: string;
  /** Codes that fit bytes which are not the protocol, and an answer without end. */
  readonly garbage: string;
  readonly huge: string;
}

/** A world in which `probe.test` is this machine. */
export function loopbackWorld(resolve: ProbeWorld['resolve'] = async () => ['127.0.0.1']): ProbeWorld {
  return {
    now: () => Date.now(),
    tick: () => performance.now(),
    resolve,
    nonce: () => '0123456789abcdef',
  };
}

export interface LocalServer {
  readonly port: number;
  /** Connections that are open now. */
  open(): number;
  /** Connections that ever were. */
  total(): number;
}

/** A real server that does `serve` with every connection; ended with the test. */
export async function serverFor(t: TestContext, serve: (socket: Socket) => void): Promise<LocalServer> {
  const sockets = new Set<Socket>();
  let total = 0;
  const server = createServer((socket) => {
    total++;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    serve(socket);
    // A socket that is not read does not notice that the other side has left.
    socket.resume();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, open: () => sockets.size, total: () => total };
}

/** Until the other side knows that the connection is gone. */
export async function leftAlone(server: LocalServer): Promise<void> {
  const end = performance.now() + 2_000;
  while (server.open() > 0 && performance.now() < end) await sleep(5);
  assert.equal(server.open(), 0, 'a connection was left open');
}

const deadlineMs = 250;
/** Every probe passes these: `probeCases({…})` at the top of its test. */
export function probeCases(cases: ProbeCases): void {
  const fails = async (port: number, codes: readonly string[], world = loopbackWorld()): Promise<Reading> => {
    const began = performance.now();
    const reading = await cases.look(port, deadlineMs, world);
    assertWhole(cases, reading);
    assert.equal(reading.result, 'fail');
    assert.ok(codes.includes(reading.code), `${reading.code}: ${reading.detail}`);
    assert.ok(performance.now() - began < deadlineMs + 900, 'the deadline holds over everything');
    return reading;
  };
  const against = (name: string, codes: readonly string[], serve: (socket: Socket) => void): void => {
    test(`${cases.check}: ${name}`, async (t) => {
      const server = await serverFor(t, serve);
      await fails(server.port, codes);
      assert.equal(server.total(), 1, 'one attempt is one connection');
      await leftAlone(server);
    });
  };

  test(`${cases.check}: a port that nobody listens on refuses`, async (t) => {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    await new Promise((done) => server.close(done));
    const reading = await fails(port, ['refused']);
    assert.equal(reading.peer, `127.0.0.1:${port}`);
    t.diagnostic(reading.detail);
  });
  against('a silent server runs into the deadline', ['timeout'], () => {});
  against('a server that drips its answer runs into the deadline', ['timeout'], (socket) => {
    drip(socket, cases.endless + cases.more.repeat(1_000));
  });
  against('garbage is recognised', [cases.garbage], (socket) => {
    socket.end(Buffer.from(Array.from({ length: 2_000 }, (_, i) => (i * 167 + 13) & 255)));
  });
  against('an empty line is not an answer', [cases.garbage, 'timeout'], (socket) => socket.write('\r\n'));
  against('a connection that is closed at once', ['closed', 'reset'], (socket) => socket.end());
  against('a connection that is reset at once', ['closed', 'reset'], (socket) => socket.resetAndDestroy());
  against('an answer that breaks off', ['closed', 'reset'], (socket) => socket.end(cases.endless));
  against('an answer without end is cut off', [cases.huge], (socket) => {
    socket.write(cases.endless);
    const flood = (): void => {
      while (!socket.destroyed && socket.write(cases.more.repeat(200)));
    };
    socket.on('drain', flood);
    flood();
  });
  nameCases(cases, fails);
}

function nameCases(
  cases: ProbeCases,
  fails: (port: number, codes: readonly string[], world: ProbeWorld) => Promise<Reading>,
): void {
  test(`${cases.check}: a name without address`, async () => {
    const reading = await fails(
      1,
      ['no-name'],
      loopbackWorld(async () => []),
    );
    assert.equal(reading.peer, null);
  });
  test(`${cases.check}: a resolver that fails is named`, async () => {
    const failing = async () => Promise.reject(Object.assign(new Error('x'), { code: 'ESERVFAIL' }));
    const reading = await fails(1, ['no-name'], loopbackWorld(failing));
    assert.match(reading.detail, /ESERVFAIL/);
  });
  test(`${cases.check}: a resolver that never answers runs into the deadline`, async () => {
    const reading = await fails(
      1,
      ['timeout'],
      loopbackWorld(() => new Promise(() => {})),
    );
    assert.match(reading.detail, /resolve/);
  });
}

/** One byte at a time, ten a millisecond at most, until the other side is gone. */
function drip(socket: Socket, text: string): void {
  let sent = 0;
  const timer = setInterval(() => {
    if (socket.destroyed || sent >= text.length) clearInterval(timer);
    else socket.write(text[sent++]!);
  }, 2);
  socket.on('close', () => clearInterval(timer));
}

function assertWhole(cases: ProbeCases, reading: Reading): void {
  assert.equal(reading.check, cases.check);
  assert.ok(cases.codes.includes(reading.code), `${reading.code} is not in the list of codes`);
  assert.ok(reading.detail.length > 0 && reading.detail.length <= 500);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
  assert.ok(!/[\u0000-\u001f\u007f]/.test(reading.detail), 'a detail is one line of text');
  assert.ok(Object.keys(reading.phases).length > 0 && 'resolve' in reading.phases);
  for (const ms of [...Object.values(reading.phases), reading.tookMs]) assert.ok(ms >= 0 && ms < 5_000);
  assert.deepEqual(JSON.parse(JSON.stringify(reading)), reading);
}
