import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createSecureContext, TLSSocket } from 'node:tls';
import { testCertificate } from '../../../test/certificate.ts';
import { ftpWorld, until } from '../../../test/ftp.ts';
import { probeAccount, probePassword } from '../../hosting/mark.ts';
import { type LocalServer, leftAlone, loopbackWorld, probeCases, serverFor } from '../probe.cases.ts';
import type { FtpTarget } from '../probe.ts';
import type { Reading } from '../reading.ts';
import { ftpCodes, probeFtp } from './ftp.ts';

function target(port: number, change: Partial<FtpTarget> = {}): FtpTarget {
  return {
    id: 'h000001.ftp',
    name: 'probe.test',
    port,
    tls: 'none',
    account: 'demo',
    password: 'secret-word',
    authorities: [],
    deadlineMs: 3_000,
    ...change,
  };
}

probeCases({
  check: 'ftp',
  codes: ftpCodes,
  look: (port, deadlineMs, world) => probeFtp(target(port, { deadlineMs }), world),
  endless: '220-Welcome\r\n',
  more: 'and welcome\r\n',
  garbage: 'not-ftp',
  huge: 'reply-too-large',
});

async function look(port: number, change: Partial<FtpTarget> = {}): Promise<Reading> {
  const reading = await probeFtp(target(port, change), loopbackWorld());
  assert.ok(new Set<string>(ftpCodes).has(reading.code));
  assert.ok(!JSON.stringify(reading).includes('secret-word'), 'the password is in no reading');
  return reading;
}

/** What a scripted server does with a verb: words to say, or a deed. */
type Deed = string | ((session: Scripted) => void);
interface Scripted {
  readonly socket: Socket;
  /** Hands over the data connection as soon as it is there. */
  channel(use: (channel: Socket) => void): void;
  say(text: string): void;
  /** Says 150, sends over the data connection, says 226. */
  list(text: string | Buffer): void;
}

/** A small FTP server that does as told: what `verbs` leaves out is answered as by a good one. */
async function scripted(
  t: TestContext,
  verbs: Readonly<Record<string, Deed>>,
): Promise<LocalServer & { heard: string[] }> {
  const heard: string[] = [];
  const waiting: Socket[] = [];
  const data = createServer((socket) => {
    socket.on('error', () => {});
    waiting.push(socket);
    data.emit('ready');
  });
  await once(data.listen(0, '127.0.0.1'), 'listening');
  t.after(() => data.close());
  const { port } = data.address() as AddressInfo;
  const good: Readonly<Record<string, Deed>> = {
    GREETING: '220 hello',
    USER: '331 word?',
    PASS: '230 in',
    TYPE: '200 ok',
    EPSV: `229 (|||${port}|)`,
    PASV: `227 (127,0,0,1,${port >> 8},${port & 255})`,
    LIST: ({ list }) => list('-rw-r--r-- 1 a\r\n'),
    QUIT: ({ socket }) => socket.end('221 bye\r\n'),
  };
  const server = await serverFor(t, (socket) => {
    const session: Scripted = {
      socket,
      channel: (use) => {
        const channel = waiting.shift();
        if (channel === undefined) data.once('ready', () => session.channel(use));
        else use(channel.resume());
      },
      say: (text) => socket.write(`${text}\r\n`),
      list: (text) => {
        session.say('150 here');
        session.channel((channel) => {
          channel.on('close', () => session.say('226 done'));
          channel.end(text);
        });
      },
    };
    const act = (verb: string): void => {
      // A new port: what came to the last one is no longer waited for.
      if (verb === 'EPSV') waiting.length = 0;
      const deed = verbs[verb] ?? good[verb] ?? '502 what?';
      if (typeof deed === 'string') session.say(deed);
      else deed(session);
    };
    socket.on('data', (piece) => {
      for (const line of piece.toString().split('\r\n').slice(0, -1)) {
        heard.push(line);
        act(line.split(' ')[0]!);
      }
    });
    act('GREETING');
  });
  return { ...server, heard };
}

