import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { ftpWorld, loggedIn, rawFtp, readAll } from '../../../../../test/ftp.ts';

/** One session from its first command to its last: what is sent, and what must come back. */
const day: readonly (readonly [string, RegExp])[] = [
  ['PWD', /^530 /],
  ['LIST', /^530 /],
  ['NONSENSE', /^530 /],
  ['PASS x', /^503 /],
  ['USER', /^501 /],
  ['PBSZ 0', /^503 /],
  ['PROT P', /^503 /],
  ['AUTH KERBEROS', /^504 /],
  [
    'FEAT',
    /^211-[\s\S]*\n MLST type\*;size\*;modify\*;perm\*;unique\*;\n[\s\S]*\n REST STREAM\n[\s\S]*\n211 End$/,
  ],
  ['SYST', /^215 UNIX Type: L8$/],
  ['HELP', /^214-[\s\S]*RETR[\s\S]*\n214 /],
  ['STAT', /^211-[\s\S]*Not logged in/],
  ['user demo', /^331 /],
  ['PASS secret', /^230 /],
  ['USER demo', /^503 /],
  ['NONSENSE', /^500 /],
  ['constructor', /^500 /],
  ['PWD', /^257 "\/" /],
  ['XPWD', /^257 "\/" /],
  ['CWD docs', /^250 /],
  ['PWD', /^257 "\/docs" /],
  ['CDUP', /^250 /],
  ['CWD nothing', /^550 /],
  ['CWD a.txt', /^550 /],
  ['CWD ../../..', /^250 "\/" /],
  ['TYPE I', /^200 /],
  ['TYPE A', /^200 /],
  ['TYPE A N', /^200 /],
  ['TYPE L 8', /^200 /],
  ['TYPE E', /^504 /],
  ['MODE S', /^200 /],
  ['MODE B', /^504 /],
  ['STRU F', /^200 /],
  ['STRU R', /^504 /],
  ['NOOP', /^200 /],
  ['ALLO 100', /^200 /],
  ['ALLO 99999999999', /^552 /],
  ['ALLO x', /^501 /],
  ['SIZE a.txt', /^213 5$/],
  ['SIZE docs', /^550 /],
  ['SIZE nothing', /^550 /],
  ['MDTM a.txt', /^213 \d{14}$/],
  ['MFMT 20200102030405 a.txt', /^213 Modify=20200102030405; \/a\.txt$/],
  ['MDTM a.txt', /^213 20200102030405$/],
  ['MFMT 20200230030405 a.txt', /^501 /],
  [
    'MLST a.txt',
    /^250-[\s\S]*\n type=file;size=5;modify=20200102030405;perm=adfrw;unique=\w+; \/a\.txt\n250 /,
  ],
  ['OPTS MLST size;type;', /^200 MLST OPTS type;size;$/],
  ['MLST a.txt', /\n type=file;size=5; \/a\.txt\n/],
  ['OPTS UTF8 ON', /^200 /],
  ['OPTS UTF8 OFF', /^504 /],
  ['OPTS OTHER', /^501 /],
  ['STAT a.txt', /^213-[\s\S]*-rw-r--r-- {3}1 ftp {6}ftp {17}5 Jan {2}2 {2}2020 a\.txt\n213 /],
  ['MKD new "one"', /^257 "\/new ""one""" /],
  ['MKD new "one"', /^550 /],
  ['RMD docs/none', /^550 /],
  ['RMD new "one"', /^250 /],
  ['RMD /', /^550 /],
  ['DELE docs', /^550 /],
  ['RNTO b.txt', /^503 /],
  ['RNFR nothing', /^550 /],
  ['RNFR a.txt', /^350 /],
  ['NOOP', /^200 /],
  ['RNTO b.txt', /^503 /],
  ['RNFR a.txt', /^350 /],
  ['RNTO docs/b.txt', /^250 /],
  ['RMD docs', /^550 .*not empty/],
  ['DELE docs/b.txt', /^250 /],
  ['RMD docs', /^250 /],
  ['RETR b.txt', /^(425|550) /],
  ['STOR b.txt', /^425 /],
  ['LIST', /^425 /],
  ['REST 5', /^350 /],
  ['REST x', /^501 /],
  ['ABOR', /^226 /],
  ['SITE CHMOD 644 a.txt', /^202 /],
  ['SITE HELP', /^214-/],
  ['SITE EXEC sh', /^504 /],
  ['PORT 127,0,0,1,4,1', /^200 /],
  ['PORT 127,0,0,2,40,1', /^500 /],
  ['PORT 127,0,0,1,0,25', /^500 /],
  ['PORT 1,2,3', /^501 /],
  ['PORT 127,0,0,1,300,1', /^501 /],
  ['EPRT |1|127.0.0.1|40000|', /^200 /],
  ['EPRT |1|10.0.0.1|40000|', /^500 /],
  ['EPRT |2|::1|40000|', /^500 /],
  ['EPRT |3|x|1|', /^522 /],
  ['EPRT nonsense', /^501 /],
  ['EPSV 2', /^522 /],
  ['EPSV', /^229 .*\(\|\|\|\d+\|\)$/],
  ['PASV', /^227 .*\(127,0,0,1,\d+,\d+\)/],
  ['EPSV ALL', /^200 /],
  ['PASV', /^503 /],
  ['ACCT x', /^202 /],
  ['AUTH TLS', /^503 /],
  ['REIN', /^220 /],
  ['PWD', /^530 /],
  ['QUIT', /^221 /],
];

