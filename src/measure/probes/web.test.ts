import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { type TestCertificate, testCertificate } from '../../../test/certificate.ts';
import { isProbeMark, probeHeader } from '../../hosting/mark.ts';
import { leftAlone, loopbackWorld, probeCases, serverFor } from '../probe.cases.ts';
import type { ProbeWorld, WebTarget } from '../probe.ts';
import type { Reading } from '../reading.ts';
import { probeWeb, webCodes } from './web.ts';

function target(port: number, change: Partial<WebTarget> = {}): WebTarget {
  return {
    id: 'h000001.web',
    name: 'probe.test',
    names: ['probe.test', 'www.probe.test'],
    scheme: 'http',
    port,
    path: '/',
    addresses: [],
    authorities: [],
    key: null,
    deadlineMs: 3_000,
    ...change,
  };
}

probeCases({
  check: 'web',
  codes: webCodes,
  look: (port, deadlineMs, world) => probeWeb(target(port, { deadlineMs }), world),
  endless: 'HTTP/1.1 200 OK\r\n',
  more: 'X-More: yes\r\n',
  garbage: 'not-http',
  huge: 'head-too-large',
});

async function listening(t: TestContext, server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

function plainServer(t: TestContext, answer: RequestListener): Promise<number> {
  return listening(t, createServer(answer));
}

function secureServer(
  t: TestContext,
  certificate: TestCertificate,
  answer: RequestListener,
): Promise<number> {
  return listening(t, createSecureServer(certificate, answer));
}

/** A raw server that answers every request with the same bytes and keeps the connection open. */
function rawAnswer(t: TestContext, answer: string) {
  return serverFor(t, (socket: Socket) => socket.once('data', () => socket.write(answer)));
}

async function look(port: number, change: Partial<WebTarget> = {}, world?: ProbeWorld): Promise<Reading> {
  const reading = await probeWeb(target(port, change), world ?? loopbackWorld());
  assert.ok(new Set<string>(webCodes).has(reading.code));
  return reading;
}

const ok: RequestListener = (_request, response) => response.end('fine');

test('the request is a visitor’s, with our mark when there is a key', async (t) => {
  const key = Buffer.alloc(32, 5);
  const asked: { url?: string | undefined; headers: Record<string, string | string[] | undefined> }[] = [];
  const port = await plainServer(t, (request, response) => {
    asked.push({ url: request.url, headers: { ...request.headers } });
    response.end('fine');
  });
  assert.equal((await look(port, { path: '/a?b=c' })).code, 'ok');
  assert.equal((await look(port, { key })).code, 'ok');
  const [first, second] = asked;
  assert.equal(first?.url, '/a?b=c');
  assert.deepEqual(first?.headers, {
    host: `probe.test:${port}`,
    'user-agent': 'Hostpledge-Check/1',
    accept: '*/*',
    connection: 'close',
  });
  assert.ok(isProbeMark(key, 'probe.test', Date.now(), String(second?.headers[probeHeader])));
});

test('a customer’s path cannot smuggle anything into the request', async (t) => {
  const urls: (string | undefined)[] = [];
  const port = await plainServer(t, (request, response) => {
    urls.push(request.url);
    assert.equal(request.headers['x-evil'], undefined);
    response.end();
  });
  await look(port, { path: '/a b HTTP/1.1\r\nX-Evil: 1' });
  await look(port, { path: '/中文#part' });
  await look(port, { path: 'relative' });
  await look(port, { path: '//elsewhere.test/' });
  assert.deepEqual(urls, [
    '/a%20b%20HTTP/1.1X-Evil:%201',
    '/%E4%B8%AD%E6%96%87',
    '/relative',
    '//elsewhere.test/',
  ]);
});

for (const [status, result] of [
  [200, 'pass'],
  [204, 'pass'],
  [206, 'pass'],
  [300, 'pass'],
  [304, 'pass'],
  [401, 'pass'],
  [400, 'fail'],
  [403, 'fail'],
  [404, 'fail'],
  [429, 'fail'],
  [500, 'fail'],
  [502, 'fail'],
  [503, 'fail'],
] as const) {
  test(`status ${status} is a ${result}`, async (t) => {
    const port = await plainServer(t, (_request, response) => response.writeHead(status).end());
    const reading = await look(port);
    assert.deepEqual([reading.result, reading.status], [result, status]);
    assert.equal(reading.code, result === 'pass' ? 'ok' : 'http-status');
    assert.match(reading.detail, new RegExp(`^HTTP/1.1 ${status}`));
    assert.equal(reading.peer, `127.0.0.1:${port}`);
    assert.deepEqual(Object.keys(reading.phases), ['resolve', 'connect', 'head']);
  });
}

test('only the head is fetched, whatever is announced to follow', async (t) => {
  const server = await rawAnswer(t, 'HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n');
  assert.equal((await look(server.port)).code, 'ok');
  await leftAlone(server);
});

test('a head after interim answers counts; a head that comes too late does not', async (t) => {
  const early = await rawAnswer(t, 'HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\n\r\n');
  assert.equal((await look(early.port)).status, 200);
  const late = await plainServer(t, (_request, response) => void setTimeout(() => response.end(), 400));
  const reading = await look(late, { deadlineMs: 100 });
  assert.deepEqual([reading.code, reading.status], ['timeout', null]);
  assert.match(reading.detail, /phase head/);
  assert.ok(reading.tookMs >= 95 && reading.tookMs < 400);
});

test('redirects within the host’s own names are followed and listed', async (t) => {
  const port: number = await plainServer(t, (request, response) => {
    if (request.url === '/') response.writeHead(302, { Location: 'sub/next?x=1' }).end();
    else if (request.url === '/sub/next?x=1')
      response.writeHead(301, { Location: `http://WWW.probe.test:${port}/there` }).end();
    else response.writeHead(request.headers.host === `www.probe.test:${port}` ? 200 : 500).end();
  });
  const resolved: string[] = [];
  const world = loopbackWorld(async (name) => {
    resolved.push(name);
    return ['127.0.0.1'];
  });
  const reading = await look(port, {}, world);
  assert.deepEqual([reading.code, reading.status], ['ok', 200]);
  assert.deepEqual(reading.redirects, [
    `http://probe.test:${port}/sub/next?x=1`,
    `http://www.probe.test:${port}/there`,
  ]);
  assert.deepEqual(resolved, ['probe.test', 'www.probe.test']);
});

test('a redirect to a foreign name passes without asking there', async (t) => {
  for (const location of [
    'http://elsewhere.test/',
    'mailto:a@probe.test',
    'http://[broken',
    '//probe.test.evil/',
  ]) {
    const port = await plainServer(t, (_request, response) =>
      response.writeHead(301, { Location: location }).end(),
    );
    const reading = await look(port);
    assert.deepEqual([reading.code, reading.status, reading.redirects], ['ok', 301, []], location);
  }
});

test('five redirects are followed, a sixth is a loop', async (t) => {
  const chain = (last: number) =>
    plainServer(t, (request, response) => {
      const at = Number(request.url?.slice(1) || 0);
      if (at < last) response.writeHead(302, { Location: `/${at + 1}` }).end();
      else response.end();
    });
  const five = await look(await chain(5));
  assert.deepEqual([five.code, five.redirects.length], ['ok', 5]);
  const six = await look(await chain(6));
  assert.deepEqual([six.code, six.status, six.redirects.length], ['redirect-loop', 302, 5]);
});

test('a redirect that leads to a failure fails, and the whole has one deadline', async (t) => {
  const port = await plainServer(t, (request, response) => {
    if (request.url === '/') response.writeHead(302, { Location: '/gone' }).end();
    else response.writeHead(404).end();
  });
  const gone = await look(port);
  assert.deepEqual([gone.code, gone.status], ['http-status', 404]);
  const slow = await plainServer(
    t,
    (_request, response) => void setTimeout(() => response.writeHead(302, { Location: '/' }).end(), 70),
  );
  const reading = await look(slow, { deadlineMs: 200 });
  assert.equal(reading.code, 'timeout');
  assert.ok(reading.redirects.length >= 1 && reading.tookMs < 600);
});

test('a name that resolves to an address that is not ours fails; the first address counts', async (t) => {
  const port = await plainServer(t, ok);
  const addresses = ['127.0.0.1', '2001:db8::1'];
  assert.equal((await look(port, { addresses })).code, 'ok');
  const foreign = await look(port, { addresses: ['192.0.2.1'] });
  assert.deepEqual([foreign.code, foreign.peer], ['not-ours', null]);
  assert.match(foreign.detail, /127\.0\.0\.1/);
  const other = loopbackWorld(async () => ['192.0.2.9', '127.0.0.1']);
  assert.equal((await look(port, { addresses }, other)).code, 'not-ours');
  // Two spellings of one address.
  const long = loopbackWorld(async () => ['2001:0db8:0:0:0:0:0:1']);
  assert.notEqual((await look(port, { addresses, deadlineMs: 100 }, long)).code, 'not-ours');
});

test('an address as a name is asked as such, IPv6 in brackets', async (t) => {
  const hosts: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    hosts.push(request.headers.host);
    response.end();
  });
  const bound = await once(server.listen(0, '::1'), 'listening').then(
    () => true,
    () => false,
  );
  if (!bound) return t.skip('reason: this machine has no IPv6 loopback');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const world = loopbackWorld(async (name) => [name]);
  assert.equal((await look(port, { name: '::1', names: ['::1'] }, world)).peer, `[::1]:${port}`);
  assert.equal((await look(port, { name: '[::1]', names: [] }, world)).code, 'ok');
  assert.deepEqual(hosts, [`[::1]:${port}`, `[::1]:${port}`]);
});