test('a good server is logged into, listed and left', async (t) => {
  const server = await scripted(t, {});
  const reading = await look(server.port);
  assert.deepEqual([reading.result, reading.code], ['pass', 'ok']);
  assert.deepEqual(server.heard, ['USER demo', 'PASS secret-word', 'EPSV', 'LIST', 'QUIT']);
  assert.deepEqual(Object.keys(reading.phases), [
    'resolve',
    'connect',
    'greeting',
    'login',
    'passive',
    'list',
    'quit',
  ]);
  await leftAlone(server);
});

test('old ways are good ways: a slow greeting, no password, PASV, many lines', async (t) => {
  const server = await scripted(t, {
    GREETING: '120 soon\r\n220-hello\r\n 530 this is not the end\r\n220 there',
    USER: '230 no word needed',
    EPSV: '500 what?',
  });
  assert.equal((await look(server.port)).code, 'ok');
  assert.deepEqual(server.heard, ['USER demo', 'EPSV', 'PASV', 'LIST', 'QUIT']);
});

for (const [name, code, verbs] of [
  ['a server that says that it does not serve', 'unavailable', { GREETING: '421 too many' }],
  ['a greeting that is none', 'greeting', { GREETING: '554 go away' }],
  ['an unknown account', 'login', { USER: '530 who?' }],
  ['a wrong password', 'login', { PASS: '530 secret-word is wrong' }],
  ['a login that ends by 421', 'unavailable', { PASS: '421 later' }],
  ['no passive mode', 'passive', { EPSV: '500 what?', PASV: '502 what?' }],
  ['a passive reply without a port', 'passive', { EPSV: '229 ok' }],
  ['a passive address elsewhere', 'data-address', { EPSV: '500 what?', PASV: '227 (192,0,2,1,4,1)' }],
  ['a data port that nobody listens on', 'data-connection', { EPSV: '229 (|||1|)' }],
  ['a refused listing', 'listing', { LIST: '550 no' }],
  ['a goodbye that is none', 'quit', { QUIT: '500 what?' }],
  ['a server that leaves instead of saying goodbye', 'closed', { QUIT: ({ socket }) => socket.end() }],
  ['a reset in the middle', 'reset', { PASS: ({ socket }) => socket.resetAndDestroy() }],
  ['nonsense in the middle', 'not-ftp', { PASS: 'hello!' }],
] as readonly (readonly [string, string, Readonly<Record<string, Deed>>])[]) {
  test(`${name}: ${code}`, async (t) => {
    const server = await scripted(t, verbs);
    const reading = await look(server.port);
    assert.deepEqual([reading.result, reading.code], ['fail', code], reading.detail);
    assert.equal(server.total(), 1);
    await leftAlone(server);
  });
}

test('a listing that was not completed fails', async (t) => {
  const server = await scripted(t, {
    LIST: ({ say, channel }) => {
      say('150 here');
      channel((data) => {
        data.end('type=fi');
        say('426 broken');
      });
    },
  });
  const reading = await look(server.port);
  assert.deepEqual([reading.code, reading.detail], ['listing', '426 broken']);
});

test('a data connection that is reset fails', async (t) => {
  const server = await scripted(t, {
    LIST: ({ say, channel }) => {
      say('150 here');
      channel((data) => data.resetAndDestroy());
    },
  });
  assert.equal((await look(server.port)).code, 'data-connection');
});

test('a listing above a megabyte is enough', async (t) => {
  const server = await scripted(t, { LIST: ({ list }) => list(Buffer.alloc(8_000_000, 'x')) });
  const reading = await look(server.port);
  assert.equal(reading.code, 'ok', reading.detail);
  assert.ok(Number(/\d+/.exec(reading.detail)?.[0]) < 2_000_000);
});

test('the deadline holds in every phase', async (t) => {
  for (const verb of ['GREETING', 'USER', 'PASS', 'EPSV', 'LIST', 'QUIT']) {
    const server = await scripted(t, { [verb]: () => {} });
    const reading = await look(server.port, { deadlineMs: 80 });
    assert.equal(reading.code, 'timeout', verb);
    await leftAlone(server);
  }
});

