import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contactShape, holdsMs, personShape, standingOf } from './contact.ts';

const marks = { createdAt: 10, verifiedAt: null, bouncedAt: null, removedAt: null };

test('a contact stands as what happened last says', () => {
  assert.deepEqual(standingOf(marks, 20), { state: 'unverified', since: 10, until: null });
  const verified = { ...marks, verifiedAt: 15 };
  assert.deepEqual(standingOf(verified, 20), { state: 'verified', since: 15, until: 15 + holdsMs });
  assert.equal(standingOf({ ...verified, bouncedAt: 18 }, 20).state, 'bounced');
  assert.equal(standingOf({ ...verified, bouncedAt: 18, removedAt: 19 }, 20).state, 'removed');
});

test('a verification lapses after 180 days, to the millisecond', () => {
  const verified = { ...marks, verifiedAt: 0 };
  assert.equal(standingOf(verified, holdsMs - 1).state, 'verified');
  assert.deepEqual(standingOf(verified, holdsMs), { state: 'lapsed', since: holdsMs, until: holdsMs });
});

test('addresses and numbers are kept in one form', () => {
  const read = (channel: string, value: string) => contactShape.safeParse({ channel, value }).data?.value;
  assert.equal(read('email', 'Anna@Customer.Example'), 'anna@customer.example');
  assert.equal(read('phone', '+86 (551) 555-0101'), '+865515550101');
  assert.equal(read('webhook', ' HTTPS://Customer.Example/Hook?x=1 '), 'https://customer.example/Hook?x=1');
  for (const [channel, value] of [
    ['email', 'anna'],
    ['email', 'a@b.example\r\nBcc: c@d.example'],
    ['phone', '0551-5550101'],
    ['phone', '+0551555'],
    ['phone', '+8655155501011234'],
    ['webhook', 'http://customer.example/hook'],
    ['webhook', 'https://10.0.0.1/hook'],
    ['fax', '+865515550101'],
  ] as const)
    assert.equal(read(channel, value), undefined, `${channel} ${value}`);
});

test('a person has a name', () => {
  assert.deepEqual(personShape.parse({ name: ' 李青 ' }), { name: '李青', title: '', lang: 'zh' });
  assert.ok(!personShape.safeParse({ name: ' ' }).success);
  assert.ok(!personShape.safeParse({ name: 'A', role: 'owner' }).success);
});
