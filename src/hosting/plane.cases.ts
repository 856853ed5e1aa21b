import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { parseLogin } from './login.ts';
import { probeAccount, probePassword } from './mark.ts';
import type { Address, Plane } from './plane.ts';
import { hashSecret } from './secret.ts';
import { defaultSettings, type HostSpec } from './spec.ts';

/** A way to run one kind of plane for this suite. */
export interface PlaneCase {
  readonly kind: string;
  /** Starts a plane on data of its own; the test ends it. */
  open(t: TestContext): Promise<OpenPlane>;
  /** What this kind cannot do, by the name of the test, with the reason. */
  readonly cannot: Readonly<Record<string, string>>;
}

export interface OpenPlane {
  readonly plane: Plane;
  readonly probeKey: Buffer;
  /** Puts a file below the host's `web`, as its customer. */
  put(host: string, path: string, content: string): Promise<void>;
  /** Ends the plane as it stands and starts it again on the same data, without any spec. */
  restart(): Promise<OpenPlane>;
}

/** What every plane does, whatever it runs on. */
export function planeCases(kind: PlaneCase): void {
  for (const [name, run] of Object.entries(cases)) {
    test(`${kind.kind}: ${name}`, async (t) => {
      const cannot = kind.cannot[name];
      if (cannot === undefined) await run(await kind.open(t), t);
      else t.skip(`reason: ${cannot}`);
    });
  }
}

type Run = (open: OpenPlane, t: TestContext) => Promise<void>;