test('TLS: refused, or spoken before its time, fails', async (t) => {
  const refusing = await scripted(t, { AUTH: '502 what?' });
  assert.equal((await look(refusing.port, { tls: 'explicit' })).code, 'tls-refused');
  // CVE-2021-3618 and its kin: words in the clear behind the agreement.
  const eager = await scripted(t, { AUTH: '234 go\r\n230 you are in' });
  assert.equal((await look(eager.port, { tls: 'explicit' })).code, 'tls-handshake');
  const breaking = await scripted(t, {
    AUTH: ({ socket, say }) => {
      say('234 go');
      socket.end();
    },
  });
  assert.equal((await look(breaking.port, { tls: 'explicit' })).code, 'tls-handshake');
  const silent = await scripted(t, {
    AUTH: ({ socket, say }) => {
      say('234 go');
      socket.removeAllListeners('data');
      socket.resume();
    },
  });
  assert.equal((await look(silent.port, { tls: 'explicit', deadlineMs: 100 })).code, 'timeout');
  for (const server of [refusing, eager, breaking, silent]) await leftAlone(server);
});

test('TLS: a certificate for another name is refused before the login', async (t) => {
  const certificate = await testCertificate({ names: ['other.test'] });
  const secureContext = createSecureContext(certificate);
  const server = await scripted(t, {
    AUTH: ({ socket, say }) => {
      say('234 go');
      socket.removeAllListeners('data');
      new TLSSocket(socket, { isServer: true, secureContext }).on('error', () => {}).resume();
    },
  });
  const tls = { tls: 'explicit', authorities: [certificate.cert] } as const;
  const reading = await look(server.port, tls);
  assert.deepEqual([reading.code, reading.certificate?.subject], ['tls-name', 'CN=other.test']);
  assert.equal((await look(server.port, { tls: 'explicit' })).code, 'tls-untrusted');
  assert.ok(!server.heard.some((line) => line.startsWith('USER')));
  await leftAlone(server);
});

test('our own plane’s FTP server: the probe account passes, plain and over TLS', async (t) => {
  const certificate = await testCertificate({ names: ['probe.test'] });
  const context = createSecureContext(certificate);
  const world = await ftpWorld(t, { options: { secureContext: () => context } });
  await writeFile(join(world.web, 'index.html'), 'hello');
  const account = probeAccount('h000001');
  const password = probePassword(world.probeKey, 'h000001', Date.now());
  const plain = await look(world.port, { account, password });
  assert.equal(plain.code, 'ok', plain.detail);
  const authorities = [certificate.cert];
  const secure = await look(world.port, { account, password, tls: 'explicit', authorities });
  assert.equal(secure.code, 'ok', secure.detail);
  assert.equal(secure.certificate?.trusted, true);
  assert.deepEqual(
    world.lines.map(({ outcome, probe, tls }) => [outcome, probe, tls]),
    [
      ['ok', true, false],
      ['ok', true, true],
    ],
  );
  const wrong = await look(world.port, { account, password: 'nonsense' });
  assert.equal(wrong.code, 'login', wrong.detail);
  const untrusted = await look(world.port, { account, password, tls: 'explicit' });
  assert.equal(untrusted.code, 'tls-untrusted');
  assert.deepEqual(world.errors, []);
  await until('no session is left', () => world.server.sessions() === 0);
});

test('the data connection resumes the session of the command channel', async (t) => {
  const certificate = await testCertificate({ names: ['probe.test'] });
  const secureContext = createSecureContext(certificate);
  const reused: boolean[] = [];
  const kept = TLSSocket.prototype.isSessionReused;
  TLSSocket.prototype.isSessionReused = function (this: TLSSocket) {
    const answer = kept.call(this);
    reused.push(answer);
    return answer;
  };
  t.after(() => {
    TLSSocket.prototype.isSessionReused = kept;
  });
  const world = await ftpWorld(t, { options: { secureContext: () => secureContext } });
  const tls = { tls: 'explicit', authorities: [certificate.cert] } as const;
  const reading = await look(world.port, { ...tls, account: 'demo', password: 'secret' });
  assert.equal(reading.code, 'ok', reading.detail);
  assert.ok(reused.includes(true));
});

test('an account that would be two lines is our own fault', async () => {
  await assert.rejects(probeFtp(target(1, { account: 'a\r\nDELE x' }), loopbackWorld()), /one line/);
});
