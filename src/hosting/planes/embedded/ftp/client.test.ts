import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type FtpWorld, ftpWorld, runClient } from '../../../../../test/ftp.ts';
import { needs } from '../../../../../test/needs.ts';

/** The clients that customers use (clause 2-3.1), each through the same day's work. */
const big = randomBytes(3_000_000);

async function local(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'ftp-client-'));
  t.after(() => rm(path, { recursive: true, force: true }));
  await writeFile(join(path, 'big.bin'), big);
  await writeFile(join(path, 'half.bin'), big.subarray(0, 1_000_000));
  await writeFile(join(path, 'page.html'), '<h1>一</h1>\r\n');
  return path;
}

async function served(world: FtpWorld, name: string): Promise<Buffer> {
  return readFile(join(world.web, name));
}

async function lftp(world: FtpWorld, tls: boolean, ...commands: string[]) {
  const settings = [
    'set cmd:fail-exit true',
    'set net:max-retries 1',
    'set net:timeout 10',
    'set ssl:verify-certificate no',
    `set ftp:ssl-allow ${tls}`,
    `set ftp:ssl-force ${tls}`,
    'set ftp:ssl-protect-data true',
    `open -u demo,secret ftp://127.0.0.1:${world.port}`,
  ];
  return runClient('lftp', ['-c', [...settings, ...commands].join('; ')]);
}

for (const tls of [false, true]) {
  const way = tls ? 'under TLS' : 'in the clear';

  test(`lftp does a day's work ${way}`, async (t) => {
    if (!needs(t, 'lftp')) return;
    const world = await ftpWorld(t);
    const path = await local(t);
    const first = await lftp(
      world,
      tls,
      `lcd ${path}`,
      'mkdir -p site/deep',
      'put half.bin -o resumed.bin',
      'put -c big.bin -o resumed.bin',
      'put big.bin -o site/big.bin',
      'put page.html -o "site/ü 一.html"',
      'ls -a site',
      'nlist site',
      'cls -l site',
      'get -c site/big.bin -o half.bin',
      'get site/big.bin -o whole.bin',
      'mv resumed.bin moved.bin',
      'rm "site/ü 一.html"',
      'rmdir site/deep',
    );
    assert.equal(first.code, 0, first.err);
    assert.match(first.out, /-rw-r--r-- .* 3000000 .* big\.bin/);
    assert.match(first.out, /ü 一\.html/);
    assert.ok((await served(world, 'moved.bin')).equals(big));
    assert.ok((await readFile(join(path, 'half.bin'))).equals(big));
    assert.ok((await readFile(join(path, 'whole.bin'))).equals(big));
    assert.equal(existsSync(join(world.web, 'site/deep')), false);
    assert.equal(existsSync(join(world.web, 'site/ü 一.html')), false);
    assert.equal(world.lines.length > 0, true);
    for (const line of world.lines) assert.deepEqual([line.outcome, line.tls], ['ok', tls]);
    assert.deepEqual(world.errors, []);
    assert.deepEqual(world.space.usage(), { bytes: 6_000_000, files: 2 });
  });

  test(`lftp lets itself be called back ${way}`, async (t) => {
    if (!needs(t, 'lftp')) return;
    const world = await ftpWorld(t);
    const path = await local(t);
    const done = await lftp(
      world,
      tls,
      'set ftp:passive-mode no',
      `lcd ${path}`,
      'put big.bin',
      'ls',
      'get big.bin -o back',
    );
    assert.equal(done.code, 0, done.err);
    assert.match(done.out, / 3000000 .* big\.bin/);
    assert.ok((await readFile(join(path, 'back'))).equals(big));
  });

  test(`lftp mirrors a folder there and back ${way}`, async (t) => {
    if (!needs(t, 'lftp')) return;
    const world = await ftpWorld(t);
    const path = await local(t);
    await mkdir(join(path, 'up/sub'), { recursive: true });
    for (let i = 0; i < 20; i += 1) await writeFile(join(path, `up/sub/f${i}`), `content ${i}`);
    const done = await lftp(world, tls, `lcd ${path}`, 'mirror -R -P 3 up site', 'mirror site down');
    assert.equal(done.code, 0, done.err);
    for (let i = 0; i < 20; i += 1) {
      assert.equal(await readFile(join(path, `down/sub/f${i}`), 'utf8'), `content ${i}`);
    }
  });

  test(`curl does a day's work ${way}`, async (t) => {
    if (!needs(t, 'curl')) return;
    const world = await ftpWorld(t);
    const path = await local(t);
    const url = `ftp://127.0.0.1:${world.port}`;
    const common = ['-sS', '-k', '--user', 'demo:secret', ...(tls ? ['--ssl-reqd'] : [])];
    const curl = async (...args: string[]) => {
      const done = await runClient('curl', [...common, ...args]);
      assert.equal(done.code, 0, `${args.join(' ')}: ${done.err}`);
      return done.out;
    };
    await curl('--ftp-create-dirs', '-T', join(path, 'half.bin'), `${url}/a/b/f.bin`);
    await curl('-C', '-', '-T', join(path, 'big.bin'), `${url}/a/b/f.bin`);
    assert.ok((await served(world, 'a/b/f.bin')).equals(big));
    await curl('-C', '-', '-o', join(path, 'half.bin'), `${url}/a/b/f.bin`);
    assert.ok((await readFile(join(path, 'half.bin'))).equals(big));
    assert.match(await curl(`${url}/a/b/`), /^-rw.*3000000.*f\.bin\r?\n$/);
    assert.match(await curl('-l', `${url}/a/b/`), /^f\.bin\r?\n$/);
    assert.match(await curl('--disable-epsv', '-l', `${url}/a/b/`), /^f\.bin\r?\n$/);
    // curl 7.87 and 7.88 forget TLS on active data connections; lftp shows below that ours has it.
    for (const active of tls ? [] : [[], ['--disable-eprt']]) {
      assert.match(await curl('-P', '-', ...active, '-l', `${url}/a/b/`), /^f\.bin\r?\n$/);
    }
    assert.match(await curl('-I', `${url}/a/b/f.bin`), /Content-Length: 3000000/);
    await curl('-a', '-T', join(path, 'page.html'), `${url}/a/b/f.bin`);
    await curl('-Q', 'RNFR a/b/f.bin', '-Q', 'RNTO moved.bin', '-Q', 'RMD a/b', `${url}/`);
    assert.equal((await served(world, 'moved.bin')).length, big.length + 14);
    await curl('-Q', 'DELE moved.bin', '-Q', 'MKD new', `${url}/`);
    assert.equal(existsSync(join(world.web, 'moved.bin')), false);
    assert.equal(existsSync(join(world.web, 'new')), true);
    for (const line of world.lines) assert.deepEqual([line.outcome, line.tls], ['ok', tls]);
    assert.deepEqual(world.errors, []);
  });
}

