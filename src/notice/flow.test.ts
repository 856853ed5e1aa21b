import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { withDatabase } from '../../test/database.ts';
import { relayLogin, relayServer, wordsOf } from '../../test/mail.ts';
import { makeWorld, must } from '../../test/world.ts';
import type { Database } from '../db/connection.ts';
import { waiting } from '../db/outbox.ts';
import { openVault } from '../entrance/doors/vault.ts';
import { acceptInvitation, invite, withdrawInvitation } from '../entrance/flow.ts';
import { isRefusal } from '../refusal.ts';
import { mailChannel } from './channels/mail.ts';
import { type Office, postTest, sendLetters, setRelay } from './flow.ts';
import { linkOf, type Message, oneLine, render } from './message.ts';
import { type Relay, relayShape } from './relay.ts';
import { listLetters, readRelay } from './store.ts';

const vault = openVault('s'.repeat(64));
const begin = Date.UTC(2026, 8, 1);
const { user, password } = relayLogin;

const letter = (to = 'anna@customer.example'): Message =>
  render(
    { kind: 'test', to, lang: 'en' },
    'test 1',
    { name: { zh: '甲', en: 'A' }, address: 'post@provider.example', origin: 'https://c.example' },
    '',
  );

test('a letter crosses STARTTLS with a login, and the relay’s word is kept', async (t) => {
  const { relay, taken } = await relayServer(t);
  const sent = await mailChannel(relay).send(letter());
  assert.deepEqual([sent.outcome, sent.messageId], ['sent', letter().id]);
  assert.match(sent.said, /^250 .*42/);
  assert.deepEqual(
    taken.map((one) => [one.from, one.to, one.secure]),
    [['post@provider.example', ['anna@customer.example'], true]],
  );
  assert.match(taken[0]!.text, /Auto-Submitted: auto-generated/);
});

test('TLS from the start works too; a certificate of nobody we know does not', async (t) => {
  const { relay, taken } = await relayServer(t, { secure: true });
  const tls: Relay = { ...relay, security: 'tls' };
  assert.equal((await mailChannel(tls).send(letter())).outcome, 'sent');
  assert.equal((await mailChannel({ ...tls, authority: null }).send(letter())).outcome, 'insecure');
  assert.equal(taken.length, 1);
});

test('a relay that does not offer STARTTLS gets neither letter nor password', async (t) => {
  let asked = 0;
  const { relay, taken } = await relayServer(t, {
    hideSTARTTLS: true,
    disabledCommands: ['STARTTLS'],
    onAuth: (_auth, _session, done) => {
      asked += 1;
      done(null, { user });
    },
  });
  assert.equal((await mailChannel(relay).send(letter())).outcome, 'insecure');
  assert.deepEqual([taken.length, asked], [0, 0]);
});

test('each way to fail has its word: login, refusal, later, away', async (t) => {
  const { relay } = await relayServer(t, {
    onRcptTo: ({ address }, _session, done) => {
      const responseCode = address.startsWith('gone') ? 550 : 451;
      if (address.startsWith('anna')) return done();
      return done(Object.assign(new Error('not this one'), { responseCode }));
    },
  });
  const fate = async (settings: Relay, to?: string) => (await mailChannel(settings).send(letter(to))).outcome;
  assert.equal(await fate(relay), 'sent');
  assert.equal(await fate({ ...relay, password: 'wrong' }), 'login');
  assert.equal(await fate(relay, 'gone@customer.example'), 'refused');
  assert.equal(await fate(relay, 'busy@customer.example'), 'later');
  assert.equal(await fate({ ...relay, port: 1 }), 'away');
});

