import { randomBytes } from 'node:crypto';
import type { z } from 'zod';
import type { Tx } from '../../db/connection.ts';
import { recall } from '../../db/outbox.ts';
import { isRefusal, type Refusal, refuse, refuseShape } from '../../refusal.ts';
import { contactShape, most, personShape } from '../contact.ts';
import * as store from '../store.ts';

/** A customer's people and their contacts: added, changed, removed, each with who and when. `now` is the caller's clock. */

function fresh(letter: 'n' | 't'): string {
  return `${letter}${randomBytes(9).toString('base64url')}`;
}

/** Adds one of a customer's people. */
export async function addPerson(
  tx: Tx,
  now: number,
  actor: string,
  customer: string,
  input: z.input<typeof personShape>,
): Promise<store.PersonRow | Refusal> {
  const parsed = personShape.safeParse(input);
  if (!parsed.success) return refuseShape('person-invalid', parsed.error);
  await store.lockContacts(tx, customer);
  if ((await store.readCustomer(tx, customer)) === null)
    return refuse('customer-unknown', 'customer', `there is no customer ${customer}`);
  if ((await store.readPersons(tx, customer)).length >= most.persons)
    return refuse('persons-full', 'customer', `at most ${most.persons} people: remove one first`);
  const row = { ...parsed.data, id: fresh('n'), customer, createdAt: now, removedAt: null };
  await store.insertPerson(tx, row);
  const detail = { name: row.name, title: row.title, lang: row.lang };
  await store.insertContactFact(tx, {
    customer,
    person: row.id,
    contact: null,
    act: 'person-added',
    at: now,
    actor,
    detail,
  });
  return row;
}

async function openPerson(tx: Tx, id: string): Promise<store.PersonRow | Refusal> {
  const known = await store.readPerson(tx, id);
  if (known !== null) await store.lockContacts(tx, known.customer);
  const row = await store.readPerson(tx, id);
  if (row !== null && row.removedAt === null) return row;
  return refuse('person-unknown', 'id', `there is no contact person ${id}`);
}

export async function changePerson(
  tx: Tx,
  now: number,
  actor: string,
  id: string,
  input: z.input<typeof personShape>,
): Promise<store.PersonRow | Refusal> {
  const parsed = personShape.safeParse(input);
  if (!parsed.success) return refuseShape('person-invalid', parsed.error);
  const row = await openPerson(tx, id);
  if (isRefusal(row)) return row;
  const { name, title, lang } = parsed.data;
  await store.updatePerson(tx, id, { name, title, lang });
  const detail = { name, title, lang, before: row.name };
  const { customer } = row;
  await store.insertContactFact(tx, {
    customer,
    person: id,
    contact: null,
    act: 'person-changed',
    at: now,
    actor,
    detail,
  });
  return { ...row, name, title, lang };
}

/** Removes one of a customer's people with their contacts; what was stays in the history. */
export async function removePerson(
  tx: Tx,
  now: number,
  actor: string,
  id: string,
): Promise<store.PersonRow | Refusal> {
  const row = await openPerson(tx, id);
  if (isRefusal(row)) return row;
  const { customer } = row;
  for (const one of await store.readContacts(tx, [customer]))
    if (one.person === id) await dropContact(tx, now, actor, one);
  await store.updatePerson(tx, id, { removedAt: now });
  const detail = { name: row.name };
  await store.insertContactFact(tx, {
    customer,
    person: id,
    contact: null,
    act: 'person-removed',
    at: now,
    actor,
    detail,
  });
  return { ...row, removedAt: now };
}

/** Keeps what must be read again (entrance/doors/vault.ts). */
interface Seals {
  seal(text: string): string;
}