test("ncftp does a day's work", async (t) => {
  if (!needs(t, 'ncftpput', 'ncftpget', 'ncftpls', 'ncftp')) return;
  const world = await ftpWorld(t);
  const path = await local(t);
  const login = ['-u', 'demo', '-p', 'secret', '-P', String(world.port)];
  const run = async (program: string, ...args: string[]) => {
    const done = await runClient(program, [...login, ...args]);
    assert.equal(done.code, 0, `${program} ${args.join(' ')}: ${done.err}${done.out}`);
    return done.out;
  };
  await run('ncftpput', '-m', '127.0.0.1', '/site', join(path, 'big.bin'), join(path, 'page.html'));
  assert.ok((await served(world, 'site/big.bin')).equals(big));
  await writeFile(join(world.web, 'site/big.bin'), big.subarray(0, 1_000_000));
  // -s: with sendfile, ncftp 3.2.6 sends the whole file again after REST.
  await run('ncftpput', '-z', '-s', '127.0.0.1', '/site', join(path, 'big.bin'));
  assert.ok((await served(world, 'site/big.bin')).equals(big));
  await mkdir(join(path, 'down'));
  await writeFile(join(path, 'down/big.bin'), big.subarray(0, 500_000));
  await run('ncftpget', '-z', '127.0.0.1', join(path, 'down'), '/site/big.bin', '/site/*.html');
  assert.ok((await readFile(join(path, 'down/big.bin'))).equals(big));
  assert.equal(existsSync(join(path, 'down/page.html')), true);
  const url = `ftp://127.0.0.1/site/`;
  assert.match(await run('ncftpls', url), /big\.bin\s+page\.html/);
  assert.match(await run('ncftpls', '-l', url), /-rw-r--r--.* 3000000 .*big\.bin/);
  assert.match(await run('ncftpls', '-x', '-CF', 'ftp://127.0.0.1/'), /site\//);
  const shell = await runClient(
    'ncftp',
    [...login, '127.0.0.1'],
    'ls\nls -a\ncd site\nrename big.bin moved.bin\nrm page.html\nmkdir sub\nrmdir sub\nquit\n',
  );
  assert.match(shell.out, /site/, shell.err);
  assert.equal(existsSync(join(world.web, 'site/moved.bin')), true);
  assert.equal(existsSync(join(world.web, 'site/page.html')), false);
  assert.deepEqual(world.errors, []);
});

test('curl comes over IPv6 too', async (t) => {
  if (!needs(t, 'curl')) return;
  if (!Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'))) {
    t.skip('reason: no IPv6 loopback here');
    return;
  }
  const world = await ftpWorld(t, { options: { address: '::1' } });
  const path = await local(t);
  const url = `ftp://[::1]:${world.port}/page.html`;
  const common = ['-g', '-sS', '--user', 'demo:secret'];
  assert.equal((await runClient('curl', [...common, '-T', join(path, 'page.html'), url])).code, 0);
  assert.equal((await runClient('curl', [...common, url])).out, '<h1>一</h1>\r\n');
  assert.equal((await runClient('curl', [...common, '-P', '-', url])).out, '<h1>一</h1>\r\n');
  assert.equal(world.lines[0]?.client, '::1');
});
