import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { link, mkdir, mkdtemp, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ask, hostSpec, type PlaneWorld, planeFolder, startPlane } from '../../../../test/embedded.ts';
import { RawFtp, until } from '../../../../test/ftp.ts';
import { needs } from '../../../../test/needs.ts';
import { hashSecret } from '../../secret.ts';
import type { HostSpec } from '../../spec.ts';
import { findPoint } from './web/bind.ts';

const php = { version: '8.2' };
const [a, b] = ['h000001', 'h000002'];

/** Root, PHP and, where the test is of binding, a kernel that lets root bind. */
async function able(t: TestContext, ...more: 'bind'[]): Promise<boolean> {
  if (!needs(t, 'php-fpm8.2')) return false;
  if (process.getuid?.() !== 0) {
    t.skip('reason: only root runs scripts as other users');
    return false;
  }
  if (more.length === 0 || (await findPoint(tmpdir())) !== null) return true;
  t.skip('reason: root may not mount in here');
  return false;
}

async function run(world: PlaneWorld, host: string, code: string): Promise<string> {
  const name = `run${Math.random().toString(36).slice(2)}.php`;
  await world.put(host, name, `<?php ${code}`);
  const { body } = await ask(world.port, `${host}.test`, `/${name}`);
  // Chunked, in one chunk or none.
  return body.replace(/(?:^|\r\n)0\r\n\r\n$/, '').replace(/^[0-9a-f]+\r\n/, '');
}

async function ftpHost(host: string, account: string): Promise<HostSpec> {
  const accounts = [{ name: account, secret: await hashSecret('secret'), root: '' }];
  return hostSpec(host, { php, ftp: { accounts, tls: 'optional' } });
}

async function ftp(t: TestContext, { plane }: PlaneWorld, account: string): Promise<RawFtp> {
  const { address, port } = plane.health().ftp;
  const socket = connect(port, address);
  await once(socket, 'connect');
  const raw = new RawFtp(socket, port);
  t.after(() => raw.end());
  await raw.reply();
  assert.match(await raw.login(account), /^230 /);
  return raw;
}

test('below a closed folder both files and scripts are served, and no mode is touched', async (t) => {
  if (!(await able(t, 'bind'))) return;
  const folder = await planeFolder(t, true);
  const world = await startPlane(t, [], { folder });
  const applied = await world.plane.apply(hostSpec(a, { php }));
  assert.deepEqual(applied, { kind: 'applied', revision: 1 });
  await world.put(a, 'a.txt', 'text');
  assert.equal((await ask(world.port, `${a}.test`, '/a.txt')).body, 'text');
  assert.equal(await run(world, a, 'echo __DIR__, " ", $_SERVER["DOCUMENT_ROOT"];'), '/mnt/web /mnt/web');
  assert.equal(await run(world, a, 'session_start(); echo sys_get_temp_dir();'), '/mnt/script/tmp');
  assert.equal(await run(world, a, 'echo file_put_contents(tempnam(sys_get_temp_dir(), "x"), "four");'), '4');
  assert.equal((await stat(join(folder, '..'))).mode & 0o777, 0o700);
  await world.plane.close();
  const next = await startPlane(t, [], { folder });
  assert.equal(await run(next, a, 'echo 6 * 7;'), '42', 'after a restart too');
});

test('what is bound for a pool is seen by that pool alone, and ends with it', async (t) => {
  if (!(await able(t, 'bind'))) return;
  const world = await startPlane(t, [hostSpec(a, { php })]);
  const before = await readFile('/proc/self/mountinfo', 'utf8');
  const pid = Number(await run(world, a, 'echo posix_getppid();'));
  assert.match(await readFile(`/proc/${pid}/mountinfo`, 'utf8'), new RegExp(`hosts/${a} /mnt `));
  assert.equal(await readFile('/proc/self/mountinfo', 'utf8'), before);
  assert.equal(Number(await readFile(join(world.folder, `pools/${a}.pid`), 'utf8')), pid);
});