const hourMs = 3_600_000;

test('https: a certificate for the name, from an authority that is accepted, passes and is described', async (t) => {
  const authority = await testCertificate({ names: ['authority.test'], signs: true });
  const certificate = await testCertificate({ names: ['probe.test'], authority });
  const port = await secureServer(t, certificate, ok);
  const change = { scheme: 'https', authorities: [authority.cert] } as const;
  const reading = await look(port, change);
  assert.deepEqual([reading.code, reading.detail], ['ok', 'HTTP/1.1 200 OK']);
  assert.deepEqual(Object.keys(reading.phases), ['resolve', 'connect', 'tls', 'head']);
  const { certificate: facts } = reading;
  assert.deepEqual(
    [facts?.subject, facts?.issuer, facts?.trusted],
    ['CN=probe.test', 'CN=authority.test', true],
  );
  assert.ok(facts!.from < Date.now() && facts!.to > Date.now());
  assert.match(facts!.digest, /^[0-9a-f]{64}$/);
  assert.deepEqual((await look(port, change)).certificate, facts, 'the second look reads the same');
});

test('https: what may not stand for the name fails, and is described all the same', async (t) => {
  const now = Date.now();
  const cases = [
    ['tls-name', { names: ['other.test'] }, true],
    ['tls-name', { names: [] }, true],
    ['tls-expired', { names: ['probe.test'], fromMs: now - 48 * hourMs, toMs: now - hourMs }, true],
    ['tls-early', { names: ['probe.test'], fromMs: now + hourMs, toMs: now + 48 * hourMs }, true],
    ['tls-untrusted', { names: ['probe.test'] }, false],
  ] as const;
  for (const [code, wanted, accepted] of cases) {
    const certificate = await testCertificate(wanted);
    let asked = 0;
    const port = await secureServer(t, certificate, (_request, response) => {
      asked++;
      response.end();
    });
    const reading = await look(port, { scheme: 'https', authorities: accepted ? [certificate.cert] : [] });
    assert.equal(reading.code, code, reading.detail);
    assert.equal(asked, 0, 'nothing is asked of a server that is not proven');
    assert.equal(reading.certificate?.trusted, code === 'tls-name');
  }
});