const cases: Readonly<Record<string, Run>> = {
  'an applied host answers under each of its domains and no other name': async ({ plane, put }) => {
    const applied = await plane.apply(spec('h000001', 1, { domains: ['one.test', 'www.one.test'] }));
    assert.deepEqual(applied, { kind: 'applied', revision: 1 });
    await put('h000001', 'index.html', 'first');
    assert.equal(await body(plane, 'one.test'), 'first');
    assert.equal(await body(plane, 'www.one.test'), 'first');
    assert.equal(await status(plane, 'two.test'), 404);
    assert.equal(plane.health().hosts, 1);
  },

  'a new host has a page, and applying it again changes no file': async ({ plane, put }) => {
    await plane.apply(spec('h000001', 1));
    assert.equal(await status(plane, 'h000001.test'), 200);
    await put('h000001', 'index.html', 'mine');
    assert.deepEqual(await plane.apply(spec('h000001', 1)), { kind: 'applied', revision: 1 });
    assert.deepEqual(await plane.apply(spec('h000001', 2)), { kind: 'applied', revision: 2 });
    assert.equal(await body(plane, 'h000001.test'), 'mine');
  },

  'a lower or equal revision changes nothing': async ({ plane }) => {
    await plane.apply(spec('h000001', 5));
    const closed = { kind: 'closed', reason: 'violation', rule: 'R1', since: 0 } as const;
    for (const revision of [4, 5]) {
      const applied = await plane.apply(
        spec('h000001', revision, { state: closed, domains: ['other.test'] }),
      );
      assert.deepEqual(applied, { kind: 'applied', revision: 5 });
    }
    assert.equal(await status(plane, 'h000001.test'), 200);
    assert.equal(await status(plane, 'other.test'), 404);
  },

  'two hosts never see each other': async ({ plane, put }) => {
    await plane.apply(spec('h000001', 1));
    await plane.apply(spec('h000002', 1));
    await put('h000001', 'index.html', 'one');
    await put('h000001', 'secret.txt', 'of one');
    await put('h000002', 'index.html', 'two');
    assert.equal(await body(plane, 'h000001.test'), 'one');
    assert.equal(await body(plane, 'h000002.test'), 'two');
    for (const path of [
      '/secret.txt',
      '/../h000001/web/secret.txt',
      '/%2e%2e/%2e%2e/h000001/web/secret.txt',
    ]) {
      const answer = await get(plane, 'h000002.test', path);
      assert.ok(answer.status === 404 || answer.status === 400, `${path}: ${answer.status}`);
      assert.ok(!answer.body.includes('of one'), path);
    }
  },

  'a name that another host holds quarantines the newcomer alone': async ({ plane, put }) => {
    await plane.apply(spec('h000001', 1, { domains: ['same.test'] }));
    await put('h000001', 'index.html', 'holder');
    const refused = await plane.apply(spec('h000002', 1, { domains: ['same.test'] }));
    assert.equal(refused.kind, 'quarantined');
    assert.deepEqual(plane.health().quarantined, ['h000002']);
    assert.equal(await body(plane, 'same.test'), 'holder');
    await plane.apply(spec('h000001', 2, { domains: ['new.test'] }));
    assert.deepEqual(await plane.apply(spec('h000002', 1, { domains: ['same.test'] })), {
      kind: 'applied',
      revision: 1,
    });
    assert.deepEqual(plane.health().quarantined, []);
    assert.equal(await status(plane, 'same.test'), 200);
  },

  'a spec that cannot be applied leaves the last good one serving': async ({ plane, put }) => {
    await plane.apply(spec('h000001', 1));
    await put('h000001', 'index.html', 'good');
    const bad = spec('h000001', 2, { certificate: { cert: 'none', key: 'none' }, domains: ['later.test'] });
    const refused = await plane.apply(bad);
    assert.equal(refused.kind, 'quarantined');
    assert.ok(refused.kind === 'quarantined' && refused.reason.length > 10);
    assert.equal(await body(plane, 'h000001.test'), 'good');
    assert.equal(await status(plane, 'later.test'), 404);
  },

  'a closed host names its rule and opens again with its files': async ({ plane, put }) => {
    await plane.apply(spec('h000001', 1));
    await put('h000001', 'index.html', 'still here');
    for (const [index, reason] of (['violation', 'over-traffic', 'expired'] as const).entries()) {
      const state = { kind: 'closed', reason, rule: `rule <${reason}>`, since: 0 } as const;
      await plane.apply(spec('h000001', index + 2, { state }));
      const answer = await get(plane, 'h000001.test', '/');
      assert.equal(answer.status, 503);
      assert.ok(answer.body.includes(`rule &lt;${reason}&gt;`), answer.body);
      assert.ok(!answer.body.includes('still here'));
    }
    await plane.apply(spec('h000001', 9));
    assert.equal(await body(plane, 'h000001.test'), 'still here');
  },

  'an absent host is nobody, and keeps its files for when it is back': async ({ plane, put }) => {
    await plane.apply(spec('h000001', 1));
    await put('h000001', 'index.html', 'kept');
    await plane.apply(spec('h000001', 2, { state: { kind: 'absent' } }));
    assert.equal(await status(plane, 'h000001.test'), 404);
    await plane.apply(spec('h000001', 3));
    assert.equal(await body(plane, 'h000001.test'), 'kept');
  },

  'a removed host is gone with its files, and removing it again is nothing': async ({ plane, put }) => {
    await plane.apply(spec('h000001', 7));
    await put('h000001', 'index.html', 'old owner');
    await plane.remove('h000001');
    await plane.remove('h000001');
    await plane.remove('h999999');
    assert.equal(await plane.usage('h000001'), null);
    assert.equal(await status(plane, 'h000001.test'), 404);
    await plane.apply(spec('h000001', 1));
    assert.ok(!(await body(plane, 'h000001.test')).includes('old owner'));
  },

  'usage is what the host holds': async ({ plane, put }) => {
    await plane.apply(spec('h000001', 1));
    const before = await plane.usage('h000001');
    assert.ok(before !== null);
    await put('h000001', 'more.bin', 'x'.repeat(1000));
    const after = await plane.usage('h000001');
    assert.deepEqual(after, { bytes: before.bytes + 1000, files: before.files + 1 });
    assert.equal(await plane.usage('h000002'), null);
  },

  'a restart serves what was applied, without being told again': async (open) => {
    await open.plane.apply(spec('h000001', 3));
    await open.put('h000001', 'index.html', 'kept on');
    const state = { kind: 'closed', reason: 'expired', rule: 'R', since: 0 } as const;
    await open.plane.apply(spec('h000002', 1, { state }));
    await open.plane.apply(spec('h000003', 1));
    await open.plane.remove('h000003');
    const { plane } = await open.restart();
    assert.equal(await body(plane, 'h000001.test'), 'kept on');
    assert.equal(await status(plane, 'h000002.test'), 503);
    assert.equal(await status(plane, 'h000003.test'), 404);
    assert.deepEqual(await plane.apply(spec('h000001', 2)), { kind: 'applied', revision: 3 });
    assert.equal(plane.health().hosts, 2);
  },

  'every request leaves one line with its host, status and times': async ({ plane, put }) => {
    await plane.apply(spec('h000001', 1));
    await put('h000001', 'a.txt', 'text');
    await status(plane, 'h000001.test', '/a.txt');
    await status(plane, 'h000001.test', '/nothing');
    await status(plane, 'unknown.test', '/');
    await delay(200);
    const lines = (await readFile(plane.accessLog, 'utf8')).trimEnd().split('\n');
    const seen = lines.map((line) => line.split('\t')).map((f) => [f[0], f[6], f[14]]);
    assert.deepEqual(seen, [
      ['h000001.test', '200', '/a.txt'],
      ['h000001.test', '404', '/nothing'],
      ['unknown.test', '404', '/'],
    ]);
    for (const line of lines) {
      const fields = line.split('\t');
      assert.equal(fields.length, 17);
      assert.ok(Number(fields[3]) >= 0 && Number(fields[3]) <= Number(fields[2]) + 0.001, line);
    }
  },

  'FTP lets in who the spec names, the probe included, and tells each refusal apart': async (open) => {
    const { plane, probeKey } = open;
    const accounts = [{ name: 'demo', secret: await hashSecret('right'), root: '' }];
    await plane.apply(spec('h000001', 1, { ftp: { accounts, tls: 'optional' } }));
    await plane.apply(spec('h000002', 1));
    const daily = probePassword(probeKey, 'h000001', Date.now());
    assert.equal(await login(plane.health().ftp, 'demo', 'right'), '230');
    assert.equal(await login(plane.health().ftp, 'demo', 'wrong'), '530');
    assert.equal(await login(plane.health().ftp, probeAccount('h000001'), daily), '230');
    assert.equal(await login(plane.health().ftp, 'nobody', 'x'), '530');
    const state = { kind: 'closed', reason: 'violation', rule: 'R1', since: 0 } as const;
    await plane.apply(spec('h000001', 2, { ftp: { accounts, tls: 'optional' }, state }));
    assert.equal(await login(plane.health().ftp, 'demo', 'right'), '530');
    await delay(200);
    const text = await readFile(plane.loginLog, 'utf8');
    const outcomes = text
      .trimEnd()
      .split('\n')
      .map((line) => parseLogin(line)?.outcome);
    assert.deepEqual(outcomes, ['ok', 'wrong-password', 'ok', 'unknown-user', 'closed']);
  },
};

