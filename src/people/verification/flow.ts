import { randomBytes, randomInt, scrypt, timingSafeEqual } from 'node:crypto';
import type { Tx } from '../../db/connection.ts';
import { post } from '../../db/outbox.ts';
import { isRefusal, type Refusal, refuse } from '../../refusal.ts';
import { openContact, voidCodes } from '../contact/flow.ts';
import { askAgainMs, codeMs, codesHourly, codeTries, holdsMs, standingOf } from '../contact.ts';
import * as store from '../store.ts';

/**
 * How a contact proves that it reaches somebody: an address by a code that was mailed to it, a telephone by a member
 * of the staff who called it (no carrier for text messages is connected). What bounces has to prove itself again.
 */

interface Seals {
  seal(text: string): string;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** A code has eight digits; with five tries one in twenty million guesses is right. */
const codeDigits = 8;

/** Mails a code to an address. The one before it serves no more. */
export async function askCode(
  tx: Tx,
  now: number,
  actor: string,
  id: string,
  vault: Seals,
): Promise<{ readonly contact: store.ContactRow; readonly until: number } | Refusal> {
  const row = await openContact(tx, id);
  if (isRefusal(row)) return row;
  const { customer, person, channel, value } = row;
  if (channel !== 'email')
    return refuse('contact-codeless', 'id', 'a mail address: telephones are called, webhooks challenged');
  const code = String(randomInt(10 ** codeDigits)).padStart(codeDigits, '0');
  const until = now + codeMs;
  const made = await keepCode(tx, now, row, code);
  if (isRefusal(made)) return made;
  const of = (await store.readPerson(tx, person))!;
  const letter = { kind: 'code', to: value, lang: of.lang, name: of.name, sealed: vault.seal(code), until };
  await post(tx, 'letter', `code ${id} ${made}`, letter, now);
  const detail = { value };
  await store.insertContactFact(tx, {
    customer,
    person,
    contact: id,
    act: 'code-sent',
    at: now,
    actor,
    detail,
  });
  return { contact: row, until };
}

/** Keeps the digest of a code in the place of the one before it, unless there were too many; gives its id. */
async function keepCode(
  tx: Tx,
  now: number,
  { id, customer }: store.ContactRow,
  code: string,
): Promise<string | Refusal> {
  const recent = await store.recentCodes(tx, customer, now - hourMs);
  const own = recent.filter((one) => one.contact === id).length;
  if (own >= codesHourly.contact || recent.length >= codesHourly.customer)
    return refuse('codes-too-many', 'id', 'fewer codes within an hour: try again later');
  await voidCodes(tx, now, id);
  const salt = randomBytes(16);
  const made = { id: `v${randomBytes(9).toString('base64url')}`, contact: id, customer, at: now };
  await store.insertCode(tx, { ...made, salt, digest: await digestOf(code, salt), tries: 0, spentAt: null });
  return made.id;
}

/**
 * The challenge that a webhook has to answer with itself. It is posted by the caller, outside of any transaction;
 * `confirmCode` takes what came back.
 */
export async function askChallenge(
  tx: Tx,
  now: number,
  actor: string,
  id: string,
): Promise<{ readonly contact: store.ContactRow; readonly challenge: string } | Refusal> {
  const row = await openContact(tx, id);
  if (isRefusal(row)) return row;
  const { customer, person, channel, value } = row;
  if (channel !== 'webhook')
    return refuse('contact-unchallenged', 'id', 'a webhook: addresses are mailed a code, telephones called');
  const challenge = randomBytes(24).toString('hex');
  const made = await keepCode(tx, now, row, challenge);
  if (isRefusal(made)) return made;
  const detail = { value };
  await store.insertContactFact(tx, {
    customer,
    person,
    contact: id,
    act: 'code-sent',
    at: now,
    actor,
    detail,
  });
  return { contact: row, challenge };
}

/**
 * Counts one try of a code and says whether it is right. In a transaction of its own, before the one that verifies:
 * what is refused is rolled back, and a try must stay counted.
 */
export async function tryCode(tx: Tx, now: number, id: string, code: string): Promise<Refusal | null> {
  const sent = await store.lockCode(tx, id);
  if (sent === null) return refuse('code-missing', 'code', 'a code that was sent and not used: ask for one');
  if (now >= sent.at + codeMs)
    return refuse('code-expired', 'code', 'a code of the last 30 minutes: ask for another');
  if (sent.tries >= codeTries)
    return refuse('code-spent', 'code', 'another code: this one was tried too often');
  await store.countTry(tx, sent.id);
  const given = code.replace(/[\s-]/g, '');
  if (timingSafeEqual(await digestOf(given, sent.salt), sent.digest)) return null;
  return refuse(
    'code-wrong',
    'code',
    `the code that was mailed; ${codeTries - sent.tries - 1} tries are left`,
  );
}

/** The code that `tryCode` found right verifies the contact, once. */
export async function confirmCode(
  tx: Tx,
  now: number,
  actor: string,
  id: string,
  code: string,
): Promise<store.ContactRow | Refusal> {
  const row = await openContact(tx, id);
  if (isRefusal(row)) return row;
  const sent = await store.lockCode(tx, id);
  const given = code.replace(/[\s-]/g, '');
  // Between the try and now another code may have been asked for, or this one may have served.
  if (sent === null || !timingSafeEqual(await digestOf(given, sent.salt), sent.digest))
    return refuse('code-missing', 'code', 'a code that was sent and not used: ask for one');
  await voidCodes(tx, now, id);
  const way = row.channel === 'webhook' ? 'challenge' : 'code';
  return verify(tx, now, actor, row, now, { way, value: row.value });
}

/** How far back a call may lie that is told now. */
const callMs = 7 * dayMs;

/** A member of the staff called the number and reached whom it belongs to. */
export async function recordCall(
  tx: Tx,
  now: number,
  actor: string,
  id: string,
  call: { readonly at: number; readonly note: string },
): Promise<store.ContactRow | Refusal> {
  const row = await openContact(tx, id);
  if (isRefusal(row)) return row;
  if (row.channel !== 'phone')
    return refuse('contact-uncalled', 'id', 'a telephone: other contacts prove themselves');
  const since = Math.max(row.createdAt, row.bouncedAt ?? 0, now - callMs);
  if (call.at > now || call.at < since)
    return refuse('call-time', 'at', 'an instant of the last seven days, after the number was recorded');
  return verify(tx, now, actor, row, call.at, { way: 'call', value: row.value, note: call.note });
}

async function verify(
  tx: Tx,
  now: number,
  actor: string,
  row: store.ContactRow,
  verifiedAt: number,
  detail: Readonly<Record<string, string>>,
): Promise<store.ContactRow> {
  const { id, customer, person } = row;
  const change = { verifiedAt, bouncedAt: null };
  await store.updateContact(tx, id, change);
  await store.insertContactFact(tx, {
    customer,
    person,
    contact: id,
    act: 'verified',
    at: now,
    actor,
    detail,
  });
  return { ...row, ...change };
}

/** What was sent there came back for good, or the number reaches somebody else. Told twice it is one bounce. */
export async function recordBounce(
  tx: Tx,
  now: number,
  actor: string,
  id: string,
  reason: string,
): Promise<store.ContactRow | Refusal> {
  const row = await openContact(tx, id);
  return isRefusal(row) ? row : bounce(tx, now, actor, row, reason);
}

async function bounce(
  tx: Tx,
  now: number,
  actor: string,
  row: store.ContactRow,
  reason: string,
): Promise<store.ContactRow> {
  if (row.bouncedAt !== null) return row;
  const { id, customer, person, value } = row;
  const change = { verifiedAt: null, bouncedAt: now };
  await store.updateContact(tx, id, change);
  await voidCodes(tx, now, id);
  const detail = { value, reason: reason.slice(0, 500) };
  await store.insertContactFact(tx, {
    customer,
    person,
    contact: id,
    act: 'bounced',
    at: now,
    actor,
    detail,
  });
  return { ...row, ...change };
}

/** Mail addresses are kept in small letters, a webhook's path is as it is. */
function kept(address: string): string {
  return address.includes('://') ? address : address.toLowerCase();
}

/**
 * Locks whosever contact an address is, before anything of its letter is: whoever asks for a code locks the contact
 * first and takes back letters then.
 */
export async function lockAddress(tx: Tx, address: string): Promise<void> {
  const whose = (await store.contactsOf(tx, kept(address))).map((row) => row.customer);
  for (const customer of [...new Set(whose)].sort()) await store.lockContacts(tx, customer);
}

/** A relay (or a webhook itself) refused an address for good: whosever contact it is has to prove itself again. */
export async function bounceAddress(tx: Tx, now: number, address: string, said: string): Promise<void> {
  const value = kept(address);
  for (const found of await store.contactsOf(tx, value)) {
    const row = await openContact(tx, found.id);
    if (!isRefusal(row) && row.value === value) await bounce(tx, now, 'relay', row, said);
  }
}

/** Asks addresses whose half year is nearly over to prove themselves again, each once; resolves to how many. */
export async function remindStale(tx: Tx, now: number): Promise<number> {
  const zone = (await store.readProvider(tx))?.profile.zone ?? 'UTC';
  const rows = await store.staleContacts(tx, now - holdsMs + askAgainMs, 200);
  for (const { id, customer, person, value, verifiedAt } of rows) {
    const of = (await store.readPerson(tx, person))!;
    const until = verifiedAt! + holdsMs;
    const letter = { kind: 'reverify', to: value, lang: of.lang, name: of.name, lapses: until, until, zone };
    await post(tx, 'letter', `reverify ${id} ${verifiedAt}`, letter, now);
    await store.updateContact(tx, id, { remindedAt: now });
    const told = { customer, person, contact: id, at: now, actor: 'timetable', detail: { value } };
    await store.insertContactFact(tx, { ...told, act: 'reminded' });
  }
  return rows.length;
}

/** Somebody whom a customer's notices go to. */
export interface Recipient {
  readonly contact: string;
  readonly to: string;
  readonly name: string;
  readonly lang: 'zh' | 'en';
}

/** Each verified mail address of a customer with its person; empty: there is nobody to be told by mail. */
export async function recipientsOf(tx: Tx, now: number, customer: string): Promise<readonly Recipient[]> {
  const persons = new Map((await store.readPersons(tx, customer)).map((one) => [one.id, one]));
  return (await store.readContacts(tx, [customer])).flatMap((row) => {
    const of = persons.get(row.person);
    if (of === undefined || row.channel !== 'email' || standingOf(row, now).state !== 'verified') return [];
    return [{ contact: row.id, to: row.value, name: of.name, lang: of.lang }];
  });
}

/** Each verified webhook of a customer, with the secret that signs what is posted there, sealed. */
export async function webhooksOf(
  tx: Tx,
  now: number,
  customer: string,
): Promise<readonly { readonly contact: string; readonly url: string; readonly sealed: string }[]> {
  return (await store.readContacts(tx, [customer])).flatMap((row) => {
    const { id: contact, value: url, sealed } = row;
    if (row.channel !== 'webhook' || sealed === null || standingOf(row, now).state !== 'verified') return [];
    return [{ contact, url, sealed }];
  });
}

/** Which of some customers have a verified contact left, of whatever kind. */
export async function reachable(tx: Tx, now: number, some: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await store.readContacts(tx, some);
  return new Set(rows.filter((row) => standingOf(row, now).state === 'verified').map((row) => row.customer));
}

function digestOf(code: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(code, salt, 32, { N: 16_384, r: 8, p: 1, maxmem: 64 << 20 }, (error, key) => {
      if (error === null) resolve(key);
      else reject(new Error('scrypt failed', { cause: error }));
    });
  });
}