test('the kernel ends a pool whose plane is killed', async (t) => {
  if (!(await able(t, 'bind')) || !needs(t, '/usr/bin/setpriv')) return;
  const folder = await planeFolder(t);
  const code = `import { startEmbedded } from ${JSON.stringify(new URL('embedded.ts', import.meta.url).href)};
    const plane = await startEmbedded({ folder: ${JSON.stringify(folder)}, address: '127.0.0.1', httpPort: 0, httpsPort: null,
      ftpPort: 0, probeKey: Buffer.alloc(32), now: () => Date.now() });
    await plane.apply(${JSON.stringify(hostSpec(a, { php }))});
    console.log(plane.health().web.http.port);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [bytes] = await once(child.stdout, 'data');
  await writeFile(join(folder, 'hosts', a, 'web/a.php'), '<?php echo "here";');
  assert.match((await ask(Number(String(bytes)), `${a}.test`, '/a.php')).body, /here/);
  const pid = Number(await readFile(join(folder, `pools/${a}.pid`), 'utf8'));
  child.kill('SIGKILL');
  await once(child, 'exit');
  await until('the master is gone', () =>
    readFile(`/proc/${pid}/stat`, 'utf8').then(
      (text) => text.includes(') Z '),
      () => true,
    ),
  );
});

test('where nothing can be bound and the way is closed, the host opens without its scripts', async (t) => {
  if (!(await able(t))) return;
  const folder = await planeFolder(t, true);
  const world = await startPlane(t, [], { folder, bindPoint: null });
  const applied = await world.plane.apply(hostSpec(a, { php }));
  assert.equal(applied.kind, 'applied');
  const note = applied.kind === 'applied' ? applied.note : undefined;
  assert.match(note ?? '', /^open without its scripts: .* user 200001, to whom the folder .* is closed$/);
  assert.deepEqual(await world.plane.apply(hostSpec(a, { php })), applied, 'told again when asked again');
  assert.deepEqual(world.plane.health().quarantined, []);
  await world.put(a, 'a.txt', 'text');
  await world.put(a, 'a.php', '<?php echo "ran";');
  assert.equal((await ask(world.port, `${a}.test`, '/a.txt')).body, 'text');
  const answer = await ask(world.port, `${a}.test`, '/a.php');
  assert.equal(answer.status, 503);
  assert.match(answer.body, /Scripts cannot be run here/);
  assert.ok(!answer.body.includes('<?php') && !answer.body.includes(folder));
  await world.plane.close();
  const next = await startPlane(t, [], { folder, bindPoint: null });
  assert.equal((await ask(next.port, `${a}.test`, '/a.txt')).body, 'text');
  assert.equal((await ask(next.port, `${a}.test`, '/a.php')).status, 503);
  assert.match(String(next.errors[0]), /h000001 is open without its scripts/);
  await next.plane.close();
  const third = await startPlane(t, [], { folder });
  if ((await findPoint(folder)) !== null) {
    assert.match((await ask(third.port, `${a}.test`, '/a.php')).body, /ran/);
  }
});

test('where nothing can be bound and the way is open, scripts run where they lie', async (t) => {
  if (!(await able(t))) return;
  const world = await startPlane(t, [hostSpec(a, { php })], { bindPoint: null });
  assert.equal(await run(world, a, 'echo __DIR__;'), join(world.folder, 'hosts', a, 'web'));
  assert.equal(await run(world, a, 'echo posix_getuid(), " ", posix_getgid();'), '200001 200001');
});

for (const bindPoint of [undefined, null]) {
  const where = bindPoint === null ? 'on foot' : 'bound';
  test(`a script can neither read nor list another host's files, whatever PHP allows (${where})`, async (t) => {
    if (!(await able(t))) return;
    const specs = [hostSpec(a, { php }), hostSpec(b, { php })];
    const world = await startPlane(t, specs, bindPoint === null ? { bindPoint } : {});
    const secret = await world.put(b, 'secret.txt', 'of b');
    await run(world, b, 'session_start(); $_SESSION["x"] = 1;');
    const other = join(world.folder, 'hosts', b);
    // What stands between two hosts must hold when PHP's own fences are down: they are taken down here.
    await unfence(world, a);
    assert.equal(await run(world, a, 'echo ini_get("open_basedir"), ini_get("disable_functions");'), '');
    const tries = [
      `file_get_contents("${secret}")`,
      `scandir("${join(other, 'web')}")`,
      `opendir("${other}")`,
      `scandir("${join(other, 'script/session')}")`,
      `file_put_contents("${join(other, 'web/new')}", "x")`,
      `(symlink("${other}", "s") ? scandir("s/web") : "no link")`,
      `(symlink("${secret}", "t") ? file_get_contents("t") : "no link")`,
      `link("${secret}", "l")`,
      `rename("${secret}", "r")`,
      `chmod("${other}", 0777)`,
      `stream_socket_client("unix://${join(world.folder, 'pools', `${b}.sock`)}")`,
      `scandir("${join(world.folder, 'applied')}")`,
      `scandir("${join(world.folder, 'pools')}")`,
      `posix_setuid(0)`,
      `posix_setuid(200002)`,
    ];
    for (const attempt of tries) {
      assert.equal(await run(world, a, `var_dump(@${attempt});`), 'bool(false)\n', attempt);
    }
    assert.equal(
      await run(world, a, `echo exec("cat ${secret} 2>&1");`),
      `cat: ${secret}: Permission denied`,
    );
    const ls = await run(world, a, `echo exec("ls ${join(other, 'web')} 2>&1");`);
    assert.match(ls, /Permission denied/);
    assert.equal(await run(world, a, 'echo trim(exec("id -u")), trim(exec("id -G"));'), '200001200001');
    // Neither does the web server follow what a script has laid.
    for (const path of ['/s/secret.txt', '/s/web/secret.txt', '/t']) {
      assert.equal((await ask(world.port, `${a}.test`, path)).status, 404, path);
    }
    assert.equal(await readFile(secret, 'utf8'), 'of b');
  });
}

