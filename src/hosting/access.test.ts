import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AccessLine, accessFields, accessLine, escaped } from './access.ts';

const line: AccessLine = {
  host: 'demo.localhost',
  endedMs: 1_795_418_208_450,
  durationMs: 2000,
  headMs: 1999.7,
  upstreamHeadMs: null,
  upstreamDurationMs: null,
  status: 200,
  bytesIn: 84,
  bytesOut: 1020,
  client: '127.0.0.1',
  probe: '',
  type: 'text/html',
  scheme: 'http',
  method: 'GET',
  target: '/',
  referer: '',
  agent: 'curl',
};

test('a time just below a whole second is that second', () => {
  const fields = accessLine(line).trimEnd().split('\t');
  assert.equal(fields.length, accessFields.length);
  assert.deepEqual(fields.slice(1, 4), ['1795418208.450', '2.000', '2.000']);
});

test('neither a tab nor a line end can be forged', () => {
  const forged = accessLine({ ...line, target: '/a\tb\nc\r"\\é', agent: '' });
  assert.equal(forged.split('\n').length, 2);
  assert.equal(forged.split('\t').length, accessFields.length);
  assert.equal(escaped('\t"\\é'), '\\x09\\x22\\x5C\\xC3\\xA9');
});