test('every verb answers as its RFC says', async (t) => {
  const world = await ftpWorld(t);
  await mkdir(join(world.web, 'docs'));
  await writeFile(join(world.web, 'a.txt'), 'hello');
  const raw = await rawFtp(t, world);
  for (const [command, expected] of day) assert.match(await raw.ask(command), expected, command);
  assert.equal(await raw.reply(), 'closed');
  assert.deepEqual(world.errors, []);
});

test('half commands over packets and pipelined ones are answered in order', async (t) => {
  const world = await ftpWorld(t);
  const raw = await rawFtp(t, world);
  for (const byte of 'USER demo\r\n') raw.send(byte);
  assert.match(await raw.reply(), /^331 /);
  raw.send('PASS secret\r\nPWD\r\nNOOP\nSYST\r\nMK');
  for (const expected of [/^230 /, /^257 /, /^200 /, /^215 /]) assert.match(await raw.reply(), expected);
  raw.send('D x\r\n');
  assert.match(await raw.reply(), /^257 /);
});

test('a line over 4096 bytes ends the session', async (t) => {
  const world = await ftpWorld(t);
  const raw = await rawFtp(t, world);
  assert.match(await raw.ask(`USER ${'x'.repeat(4000)}`), /^331 /);
  raw.send('x'.repeat(5000));
  assert.match(await raw.reply(), /^500 /);
  assert.equal(await raw.reply(), 'closed');
});

test('names that could forge lines or leave the root are refused', async (t) => {
  const world = await ftpWorld(t);
  const raw = await loggedIn(t, world);
  for (const name of ['a\rb', 'a\0b', 'a\tb', 'a\x7fb', 'a\\b', '..\\..\\etc', 'x'.repeat(256)]) {
    assert.match(await raw.ask(`MKD ${name}`), /^553 /, JSON.stringify(name));
  }
  raw.send(Buffer.from('4d4b4420c0ae2e2f780d0a', 'hex'));
  assert.match(await raw.reply(), /^553 /);
  for (const name of [
    '../../../../etc/passwd',
    '/../etc/passwd',
    '%2e%2e/etc/passwd',
    '....//etc/passwd',
    '~root',
  ]) {
    assert.match(await raw.ask(`SIZE ${name}`), /^550 /, name);
  }
});

