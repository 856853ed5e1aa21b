import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { ask, hostSpec, parse, planeFolder, raw, startPlane } from '../../../../../test/embedded.ts';
import { needs } from '../../../../../test/needs.ts';
import type { EmbeddedOptions } from '../embedded.ts';

const name = 'h1.test';
const php = { version: '8.2' };
const h1 = hostSpec('h1', { php });

async function world(t: TestContext, more: Partial<EmbeddedOptions> = {}) {
  if (!needs(t, 'php-fpm8.2')) return null;
  return startPlane(t, [h1], more);
}

/** The body of a chunked answer, as far as one chunk goes. */
async function say(port: number, target: string, more = {}): Promise<string> {
  const text = (await ask(port, name, target, more)).body;
  return text.replace(/^[0-9a-f]+\r\n/, '').replace(/\r\n0\r\n\r\n$/, '');
}

async function pidOf(folder: string): Promise<number> {
  return Number(await readFile(join(folder, 'pools/h1.pid'), 'utf8'));
}

async function isGone(pid: number): Promise<boolean> {
  for (let turn = 0; turn < 100; turn += 1) {
    const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ' Z ');
    if (state.includes(') Z ') || state === ' Z ') return true;
    await delay(30);
  }
  return false;
}

test('a script gets what was asked, by whom, of which host, and nothing it must not believe', async (t) => {
  const open = await world(t);
  if (open === null) return;
  await open.put(
    'h1',
    'dir/i.php',
    '<?php header("Content-Type: application/json"); echo json_encode($_SERVER);',
  );
  const fields = { Proxy: 'http://evil', 'X-Under_Score': 'a', 'X-Plain': 'b', Cookie: 'c=d' };
  const seen = JSON.parse(await say(open.port, '/dir/i.php/in/fo%20x?q=1&r=%2f', { fields }));
  assert.equal(seen.SCRIPT_NAME, '/dir/i.php');
  assert.equal(seen.PATH_INFO, '/in/fo x');
  const roots = [join(open.folder, 'hosts/h1/web'), '/mnt/web'];
  assert.ok(roots.includes(seen.DOCUMENT_ROOT), seen.DOCUMENT_ROOT);
  assert.equal(seen.SCRIPT_FILENAME, `${seen.DOCUMENT_ROOT}/dir/i.php`);
  assert.deepEqual([seen.QUERY_STRING, seen.REQUEST_URI], ['q=1&r=%2f', '/dir/i.php/in/fo%20x?q=1&r=%2f']);
  assert.deepEqual([seen.SERVER_NAME, seen.REMOTE_ADDR, seen.REQUEST_METHOD], [name, '127.0.0.1', 'GET']);
  assert.deepEqual([seen.HTTP_X_PLAIN, seen.HTTP_COOKIE, seen.HTTPS], ['b', 'c=d', undefined]);
  assert.deepEqual([seen.HTTP_PROXY, seen.HTTP_X_UNDER_SCORE], [undefined, undefined]);
});

test('the index script answers for its folder, and for what is no file only where it is listed', async (t) => {
  const open = await world(t);
  if (open === null) return;
  await open.put('h1', 'sub/index.php', '<?php echo "sub";');
  assert.equal(await say(open.port, '/sub/'), 'sub');
  assert.equal((await ask(open.port, name, '/pretty/address')).status, 404);
  await open.put('h1', 'index.php', '<?php echo "front ", $_SERVER["REQUEST_URI"];');
  assert.equal(await say(open.port, '/pretty/address?a'), 'front /pretty/address?a');
  assert.equal((await ask(open.port, name, '/.git/config')).status, 404);
  const settings = { index: ['index.html'], errorPages: {}, listFolders: false };
  await open.plane.apply(hostSpec('h1', { php, settings, revision: 2 }));
  assert.equal((await ask(open.port, name, '/pretty/address')).status, 404);
});

test('the time from the whole request to the first byte is the script’s, and no upload’s', async (t) => {
  const open = await world(t);
  if (open === null) return;
  await open.put('h1', 'slow.php', '<?php sleep(2); echo "late";');
  await open.put('h1', 'quick.php', '<?php echo strlen(file_get_contents("php://input"));');
  assert.equal(await say(open.port, '/slow.php'), 'late');
  const socket = connect(open.port, '127.0.0.1');
  socket.write(
    'POST /quick.php HTTP/1.1\r\nHost: h1.test\r\nConnection: close\r\nContent-Length: 3\r\n\r\na',
  );
  for (const piece of ['b', 'c']) {
    await delay(1200);
    socket.write(piece);
  }
  let text = '';
  for await (const bytes of socket) text += String(bytes);
  assert.match(text, /\r\n3\r\n/);
  const [slow, quick] = await open.lines();
  assert.ok(Number(slow?.[4]) >= 2 && Number(slow?.[4]) < 4, `slow ${slow?.[4]}`);
  assert.ok(Number(slow?.[5]) >= Number(slow?.[4]));
  assert.ok(Number(quick?.[4]) < 1, `quick ${quick?.[4]}`);
  assert.ok(Number(quick?.[2]) >= 2.3, `its request ${quick?.[2]}`);
});

