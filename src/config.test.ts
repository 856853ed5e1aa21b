import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig } from './config.ts';
import { isRefusal } from './refusal.ts';

const defaults = {
  data: './data',
  host: '127.0.0.1',
  port: 8080,
  hostsPort: 8081,
  hostsTlsPort: 8443,
  ftpPort: 2121,
  database: null,
  interval: 60,
  origin: null,
  timestamp: null,
  readyFile: null,
};

test('nothing said gives the defaults, an empty variable is nothing said', () => {
  assert.deepEqual(parseConfig([], {}), defaults);
  assert.deepEqual(parseConfig([], { HOSTPLEDGE_PORT: '', HOSTPLEDGE_DATABASE: '', PORT: '99' }), defaults);
});

test('every setting has a flag and a variable that say the same', () => {
  const flags = ['--data', '/d', '--host=::1', '--port', '1', '--hosts-port', '2', '--hosts-tls-port=3'];
  const more = [
    '--ftp-port',
    '0',
    '--database',
    'postgres://a@b/c',
    '--interval',
    '10',
    '--ready-file',
    '/r',
  ];
  const env = {
    HOSTPLEDGE_DATA: '/d',
    HOSTPLEDGE_HOST: '::1',
    HOSTPLEDGE_PORT: '1',
    HOSTPLEDGE_HOSTS_PORT: '2',
    HOSTPLEDGE_HOSTS_TLS_PORT: '3',
    HOSTPLEDGE_FTP_PORT: '0',
    HOSTPLEDGE_DATABASE: 'postgres://a@b/c',
    HOSTPLEDGE_INTERVAL: '10',
    HOSTPLEDGE_READY_FILE: '/r',
  };
  const byFlag = parseConfig([...flags, ...more], {});
  assert(!isRefusal(byFlag));
  assert.deepEqual(byFlag, parseConfig([], env));
  assert.deepEqual([byFlag.host, byFlag.ftpPort, byFlag.interval], ['::1', 0, 10]);
});

test('the flag wins over the variable', () => {
  const config = parseConfig(['--port', '1'], { HOSTPLEDGE_PORT: '2' });
  assert(!isRefusal(config));
  assert.equal(config.port, 1);
});

test('ports of 0 do not clash, others do', () => {
  assert(!isRefusal(parseConfig(['--port', '0', '--hosts-port', '0', '--ftp-port', '0'], {})));
  const clash = parseConfig(['--port', '9000'], { HOSTPLEDGE_FTP_PORT: '9000' });
  assert(isRefusal(clash));
  assert.equal(clash.path, 'HOSTPLEDGE_FTP_PORT');
});

for (const [args, env, path] of [
  [['--port', '65536'], {}, '--port'],
  [['--port', '80x'], {}, '--port'],
  [['--port=-1'], {}, '--port'],
  [['--port', '1e3'], {}, '--port'],
  [['--port='], {}, '--port'],
  [['--port'], {}, '--port'],
  [['--port', '--host', '::1'], {}, '--port'],
  [['--port', '1', '--port', '2'], {}, '--port'],
  [[], { HOSTPLEDGE_FTP_PORT: '99999' }, 'HOSTPLEDGE_FTP_PORT'],
  [['--interval', '0'], {}, '--interval'],
  [['--interval', '61'], {}, '--interval'],
  [['--interval', '1.5'], {}, '--interval'],
  [['--host', 'hosts.example'], {}, '--host'],
  [['--host', '127.0.0.1\n'], {}, '--host'],
  [['--database', 'mysql://a/b'], {}, '--database'],
  [['--database', 'not a url'], {}, '--database'],
  [['--data', 'a\0b'], {}, '--data'],
  [['--colour', 'red'], {}, '--colour'],
  [['-p', '1'], {}, '-p'],
  [['serve'], {}, 'serve'],
  [['--__proto__', 'x'], {}, '--__proto__'],
] as const) {
  test(`${JSON.stringify(args)} with ${JSON.stringify(env)} is refused at ${path}`, () => {
    const answer = parseConfig(args, env);
    assert(isRefusal(answer));
    assert.equal(answer.path, path);
    assert.notEqual(answer.rule, '');
  });
}