test('what is stored is what is fetched, from the byte that REST names', async (t) => {
  const world = await ftpWorld(t);
  const raw = await loggedIn(t, world);
  assert.match((await raw.store('STOR über 一.txt', 'hello\nworld\r\n')).last, /^226 /);
  assert.equal(await readFile(join(world.web, 'über 一.txt'), 'utf8'), 'hello\nworld\r\n');
  assert.equal((await raw.fetch('RETR über 一.txt')).body, 'hello\nworld\r\n');
  await raw.ask('REST 6');
  assert.equal((await raw.fetch('RETR über 一.txt')).body, 'world\r\n');
  await raw.ask('REST 99');
  assert.match((await raw.fetch('RETR über 一.txt')).first, /^554 /);
  assert.match((await raw.store('APPE über 一.txt', '!')).last, /^226 /);
  assert.equal((await raw.fetch('RETR über 一.txt')).body, 'hello\nworld\r\n!');
  const unique = await raw.store('STOU', 'once');
  const name = /^150 FILE: (ftp-\w+)$/.exec(unique.first)?.[1];
  assert.equal(await readFile(join(world.web, name ?? ''), 'utf8'), 'once');
  assert.deepEqual(world.space.usage(), { bytes: 14 + 4, files: 2 });
  assert.equal(existsSync(join(world.folder, 'tmp')), true);
});

test('listings show what is there in each of the four forms', async (t) => {
  const world = await ftpWorld(t);
  await mkdir(join(world.web, 'docs'));
  await writeFile(join(world.web, 'docs/ü.html'), 'abc');
  await writeFile(join(world.web, '.htaccess'), '');
  await writeFile(join(world.web, 'index.html'), 'x');
  const raw = await loggedIn(t, world);
  const names = async (command: string) => (await raw.fetch(command)).body;
  assert.equal(await names('NLST'), '.htaccess\r\ndocs\r\nindex.html\r\n');
  assert.equal(await names('NLST -CF'), '.htaccess\r\ndocs/\r\nindex.html\r\n');
  assert.equal(await names('NLST docs'), 'docs/ü.html\r\n');
  assert.equal(await names('NLST *.html'), 'index.html\r\n');
  assert.equal(await names('NLST docs/*'), 'docs/ü.html\r\n');
  assert.equal(await names('NLST *.php'), '');
  assert.match(await names('LIST -a'), /^-rw.* 0 .*\.htaccess\r\ndrwx.*docs\r\n-rw.* 1 .*index\.html\r\n$/);
  assert.match(await names('LIST -la docs'), /^-rw-r--r-- .* 3 \w{3} [ \d]\d \d\d:\d\d ü\.html\r\n$/);
  assert.match(
    await names('MLSD docs'),
    /^type=file;size=3;modify=\d{14};perm=adfrw;unique=\w+; ü\.html\r\n$/,
  );
  assert.match((await raw.fetch('LIST nothing')).first, /^550 /);
  assert.match((await raw.fetch('MLSD index.html')).first, /^501 /);
});

test('data comes from and goes to the client’s own address only', async (t) => {
  const world = await ftpWorld(t);
  await writeFile(join(world.web, 'a'), 'mine');
  const raw = await loggedIn(t, world);
  const port = Number(/\(\|\|\|(\d+)\|\)/.exec(await raw.ask('EPSV'))?.[1]);
  const thief = connect({ host: '127.0.0.1', port, localAddress: '127.0.0.2' });
  thief.on('error', () => undefined);
  let stolen = '';
  thief.on('data', (chunk: Buffer) => {
    stolen += chunk.toString();
  });
  await once(thief, 'close');
  const own = connect({ host: '127.0.0.1', port, localAddress: '127.0.0.1' });
  const body = readAll(own);
  assert.match(await raw.ask('RETR a'), /^150 /);
  assert.equal(await body, 'mine');
  assert.match(await raw.reply(), /^226 /);
  assert.equal(stolen, '');
});

