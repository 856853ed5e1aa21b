import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shellFindings } from './shells.ts';

const found = (text: string) => shellFindings([{ path: 'src/hosting/planes/debian/agent.ts', text }]);

test('programs started with argument arrays pass, and so do methods that are called exec', () => {
  const text = `
    import { execFile, spawn } from 'node:child_process';
    spawn('nginx', ['-t', '-c', path], { shell: false });
    execFile('/usr/sbin/php-fpm8.2', ['-F']);
    /^a$/.exec(text); pattern.exec(text); client.exec('create table a ()');
    interface User { readonly shell: string; exec(sql: string): Promise<void> }
    // exec('rm') is only spoken of`;
  assert.deepEqual(found(text), []);
});

test('each way to a shell is found', () => {
  for (const text of [
    "import { exec } from 'node:child_process';",
    "import { execSync as run } from 'child_process';",
    "exec('nginx -t')",
    'execSync(command)',
    "childProcess.exec('nginx -t')",
    "spawn('nginx', ['-t'], { shell: true })",
    "spawn('nginx', ['-t'], { shell: '/bin/dash' })",
    "spawn('sh', ['-c', command])",
    "spawnSync('/bin/bash', ['-c', command])",
    "execFile('cmd.exe', ['/c', command])",
  ]) {
    assert.equal(found(text).length, 1, text);
  }
});