/** Adds a contact, unverified. A webhook gets a secret by which its owner knows what is ours. */
export async function addContact(
  tx: Tx,
  now: number,
  actor: string,
  person: string,
  input: z.input<typeof contactShape>,
  vault: Seals,
): Promise<store.ContactRow | Refusal> {
  const parsed = contactShape.safeParse(input);
  if (!parsed.success) return refuseShape('contact-invalid', parsed.error);
  const of = await openPerson(tx, person);
  if (isRefusal(of)) return of;
  const { customer } = of;
  const standing = await store.readContacts(tx, [customer]);
  const { channel, value } = parsed.data;
  if (standing.some((one) => one.value === value)) return known(value);
  if (standing.filter((one) => one.person === person).length >= most.contacts)
    return refuse('contacts-full', 'value', `at most ${most.contacts} contacts: remove one first`);
  const marks = { createdAt: now, verifiedAt: null, bouncedAt: null, remindedAt: null, removedAt: null };
  const sealed = channel === 'webhook' ? vault.seal(randomBytes(32).toString('base64url')) : null;
  const row = { ...marks, id: fresh('t'), person, customer, channel, value, sealed };
  await store.insertContact(tx, row);
  const detail = { channel, value };
  await store.insertContactFact(tx, {
    customer,
    person,
    contact: row.id,
    act: 'added',
    at: now,
    actor,
    detail,
  });
  return row;
}

function known(value: string): Refusal {
  return refuse('contact-known', 'value', `${value} is a contact of this customer already`);
}

/** A contact that was not removed, with its customer's contacts locked until the transaction ends. */
export async function openContact(tx: Tx, id: string): Promise<store.ContactRow | Refusal> {
  const found = await store.readContact(tx, id);
  if (found !== null) await store.lockContacts(tx, found.customer);
  const row = await store.readContact(tx, id);
  if (row !== null && row.removedAt === null) return row;
  return refuse('contact-unknown', 'id', `there is no contact ${id}`);
}

/** Another value: it is to be verified anew, and no code that was sent to the old one serves. */
export async function changeContact(
  tx: Tx,
  now: number,
  actor: string,
  id: string,
  value: string,
): Promise<store.ContactRow | Refusal> {
  const row = await openContact(tx, id);
  if (isRefusal(row)) return row;
  const { channel, customer, person } = row;
  const parsed = contactShape.safeParse({ channel, value });
  if (!parsed.success) return refuseShape('contact-invalid', parsed.error);
  if (parsed.data.value === row.value) return row;
  const others = await store.readContacts(tx, [customer]);
  if (others.some((one) => one.value === parsed.data.value)) return known(parsed.data.value);
  // The history has when it was added; from now on it is another one.
  const change = { value: parsed.data.value, createdAt: now, verifiedAt: null, bouncedAt: null };
  await store.updateContact(tx, id, change);
  await voidCodes(tx, now, id);
  const detail = { channel, value: change.value, before: row.value };
  await store.insertContactFact(tx, {
    customer,
    person,
    contact: id,
    act: 'changed',
    at: now,
    actor,
    detail,
  });
  return { ...row, ...change };
}

export async function removeContact(
  tx: Tx,
  now: number,
  actor: string,
  id: string,
): Promise<store.ContactRow | Refusal> {
  const row = await openContact(tx, id);
  return isRefusal(row) ? row : dropContact(tx, now, actor, row);
}

async function dropContact(
  tx: Tx,
  now: number,
  actor: string,
  row: store.ContactRow,
): Promise<store.ContactRow> {
  const { id, customer, person, channel, value } = row;
  await store.updateContact(tx, id, { removedAt: now });
  await voidCodes(tx, now, id);
  const detail = { channel, value };
  await store.insertContactFact(tx, {
    customer,
    person,
    contact: id,
    act: 'removed',
    at: now,
    actor,
    detail,
  });
  return { ...row, removedAt: now };
}

/** No code that was sent serves any more, and a letter that still waits is not sent. */
export async function voidCodes(tx: Tx, now: number, id: string): Promise<void> {
  await store.spendCodes(tx, id, now);
  await recall(tx, 'letter', `code ${id} `, now);
}
