import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownerOf } from './owner.ts';

test('a numbered host has a number of its own, always the same', () => {
  assert.deepEqual(ownerOf('h000123'), { uid: 200_123, gid: 200_123 });
  assert.equal(ownerOf('h099999').uid, 299_999);
  assert.equal(ownerOf('h100000').uid, 400_000, 'past those of names without a number');
  assert.equal(ownerOf('h1000000').uid, 1_300_000);
});

test('another name is given one between 300000 and 399999', () => {
  for (const host of ['h1', 'demo', 'h0000001', 'h00001', 'h000001a', 'h1234567890']) {
    const { uid } = ownerOf(host);
    assert.ok(uid >= 300_000 && uid <= 399_999, `${host}: ${uid}`);
    assert.equal(ownerOf(host).uid, uid);
  }
  assert.notEqual(ownerOf('h1').uid, ownerOf('h2').uid);
});