test('a relay that hangs, and one that talks for ever, are given up', async (t) => {
  const held = new Set<Socket>();
  let talks = false;
  const server = createServer((socket) => {
    held.add(socket.on('error', () => {}));
    if (!talks) return;
    const timer = setInterval(() => socket.write('220-still here\r\n'), 20);
    socket.on('close', () => clearInterval(timer));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => {
    for (const socket of held) socket.destroy();
    server.close();
  });
  const { port } = server.address() as { port: number };
  const relay = relayShape.parse({
    host: '127.0.0.1',
    port,
    security: 'none',
    from: 'post@provider.example',
  });
  const waits = { connectMs: 300, silenceMs: 300, wholeMs: 1500 };
  assert.equal((await mailChannel(relay, waits).send(letter())).outcome, 'slow');
  talks = true;
  assert.equal(
    (await mailChannel(relay, { ...waits, connectMs: 5000, silenceMs: 5000 }).send(letter())).outcome,
    'slow',
  );
});

function officeOf(database: Database, now: () => number): Office & { readonly mishaps: string[] } {
  const mishaps: string[] = [];
  const mishap = (text: string): void => void mishaps.push(text);
  return {
    database,
    clock: { now },
    vault,
    origin: () => 'https://console.example.cn',
    open: mailChannel,
    mishap,
    mishaps,
  };
}

const anna = {
  email: 'anna@customer.example',
  name: 'Anna',
  role: 'customer',
  customer: 'c000001',
  lang: 'en',
} as const;

test('an invitation waits without a relay, goes out with one, and its link makes the user once', async (t) => {
  const database = await withDatabase(t);
  const { relay, taken } = await relayServer(t);
  const office = officeOf(database, () => begin);
  const { secret } = await database.transaction(async (tx) => {
    await makeWorld(tx);
    return must(await invite(tx, begin, 'u1', anna, vault));
  });
  assert.equal(await sendLetters(office), 0);
  assert.equal((await waiting(database.db, 'letter')).open, 1);
  await database.transaction((tx) => setRelay(tx, begin, relay, vault));
  assert.equal(JSON.stringify(await readRelay(database.db)).includes(password), false);
  assert.equal(await sendLetters(office), 1);
  assert.equal(await sendLetters(office), 0, 'sent once');
  const body = wordsOf(taken[0]!);
  const link = linkOf('invitation', 'https://console.example.cn', secret);
  assert.ok(body.includes(link), body);
  const [row] = await listLetters(database.db, { state: null, key: null, before: null }, 10);
  assert.deepEqual([row?.state, row?.tries, row?.address], ['sent', 1, anna.email]);
  assert.match(row!.said, /^250/);
  const accept = () =>
    database.transaction((tx) =>
      acceptInvitation(tx, begin, { secret, name: 'Anna', password: 'long enough for her' }),
    );
  assert.equal(isRefusal(await accept()), false);
  assert.equal(isRefusal(await accept()), true);
});

test('a busy relay is tried again later, a refusal ends it and is said, a withdrawn letter never goes', async (t) => {
  const database = await withDatabase(t);
  let code = 451;
  const { relay, taken } = await relayServer(t, {
    onRcptTo: (_address, _session, done) =>
      code === 250 ? done() : done(Object.assign(new Error('no'), { responseCode: code })),
  });
  let now = begin;
  const office = officeOf(database, () => now);
  const invited = await database.transaction(async (tx) => {
    await makeWorld(tx);
    await setRelay(tx, now, relay, vault);
    await postTest(tx, now, 'first@provider.example', 'zh');
    return must(await invite(tx, now, 'u1', anna, vault));
  });
  await database.transaction((tx) => withdrawInvitation(tx, now, invited.invitation.id));
  assert.equal(await sendLetters(office), 1);
  assert.equal(await sendLetters(office), 0, 'not before its time');
  now += 2000;
  code = 250;
  assert.equal(await sendLetters(office), 1);
  assert.deepEqual(
    taken.map((one) => one.to),
    [['first@provider.example']],
  );
  code = 550;
  await database.transaction((tx) => postTest(tx, now, 'second@provider.example', 'zh'));
  assert.equal(await sendLetters(office), 1);
  now += 3_600_000;
  assert.equal(await sendLetters(office), 0);
  const rows = await listLetters(database.db, { state: null, key: null, before: null }, 10);
  assert.deepEqual(rows.map((row) => [row.address, row.state, row.tries]).sort(), [
    ['first@provider.example', 'sent', 2],
    ['second@provider.example', 'refused', 1],
  ]);
  assert.match(office.mishaps.join(), /refuses it: 550/);
  assert.equal((await waiting(database.db, 'letter')).open, 0);
});

test('whoever is killed over a letter sends it once more, under the same name, and then leaves it', async (t) => {
  const database = await withDatabase(t);
  const { relay, taken } = await relayServer(t);
  let now = begin;
  const office = officeOf(database, () => now);
  let kills = 0;
  // Killed between the relay's 250 and our commit: what was sent is never concluded.
  const killed: Office = {
    ...office,
    open: (settings) => {
      const channel = mailChannel(settings);
      const send = async (message: Message) => {
        await channel.send(message);
        kills += 1;
        throw new Error('killed');
      };
      return { ...channel, send };
    },
  };
  await database.transaction(async (tx) => {
    await makeWorld(tx);
    await setRelay(tx, now, relay, vault);
    await postTest(tx, now, 'first@provider.example', 'zh');
  });
  for (let i = 0; i < 3; i += 1) {
    await sendLetters(killed).catch(() => {});
    assert.equal(await sendLetters(office), 0, 'nobody else takes it meanwhile');
    now += 61_000;
  }
  assert.equal(kills, 2);
  const ids = taken.map((one) => /^Message-ID: (.*)$/im.exec(one.text)?.[1]);
  assert.equal(ids.length, 2);
  assert.equal(ids[0], ids[1]);
  const [row] = await listLetters(database.db, { state: null, key: null, before: null }, 10);
  assert.equal(row?.state, 'uncertain');
});

test('what a person wrote never becomes a header', () => {
  assert.equal(oneLine('Anna\r\nBcc: everybody@example.cn\u2028x'), 'Anna Bcc: everybody@example.cn x');
  const made = render(
    { kind: 'invitation', to: anna.email, lang: 'en', name: 'A\r\nBcc: b@example.cn', sealed: '', until: 0 },
    'k',
    {
      name: { zh: '甲', en: 'Host\nX-Evil: 1' },
      address: 'post@provider.example',
      origin: 'https://c.example',
    },
    'S',
  );
  for (const text of [made.subject, made.from.name, made.to.name, made.id])
    assert.doesNotMatch(text, /[\r\n]/);
});

test('settings that would send a password in the clear, or hide a second line, are refused', () => {
  const good = {
    host: 'smtp.example.cn',
    port: 587,
    security: 'starttls',
    user,
    password: 'x',
    from: 'a@example.cn',
  };
  assert.equal(relayShape.safeParse(good).success, true);
  for (const [path, change] of [
    ['security', { security: 'none' }],
    ['host', { host: 'smtp.example.cn\r\nX' }],
    ['user', { user: 'a\nb' }],
    ['password', { password: null }],
    ['port', { port: 0 }],
    ['from', { from: 'a@example.cn\r\nBcc: b@example.cn' }],
  ] as const) {
    const parsed = relayShape.safeParse({ ...good, ...change });
    assert.equal(parsed.error?.issues[0]?.path[0], path);
  }
});