test('https: a certificate that is changed is judged anew', async (t) => {
  const good = await testCertificate({ names: ['*.probe.test'] });
  const bad = await testCertificate({ names: ['other.test'] });
  const server = createSecureServer(good, ok);
  const port = await listening(t, server);
  const change = { scheme: 'https', name: 'www.probe.test', authorities: [good.cert, bad.cert] } as const;
  assert.equal((await look(port, change)).code, 'ok');
  server.setSecureContext(bad);
  assert.equal((await look(port, change)).code, 'tls-name');
  server.setSecureContext(good);
  assert.equal((await look(port, change)).code, 'ok');
});

test('https: an address as a name needs an address entry', async (t) => {
  const certificate = await testCertificate({ names: ['127.0.0.1'] });
  const port = await secureServer(t, certificate, ok);
  const change = { scheme: 'https', authorities: [certificate.cert] } as const;
  assert.equal((await look(port, { ...change, name: '127.0.0.1' })).code, 'ok');
  assert.equal((await look(port, change)).code, 'tls-name');
});

test('https: a server that speaks no TLS, or nothing at all, fails in that phase', async (t) => {
  const plain = await plainServer(t, ok);
  const reading = await look(plain, { scheme: 'https' });
  assert.equal(reading.code, 'tls-handshake');
  assert.deepEqual(Object.keys(reading.phases), ['resolve', 'connect', 'tls']);
  for (const end of [(socket: Socket) => socket.end(), (socket: Socket) => socket.resetAndDestroy()]) {
    const server = await serverFor(t, (socket) => socket.once('data', () => end(socket)));
    assert.equal((await look(server.port, { scheme: 'https' })).code, 'tls-handshake');
    await leftAlone(server);
  }
  const silent = await serverFor(t, () => {});
  const late = await look(silent.port, { scheme: 'https', deadlineMs: 150 });
  assert.equal(late.code, 'timeout');
  assert.match(late.detail, /phase tls/);
  await leftAlone(silent);
});

