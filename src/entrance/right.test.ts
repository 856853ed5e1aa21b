import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { rightsFile, rightsPage } from '../../test/rights.ts';
import { reach, rightNames, rightsOf } from './right.ts';
import { roles, type Who } from './role.ts';

const someone: Who = {
  kind: 'user',
  id: 'u1',
  name: 'N',
  role: 'owner',
  customer: null,
  secondFactor: true,
  proven: true,
  scopes: null,
};

test('docs/rights.md is what the table says; `node test/rights.ts` prints it anew', () => {
  assert.equal(readFileSync(rightsFile, 'utf8'), rightsPage());
});

test('nobody, staff without a second factor and a customer’s user without a customer may nothing', () => {
  for (const right of rightNames) {
    assert.equal(reach(null, right), 'none');
    for (const role of roles) {
      assert.equal(reach({ ...someone, role, secondFactor: false }, right), 'none', `${role} ${right}`);
    }
  }
});

test('a customer’s user reaches no further than their own; a key no further than its scopes', () => {
  const customer: Who = { ...someone, role: 'customer', customer: 'c1' };
  assert.ok(Object.values(rightsOf(customer)).every((far) => far === 'own'));
  assert.deepEqual(rightsOf({ ...someone, kind: 'key', scopes: ['plans:read', 'no:such'] }), {
    'plans:read': 'all',
  });
});
