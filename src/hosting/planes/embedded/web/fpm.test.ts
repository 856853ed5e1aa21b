import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPlainPath, poolText } from './fpm.ts';

const pool = {
  host: 'h000001',
  folder: '/data/hosts/h000001',
  outside: null,
  socket: '/data/pools/h000001.sock',
  errorLog: '/data/pools/h000001.log',
  user: null,
  children: 5,
} as const;

test('a pool is told to stay in its host’s folder and to start no programs', () => {
  const text = poolText(pool);
  assert.match(text, /^\[h000001\]$/m);
  assert.match(text, /^listen = "\/data\/pools\/h000001\.sock"$/m);
  assert.match(
    text,
    /^php_admin_value\[open_basedir\] = "\/data\/hosts\/h000001\/web\/:\/data\/hosts\/h000001\/script\/"$/m,
  );
  assert.match(text, /^php_admin_value\[disable_functions\] = "exec,passthru,shell_exec,system,/m);
  assert.match(text, /^pm = ondemand$/m);
  assert.ok(!text.includes('user ='));
});

test('root hands scripts to the host’s own user', () => {
  const text = poolText({ ...pool, user: { uid: 200001, gid: 200001 } });
  assert.match(text, /^user = 200001\ngroup = 200001$/m);
});

test('a path that the configuration would read otherwise is not put there', () => {
  assert.equal(isPlainPath('/data/with space/中文'), true);
  for (const path of ['/a"b', '/a$b', '/a\\b', '/a\nb', '/a:b', '/a;b', '/a{b}'])
    assert.equal(isPlainPath(path), false, path);
});
