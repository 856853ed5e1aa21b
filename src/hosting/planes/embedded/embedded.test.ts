import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ask, hostSpec, planeFolder, startPlane } from '../../../../test/embedded.ts';
import { type OpenPlane, planeCases } from '../../plane.cases.ts';

const probeKey = Buffer.alloc(32, 7);

async function open(t: TestContext, folder: string): Promise<OpenPlane> {
  const world = await startPlane(t, [], { folder, probeKey });
  return {
    plane: world.plane,
    probeKey,
    put: async (host, path, content) => {
      await world.put(host, path, content);
    },
    restart: async () => {
      await world.plane.close();
      return open(t, folder);
    },
  };
}

planeCases({ kind: 'embedded', open: async (t) => open(t, await planeFolder(t)), cannot: {} });

test('a restart tells how long nobody was served', async (t) => {
  const folder = await planeFolder(t);
  const first = await startPlane(t, [], { folder });
  assert.equal(first.plane.previous, null);
  await first.plane.close();
  const mark = JSON.parse(await readFile(join(folder, 'alive.json'), 'utf8'));
  const second = await startPlane(t, [], { folder });
  assert.deepEqual(second.plane.previous, mark);
  assert.ok(second.plane.servingSince >= mark.at);
});

test('a restart knows without the centre which host a name is, also of one in quarantine', async (t) => {
  const folder = await planeFolder(t);
  const first = await startPlane(t, [hostSpec('h000001'), hostSpec('h000002')], { folder });
  assert.deepEqual(first.plane.restored, []);
  await first.plane.close();
  const path = join(folder, 'applied', 'h000002.json');
  const broken = { ...hostSpec('h000002'), certificate: { cert: 'none', key: 'none' } };
  await writeFile(path, JSON.stringify(broken));
  const second = await startPlane(t, [], { folder });
  const known = second.plane.restored.map((spec) => spec.host);
  assert.deepEqual(known, ['h000001', 'h000002']);
  assert.deepEqual(second.plane.health().quarantined, ['h000002']);
});

test('a torn spec on disk keeps its host down alone', async (t) => {
  const folder = await planeFolder(t);
  const first = await startPlane(t, [hostSpec('h000001'), hostSpec('h000002')], { folder });
  await first.plane.close();
  await writeFile(join(folder, 'applied/h000002.json'), '{"host":"h0000');
  const second = await startPlane(t, [], { folder });
  assert.deepEqual(second.plane.health().quarantined, ['h000002']);
  assert.equal((await ask(second.port, 'h000001.test')).status, 200);
  assert.equal((await ask(second.port, 'h000002.test')).status, 404);
  assert.equal(second.errors.length, 1);
});

test('what is no spec is refused by its field and touches no disk', async (t) => {
  const world = await startPlane(t, []);
  const bad = [
    [{ ...hostSpec('h1'), host: '../h1' }, 'host'],
    [hostSpec('h1', { domains: ['UPPER.test'] }), 'domains.0'],
    [
      hostSpec('h1', { settings: { index: ['a/b'], errorPages: {}, listFolders: false } }),
      'settings.index.0',
    ],
    [
      hostSpec('h1', { settings: { index: [], errorPages: { 404: '../x' }, listFolders: false } }),
      'errorPages',
    ],
    [hostSpec('h1', { settings: { index: [], errorPages: { 418: 'x' }, listFolders: false } }), 'errorPages'],
    [
      hostSpec('h1', { ftp: { accounts: [{ name: 'a', secret: '', root: '../..' }], tls: 'optional' } }),
      'root',
    ],
    [
      hostSpec('h1', { ftp: { accounts: [{ name: 'probe.h2', secret: '', root: '' }], tls: 'optional' } }),
      'name',
    ],
    [hostSpec('h1', { spaceBytes: -1 }), 'spaceBytes'],
    [{ ...hostSpec('h1'), more: 1 }, ''],
  ] as const;
  for (const [spec, field] of bad) {
    const applied = await world.plane.apply(spec);
    assert.equal(applied.kind, 'quarantined', field);
    assert.ok(
      applied.kind === 'quarantined' && applied.reason.includes(field),
      `${field}: ${JSON.stringify(applied)}`,
    );
  }
  assert.deepEqual(await readdir(join(world.folder, 'hosts')), []);
});

test('two hosts that ask for one name at the same time do not both get it', async (t) => {
  const { plane } = await startPlane(t, []);
  const both = await Promise.all(
    ['h1', 'h2'].map((host) => plane.apply(hostSpec(host, { domains: ['x.test'] }))),
  );
  assert.deepEqual(both.map(({ kind }) => kind).sort(), ['applied', 'quarantined']);
});

test('a plan with PHP is in quarantine where there is none', async (t) => {
  const { plane } = await startPlane(t, [], { phpFpm: null });
  const applied = await plane.apply(hostSpec('h1', { php: { version: '8.2' } }));
  assert.equal(applied.kind, 'quarantined');
  assert.match(applied.kind === 'quarantined' ? applied.reason : '', /PHP 8\.2 is not installed here/);
});

test('secrets on disk are for nobody else', async (t) => {
  const { folder } = await startPlane(t, [hostSpec('h1')]);
  for (const path of ['tls.pem', 'applied/h1.json']) {
    assert.equal((await stat(join(folder, path))).mode & 0o777, 0o600, path);
  }
  assert.equal((await stat(join(folder, 'applied'))).mode & 0o777, 0o700);
});

test('files half removed by a killed plane are gone after its start', async (t) => {
  const folder = await planeFolder(t);
  await mkdir(join(folder, 'trash/h1.x/web'), { recursive: true });
  await startPlane(t, [], { folder });
  assert.deepEqual(await readdir(join(folder, 'trash')), []);
});

test('a host that is new among a thousand is served without a look at the thousand', async (t) => {
  const many = Array.from({ length: 1000 }, (_, index) => hostSpec(`m${index}`));
  const world = await startPlane(t, many);
  const start = process.cpuUsage();
  await world.plane.apply(hostSpec('h1'));
  assert.equal((await ask(world.port, 'h1.test')).status, 200);
  const { user, system } = process.cpuUsage(start);
  const spentMs = (user + system) / 1000;
  assert.ok(spentMs < 50, `${spentMs} ms`);
});