function spec(host: string, revision: number, more: Partial<HostSpec> = {}): HostSpec {
  return {
    host,
    revision,
    domains: [`${host}.test`],
    state: { kind: 'serving' },
    spaceBytes: 10_000_000,
    ftp: null,
    php: null,
    certificate: null,
    settings: defaultSettings,
    ...more,
  };
}

/** The path goes out as it is written: no client tidies it first. */
function get(plane: Plane, name: string, path: string): Promise<{ status: number; body: string }> {
  const { address, port } = plane.health().web.http;
  return new Promise((done, fail) => {
    const asked = request({ host: address, port, path, headers: { Host: name }, agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (piece: string) => {
        text += piece;
      });
      answer.on('end', () => done({ status: answer.statusCode ?? 0, body: text }));
    });
    asked.on('error', fail);
    asked.end();
  });
}

async function status(plane: Plane, name: string, path = '/'): Promise<number> {
  return (await get(plane, name, path)).status;
}

async function body(plane: Plane, name: string, path = '/'): Promise<string> {
  return (await get(plane, name, path)).body;
}

/** The code of the reply to PASS. */
function login({ address, port }: Address, account: string, password: string): Promise<string> {
  return new Promise((done, fail) => {
    const socket = connect(port, address);
    const say = [`USER ${account}\r\n`, `PASS ${password}\r\n`];
    let text = '';
    socket.on('error', fail);
    socket.on('data', (bytes: Buffer) => {
      text += bytes.toString('utf8');
      const last = /^(\d{3}) .*\r\n$/m.exec(text);
      if (last === null) return;
      text = '';
      const next = say.shift();
      if (next !== undefined) socket.write(next);
      else {
        socket.destroy();
        done(last[1]!);
      }
    });
  });
}
