import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hookName, hookServer } from '../../../test/hook.ts';
import { hookChannel, isPublic } from './hook.ts';

test('what is posted arrives over TLS under its name, and the answer is read', async (t) => {
  const { got, url, here } = await hookServer(t, (reply, text) => reply.end(`${text} back`));
  const answer = await hookChannel(here)(url, 'hello', { 'content-type': 'text/plain' });
  assert.deepEqual(answer, { outcome: 'sent', said: 'HTTP 200', body: 'hello back' });
  const [{ path, text, headers } = assert.fail('nothing came')] = got;
  assert.deepEqual([path, text, headers.host], ['/take?x=1', 'hello', new URL(url).host]);
});

test('a name that leads to any address that is not public is not asked', async (t) => {
  const { got, url, here } = await hookServer(t, (reply) => reply.end());
  const { resolve, authority } = here;
  const strict = hookChannel({ resolve, authority });
  assert.equal((await strict(url, '', {})).outcome, 'forbidden');
  const both = hookChannel({ resolve: async () => ['93.184.216.34', '127.0.0.1'] });
  assert.equal((await both(url, '', {})).outcome, 'forbidden');
  const open6 = hookChannel(here);
  for (const literal of [
    'https://127.0.0.1/',
    'https://[::1]/',
    'https://0x7f000001/',
    `http://${hookName}/`,
  ])
    assert.equal((await open6(literal, '', {})).outcome, 'forbidden', literal);
  assert.deepEqual(got, []);
});

test('addresses that are nobody’s on the internet are not public', () => {
  for (const address of ['93.184.216.34', '1.1.1.1', '2606:4700::1111', '2400:3200::1'])
    assert.ok(isPublic(address), address);
  for (const address of [
    '127.0.0.1',
    '10.1.2.3',
    '172.31.255.255',
    '192.168.0.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    'fe80::1',
    'fd00::1',
    'ff02::1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::1',
    '2001:db8::1',
    'localhost',
    '',
  ])
    assert.ok(!isPublic(address), address);
});

test('a redirect is no answer, a stranger’s certificate neither, and who is gone is gone', async (t) => {
  let [status, location] = [302, 'https://127.0.0.1/'];
  const { got, url, here } = await hookServer(t, (reply) => reply.writeHead(status, { location }).end());
  const hook = hookChannel(here);
  assert.deepEqual(await hook(url, '', {}), { outcome: 'later', said: 'HTTP 302', body: '' });
  [status, location] = [410, ''];
  assert.equal((await hook(url, '', {})).outcome, 'refused');
  assert.equal(got.length, 2);
  const untrusting = await hookChannel({ ...here, authority: null })(url, '', {});
  assert.equal(untrusting.outcome, 'later');
  assert.equal(got.length, 2, 'nothing is said to a stranger');
});

test('whoever hangs or talks for ever is given up', async (t) => {
  let talks = false;
  const { url, here } = await hookServer(t, (reply) => {
    if (!talks) return;
    reply.writeHead(200);
    reply.write('x'.repeat(100_000));
  });
  const hung = await hookChannel({ ...here, wholeMs: 300 })(url, '', {});
  assert.deepEqual(hung, { outcome: 'later', said: 'no answer in time', body: '' });
  talks = true;
  const endless = await hookChannel({ ...here, wholeMs: 30_000 })(url, '', {});
  assert.deepEqual([endless.outcome, endless.body.length], ['sent', 4096]);
});