test('a body reaches the script whole, small or large, chunked or not', async (t) => {
  const open = await world(t);
  if (open === null) return;
  await open.put(
    'h1',
    'sum.php',
    '<?php $b = file_get_contents("php://input"); echo strlen($b), " ", md5($b), " ", $_SERVER["CONTENT_LENGTH"];',
  );
  const { createHash } = await import('node:crypto');
  for (const size of [0, 1, 65_536, 65_537, 3_000_000]) {
    const body = 'xyz'.repeat(size / 3 + 1).slice(0, size);
    const md5 = createHash('md5').update(body).digest('hex');
    assert.equal(
      await say(open.port, '/sum.php', { method: 'POST', body }),
      `${size} ${md5} ${size === 0 ? '' : size}`,
    );
  }
  const chunked =
    'POST /sum.php HTTP/1.1\r\nHost: h1.test\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n';
  assert.match(await raw(open.port, chunked), /\r\n5 ab56b4d92b40713acc5af89985d4b786 5\r\n/);
  assert.deepEqual(await readdir(join(open.folder, 'bodies')), [], 'nothing is left lying');
  const expects =
    'POST /sum.php HTTP/1.1\r\nHost: h1.test\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n';
  assert.match(await raw(open.port, expects), /^HTTP\/1\.1 100 Continue\r\n\r\n$/);
});

test('a body over the limit is 413, announced or not', async (t) => {
  const open = await world(t, { webLimits: { bodyBytes: 100_000 } });
  if (open === null) return;
  await open.put('h1', 'a.php', '<?php echo "ran";');
  const announced = 'POST /a.php HTTP/1.1\r\nHost: h1.test\r\nContent-Length: 100001\r\n\r\n';
  assert.equal(parse(await raw(open.port, announced)).status, 413);
  const chunk = `${(60_000).toString(16)}\r\n${'x'.repeat(60_000)}\r\n`;
  const unsaid = `POST /a.php HTTP/1.1\r\nHost: h1.test\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}${chunk}`;
  assert.equal(parse(await raw(open.port, unsaid)).status, 413);
});

test('a script’s status, redirect, cookies and length go through, its mistakes do not', async (t) => {
  const open = await world(t);
  if (open === null) return;
  const scripts: Record<string, string> = {
    teapot: 'http_response_code(418); setcookie("a", "1"); setcookie("b", "2"); echo "tea";',
    away: 'header("Location: /x");',
    short: 'header("Content-Length: 100"); echo "less";',
    long: 'header("Content-Length: 4"); echo "more than that";',
    empty: 'http_response_code(204);',
    fatal: 'no_such_function();',
    stop: 'exit;',
  };
  for (const [key, code] of Object.entries(scripts)) await open.put('h1', `${key}.php`, `<?php ${code}`);
  const teapot = await raw(
    open.port,
    'GET /teapot.php HTTP/1.1\r\nHost: h1.test\r\nConnection: close\r\n\r\n',
  );
  assert.match(teapot, /^HTTP\/1\.1 418 /);
  assert.match(teapot, /Set-Cookie: a=1.*Set-Cookie: b=2/s);
  const away = await ask(open.port, name, '/away.php');
  assert.deepEqual([away.status, away.fields.get('location')], [302, '/x']);
  assert.equal((await ask(open.port, name, '/long.php')).body, 'more');
  assert.equal((await ask(open.port, name, '/short.php')).body, 'less', 'and the connection has ended');
  assert.equal((await ask(open.port, name, '/empty.php')).status, 204);
  assert.equal((await ask(open.port, name, '/fatal.php')).status, 500);
  assert.equal((await ask(open.port, name, '/stop.php')).status, 200);
  const head = await ask(open.port, name, '/teapot.php', { method: 'HEAD' });
  assert.deepEqual([head.status, head.body], [418, '']);
});

test('a script that takes too long is 504 and its time is in the log', async (t) => {
  const open = await world(t, { webLimits: { scriptMs: 500 } });
  if (open === null) return;
  await open.put('h1', 'slow.php', '<?php sleep(3); echo "late";');
  assert.equal((await ask(open.port, name, '/slow.php')).status, 504);
  const [line] = await open.lines();
  assert.deepEqual([line?.[4], line?.[6]], ['-', '504']);
  assert.ok(Number(line?.[5]) >= 0.5);
});

test('a client that leaves a waiting script is 499 with the time that it waited', async (t) => {
  const open = await world(t);
  if (open === null) return;
  await open.put('h1', 'slow.php', '<?php sleep(3); echo "late";');
  const socket = connect(open.port, '127.0.0.1');
  socket.write('GET /slow.php HTTP/1.1\r\nHost: h1.test\r\n\r\n');
  await delay(600);
  socket.destroy();
  await delay(200);
  const [line] = await open.lines();
  assert.deepEqual([line?.[3], line?.[4], line?.[6]], ['-', '-', '499']);
  assert.ok(Number(line?.[5]) >= 0.4, `waited ${line?.[5]}`);
});

