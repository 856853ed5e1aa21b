import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wordFindings } from './words.ts';

const found = (text: string, path = 'src/hosting/host.ts') => wordFindings([{ path, text }]);

test('words for undone work are found in code, comments and scripts', () => {
  for (const word of [
    'TODO',
    'FixMe',
    'xxx',
    'hack',
    'not implemented',
    'For now',
    'simplified version',
    'placeholder',
  ]) {
    assert.equal(found(`a();\n// ${word}: later\n`)[0]?.line, 2, word);
  }
  assert.equal(found('# in a real system this would work', '.ci/run.sh').length, 1);
  assert.equal(found('echo todo', 'bin/hostpledge').length, 1);
  assert.equal(found('// todo', 'console/src/hosts/host.tsx').length, 1);
});

test('words that only contain them pass, and so does the attribute of a form', () => {
  assert.deepEqual(found('const prefix = "a-XXXXXX"; // hackney, forgetful, before nowadays'), []);
  assert.deepEqual(found('html`<input placeholder="you@example.net">`; input::placeholder {}'), []);
  assert.deepEqual(found('sql.placeholder(id)'), []);
  assert.deepEqual(found('todo', 'docs/style.md'), []);
});