test('https: a server that takes P-256 only is asked twice the first time, then once', async (t) => {
  const certificate = await testCertificate({ names: ['probe.test'] });
  const only = { ...certificate, ecdhCurve: 'P-256' };
  const behind = await listening(
    t,
    createSecureServer(only, (_, response) => response.end('hello')),
  );
  let hellos = 0;
  const front = await serverFor(t, (socket) => {
    const on = connect(behind, '127.0.0.1').on('error', () => socket.destroy());
    // A record of the handshake (22) that begins with a ClientHello (1); RFC 8446 §4, §5.1.
    socket.on('data', (bytes: Buffer) => {
      if (bytes[0] === 22 && bytes[5] === 1) hellos += 1;
      else if (bytes[0] === 20 && bytes[6] === 22 && bytes[11] === 1) hellos += 1;
    });
    socket.pipe(on).pipe(socket);
  });
  const change = { id: 'h000002.web', scheme: 'https', authorities: [certificate.cert] } as const;
  for (const sum of [2, 3, 4]) {
    assert.equal((await look(front.port, change)).code, 'ok');
    assert.equal(hellos, sum);
  }
});

test('a redirect from http to https is followed, its certificate judged', async (t) => {
  const certificate = await testCertificate({ names: ['probe.test'] });
  const secure = await secureServer(t, certificate, ok);
  const port = await plainServer(t, (_request, response) =>
    response.writeHead(301, { Location: `https://probe.test:${secure}/` }).end(),
  );
  const trusted = await look(port, { authorities: [certificate.cert] });
  assert.deepEqual([trusted.code, trusted.certificate?.trusted], ['ok', true]);
  const untrusted = await look(port);
  assert.deepEqual([untrusted.code, untrusted.status], ['tls-untrusted', 301]);
});

test('our own trouble is thrown, not judged', async (t) => {
  const port = await plainServer(t, ok);
  const began = performance.now();
  const stuck: ProbeWorld = {
    ...loopbackWorld(() => new Promise(() => {})),
    tick: () => (performance.now() - began) * 50,
  };
  await assert.rejects(probeWeb(target(port, { deadlineMs: 50 }), stuck), /stood still/);
});
