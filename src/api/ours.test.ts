import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withDatabase } from '../../test/database.ts';
import { at, enter, openFront } from '../../test/entrance.ts';
import { begin, makeHost, makeWorld } from '../../test/world.ts';
import { refuseOurs } from './ours.ts';

const house = { origins: () => ['https://console.example.cn', 'http://127.0.0.1:8080'] as const };

test('the console’s own name is refused however it is written, others are not', () => {
  for (const name of ['console.example.cn', 'Console.Example.CN.', ' console.example.cn ']) {
    assert.equal(refuseOurs(house, name)?.code, 'domain-ours', name);
  }
  for (const name of ['www.console.example.cn', 'example.cn', 'console.example.com', 'no domain at all']) {
    assert.equal(refuseOurs(house, name), null, name);
  }
});

test('neither an order nor a binding gets the console’s name', async (t) => {
  const database = await withDatabase(t);
  await database.transaction(async (tx) => {
    await makeWorld(tx);
    await makeHost(tx);
  });
  const { ask, house: real } = await openFront(t, database, () => begin);
  const named = Object.assign(real, { origins: house.origins });
  assert.equal(named.origins()[0], 'https://console.example.cn');
  const { headers } = await enter(database, begin, 'owner');
  const domain = 'console.example.cn';
  const order = { plan: 'standard', version: 1, customer: 'c000001', domain };
  for (const [path, body] of [
    ['/api/hosts', order],
    ['/api/hosts/h000001/domains', { domain }],
  ] as const) {
    const answer = await ask('POST', path, { headers, body });
    assert.deepEqual(
      [answer.status, at(answer.body, 'code'), at(answer.body, 'path')],
      [422, 'domain-ours', 'domain'],
      path,
    );
  }
});