/** Starts the host's pool again with neither open_basedir nor disabled functions. */
async function unfence({ folder, plane, port }: PlaneWorld, host: string): Promise<void> {
  const path = join(folder, `pools/${host}.conf`);
  const text = await readFile(path, 'utf8');
  const bare = text.split('\n').filter((line) => !/open_basedir|disable_functions/.test(line));
  assert.ok(plane.health().hosts > 0);
  await writeFile(path, bare.join('\n'));
  await ask(port, `${host}.test`, '/none.php');
  const pid = Number(await readFile(join(folder, `pools/${host}.pid`), 'utf8').catch(() => '0'));
  if (pid === 0) return;
  process.kill(pid, 'SIGKILL');
  await until('the pool has ended', () =>
    readFile(`/proc/${pid}/stat`, 'utf8').then(
      (stated) => stated.includes(') Z '),
      () => true,
    ),
  );
}

test('what came over FTP is the host’s own script’s to change', async (t) => {
  if (!(await able(t))) return;
  const world = await startPlane(t, [await ftpHost(a, 'demo'), await ftpHost(b, 'else')]);
  const raw = await ftp(t, world, 'demo');
  assert.match(await raw.ask('MKD cache'), /^257 /);
  assert.match(await raw.ask('MKD cache/deep'), /^257 /);
  assert.match((await raw.store('STOR cache/a.txt', 'by ftp')).last, /^226 /);
  const web = join(world.folder, 'hosts', a, 'web');
  for (const [path, mode] of [
    ['cache', 0o750],
    ['cache/deep', 0o750],
    ['cache/a.txt', 0o640],
  ] as const) {
    const seen = await stat(join(web, path));
    assert.deepEqual([seen.uid, seen.gid, seen.mode & 0o777], [200001, 200001, mode], path);
  }
  assert.equal(await run(world, a, 'echo file_put_contents("cache/a.txt", "+", FILE_APPEND);'), '1');
  assert.equal(await run(world, a, 'echo file_put_contents("cache/deep/b.txt", "new");'), '3');
  assert.equal(await run(world, a, 'var_dump(mkdir("cache/made"));'), 'bool(true)\n');
  assert.equal((await ask(world.port, `${a}.test`, '/cache/a.txt')).body, 'by ftp+');
  assert.equal((await raw.fetch('RETR cache/deep/b.txt')).body, 'new');
  assert.match((await raw.store('STOR cache/made/c', 'in a script’s folder')).last, /^226 /);
  assert.match((await raw.store('APPE cache/deep/b.txt', 'er')).last, /^226 /);
  assert.equal(await run(world, a, 'unlink("cache/made/c"); rmdir("cache/made"); echo "gone";'), 'gone');
});

test('an older plane’s files are given to their host once, links and second names left alone', async (t) => {
  if (!(await able(t))) return;
  const folder = await planeFolder(t);
  const web = join(folder, 'hosts', a, 'web');
  await mkdir(join(web, 'deep/er'), { recursive: true });
  await writeFile(join(web, 'deep/er/a.txt'), 'old');
  const outside = await mkdtemp(join(tmpdir(), 'outside-'));
  t.after(() => rm(outside, { recursive: true, force: true }));
  await writeFile(join(outside, 'b'), 'not theirs');
  await symlink(outside, join(web, 'way'));
  await link(join(outside, 'b'), join(web, 'second'));
  const world = await startPlane(t, [hostSpec(a, { php })], { folder });
  const uids = await Promise.all(
    ['', 'deep', 'deep/er', 'deep/er/a.txt'].map(async (path) => (await stat(join(web, path))).uid),
  );
  assert.deepEqual(uids, [200001, 200001, 200001, 200001]);
  assert.deepEqual([(await stat(outside)).uid, (await stat(join(outside, 'b'))).uid], [0, 0]);
  assert.equal(await run(world, a, 'echo file_put_contents("deep/er/a.txt", "newer");'), '5');
});

test('a link that a script puts in place of its folders leads nobody out', async (t) => {
  if (!(await able(t))) return;
  const world = await startPlane(t, [hostSpec(a, { php })]);
  const outside = await mkdtemp(join(tmpdir(), 'outside-'));
  t.after(() => rm(outside, { recursive: true, force: true }));
  const session = join(world.folder, 'hosts', a, 'script/session');
  await rm(session, { recursive: true });
  await symlink(outside, session);
  const applied = await world.plane.apply(hostSpec(a, { php, revision: 2 }));
  assert.deepEqual(applied, { kind: 'applied', revision: 2 });
  assert.deepEqual([(await stat(outside)).uid, (await stat(session)).uid], [0, 200001]);
});

test('parts of uploads that nobody came back for are swept without a login', async (t) => {
  const folder = await planeFolder(t);
  const first = await startPlane(t, [hostSpec(a), hostSpec(b)], { folder });
  await first.plane.close();
  const [old, young] = [join(folder, 'hosts', a, 'tmp/part-0a'), join(folder, 'hosts', b, 'tmp/part-0b')];
  for (const path of [old, young]) await writeFile(path, 'part');
  const long = Date.now() / 1000 - 86_500;
  await utimes(old, long, long);
  const world = await startPlane(t, [], { folder });
  await until('it is swept', () =>
    stat(old).then(
      () => false,
      () => true,
    ),
  );
  assert.equal((await stat(young)).size, 4);
  assert.deepEqual(world.errors, []);
});