test('the client is called back on PORT and EPRT', async (t) => {
  const world = await ftpWorld(t);
  await writeFile(join(world.web, 'a'), 'mine');
  const raw = await loggedIn(t, world);
  const listener = createServer();
  t.after(() => listener.close());
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const port = (listener.address() as { port: number }).port;
  for (const command of [`PORT 127,0,0,1,${port >> 8},${port & 255}`, `EPRT |1|127.0.0.1|${port}|`]) {
    assert.match(await raw.ask(command), /^200 /);
    const called = once(listener, 'connection') as Promise<[Socket]>;
    assert.match(await raw.ask('RETR a'), /^150 /);
    assert.equal(await readAll((await called)[0]), 'mine');
    assert.match(await raw.reply(), /^226 /);
  }
  listener.close();
  await raw.ask(`EPRT |1|127.0.0.1|${port}|`);
  assert.match(await raw.ask('RETR a'), /^150 /);
  assert.match(await raw.reply(), /^425 /);
});

test('passive ports stay in their range, and when all are busy the client is told', async (t) => {
  const free = createServer().listen(0, '127.0.0.1');
  await once(free, 'listening');
  const { port } = free.address() as { port: number };
  free.close();
  await once(free, 'close');
  const world = await ftpWorld(t, {
    options: { passivePorts: { from: port, to: port }, passiveAddress: '192.0.2.7' },
  });
  const first = await loggedIn(t, world);
  const second = await loggedIn(t, world);
  assert.equal(await first.ask('PASV'), `227 Entering Passive Mode (192,0,2,7,${port >> 8},${port & 255}).`);
  assert.match(await second.ask('PASV'), /^425 /);
  await first.ask('ABOR');
  assert.match(await second.ask('EPSV'), new RegExp(`\\|\\|\\|${port}\\|`));
});

test('a client that never connects is told 425, and one that hangs up on a download 426', async (t) => {
  const world = await ftpWorld(t);
  await writeFile(join(world.web, 'big'), Buffer.alloc(30_000_000));
  const raw = await loggedIn(t, world);
  const data = await raw.passive();
  assert.match(await raw.ask('RETR big'), /^150 /);
  data.resetAndDestroy();
  assert.match(await raw.reply(), /^426 /);
  await raw.ask('EPSV');
  raw.send('RETR big\r\nABOR\r\n');
  assert.match(await raw.reply(), /^150 /);
  assert.match(await raw.reply(), /^426 /);
  assert.match(await raw.reply(), /^226 /);
});

test('a stalled transfer ends, and the session with others goes on', async (t) => {
  const world = await ftpWorld(t, { limits: { idleMs: 200 } });
  const raw = await loggedIn(t, world);
  await raw.passive();
  assert.match(await raw.ask('STOR slow'), /^150 /);
  assert.match(await raw.reply(), /^426 /);
  assert.match(await raw.ask('NOOP'), /^200 /);
});

test('REST under TLS, and PROT back to clear, work by hand too', async (t) => {
  const world = await ftpWorld(t);
  const raw = await rawFtp(t, world);
  await raw.secure();
  await raw.login();
  assert.match(await raw.ask('PROT P'), /^503 /);
  assert.match(await raw.ask('PBSZ 0'), /^200 PBSZ=0$/);
  assert.match(await raw.ask('PROT S'), /^536 /);
  assert.match(await raw.ask('PROT P'), /^200 /);
  assert.match(await raw.ask('PROT C'), /^200 /);
  assert.match((await raw.store('STOR a', 'clear')).last, /^226 /);
  assert.equal((await raw.fetch('RETR a')).body, 'clear');
  await raw.ask('PROT P');
  const data = await raw.passive();
  raw.send('RETR a\r\n');
  assert.match(await raw.reply(), /^150 /);
  data.end('this is no TLS');
  assert.match(await raw.reply(), /^425 /);
});