test('a script sees its own host’s folder and starts no program', async (t) => {
  const open = await world(t);
  if (open === null) return;
  await open.plane.apply(hostSpec('h2'));
  const other = await open.put('h2', 'secret.txt', 'of h2');
  await open.put(
    'h1',
    'peek.php',
    `<?php echo var_export(@file_get_contents("${other}"), true), @file_get_contents("/etc/passwd");`,
  );
  assert.equal(await say(open.port, '/peek.php'), 'false');
  for (const call of [
    'exec("id")',
    'shell_exec("id")',
    'system("id")',
    'symlink("/etc", "e")',
    'popen("id", "r")',
  ]) {
    await open.put('h1', 'run.php', `<?php ${call}; echo "ran";`);
    await delay(1100);
    assert.equal((await ask(open.port, name, '/run.php')).status, 500, call);
  }
  await open.put(
    'h1',
    'write.php',
    '<?php session_start(); $_SESSION["n"] = 1; file_put_contents(__DIR__ . "/made.txt", "by script"); echo get_current_user() ? "ok" : "";',
  );
  assert.equal(await say(open.port, '/write.php'), 'ok');
  assert.equal(await say(open.port, '/made.txt'), 'by script');
  assert.equal((await readdir(join(open.folder, 'hosts/h1/script/session'))).length, 1);
  if (process.getuid?.() === 0) {
    assert.notEqual((await stat(join(open.folder, 'hosts/h1/web/made.txt'))).uid, 0, 'never as root');
  }
});

test('a pool that dies is started again, and none outlives its plane', async (t) => {
  const open = await world(t);
  if (open === null) return;
  await open.put('h1', 'a.php', '<?php echo "alive";');
  await open.put('h1', 'pid.php', '<?php echo getmypid();');
  assert.equal(await say(open.port, '/a.php'), 'alive');
  const first = await pidOf(open.folder);
  const worker = Number(await say(open.port, '/pid.php'));
  process.kill(first, 'SIGKILL');
  assert.ok(await isGone(first));
  assert.ok(await isGone(worker), 'its workers go with it');
  assert.equal(await say(open.port, '/a.php'), 'alive');
  const second = await pidOf(open.folder);
  assert.notEqual(second, first);
  await open.plane.close();
  assert.ok(await isGone(second));
});

test('a plane that is killed leaves no pool behind, and its hosts are served by the next', async (t) => {
  if (!needs(t, 'php-fpm8.2')) return;
  const folder = await planeFolder(t);
  const code = `import { startEmbedded } from ${JSON.stringify(new URL('../embedded.ts', import.meta.url).href)};
    const plane = await startEmbedded({ folder: ${JSON.stringify(folder)}, address: '127.0.0.1', httpPort: 0, httpsPort: null,
      ftpPort: 0, probeKey: Buffer.alloc(32), now: () => Date.now() });
    await plane.apply(${JSON.stringify(h1)});
    console.log(plane.health().web.http.port);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [bytes] = await once(child.stdout, 'data');
  const port = Number(String(bytes));
  await writeFile(join(folder, 'hosts/h1/web/a.php'), '<?php echo "here";');
  assert.equal(await say(port, '/a.php'), 'here');
  const pid = await pidOf(folder);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const next = await startPlane(t, [], { folder });
  assert.ok(await isGone(pid));
  assert.equal(await say(next.port, '/a.php'), 'here');
  const logged = (await next.lines()).map((line) => line[14]);
  assert.ok(logged.length >= 1 && logged.every((target) => target === '/a.php'));
});

test('PHP that the plan does not have any more is not run any more', async (t) => {
  const open = await world(t);
  if (open === null) return;
  await open.put('h1', 'a.php', '<?php echo "ran";');
  assert.equal(await say(open.port, '/a.php'), 'ran');
  const pid = await pidOf(open.folder);
  await open.plane.apply(hostSpec('h1', { revision: 2 }));
  const answer = await ask(open.port, name, '/a.php');
  assert.deepEqual([answer.status, answer.body.includes('<?php')], [404, false]);
  assert.ok(await isGone(pid));
  const unknown = await open.plane.apply(hostSpec('h1', { revision: 3, php: { version: '5.6' } }));
  assert.equal(unknown.kind, 'quarantined');
});

test('a slow taker slows the script and gets all of a large answer', async (t) => {
  const open = await world(t);
  if (open === null) return;
  await open.put(
    'h1',
    'big.php',
    '<?php header("Content-Length: 30000000"); for ($i = 0; $i < 30; $i++) echo str_repeat("x", 1000000);',
  );
  const socket = connect(open.port, '127.0.0.1');
  socket.write('GET /big.php HTTP/1.1\r\nHost: h1.test\r\nConnection: close\r\n\r\n');
  await once(socket, 'readable');
  await delay(500);
  const held = process.memoryUsage().arrayBuffers;
  let size = 0;
  for await (const bytes of socket) size += (bytes as Buffer).length;
  assert.ok(size > 30_000_000 && size < 30_001_000, String(size));
  assert.ok(held < 25_000_000, `${held} bytes held for it`);
});
