import { z } from 'zod';
import type { Tx } from '../../db/connection.ts';
import { answersChallenge, challengeText, signedHeaders } from '../../notice/hook.ts';
import {
  addContact,
  addPerson,
  changeContact,
  changePerson,
  removeContact,
  removePerson,
} from '../../people/contact/flow.ts';
import { channels, contactActs, personShape, standingOf, standings } from '../../people/contact.ts';
import {
  type ContactRow,
  type PersonRow,
  pageContactFacts,
  readContact,
  readContacts,
  readPerson,
  readPersons,
} from '../../people/store.ts';
import {
  askChallenge,
  askCode,
  confirmCode,
  recordBounce,
  recordCall,
  tryCode,
} from '../../people/verification/flow.ts';
import { isRefusal, type Refusal, refuse } from '../../refusal.ts';
import { type Ahead, type Context, type Route, route } from '../route.ts';
import { afterOf, instantShape, iso, isoOrNull, langShape, page, pageShape, pagingShape } from '../shape.ts';
import { ownCustomer } from './customers.ts';

const contactReply = z.strictObject({
  id: z.string(),
  person: z.string(),
  customer: z.string(),
  channel: z.enum(channels),
  value: z.string(),
  state: z
    .enum(standings)
    .describe('notices go to `verified` alone; `lapsed`: verified longer ago than 180 days'),
  since: instantShape,
  until: instantShape.nullable().describe('until when the verification holds'),
  createdAt: instantShape,
});

const personReply = z.strictObject({
  id: z.string(),
  customer: z.string(),
  name: z.string(),
  title: z.string(),
  lang: langShape,
  createdAt: instantShape,
  contacts: z.array(contactReply),
});

function contactOf(row: ContactRow, now: number): z.input<typeof contactReply> {
  const { id, person, customer, channel, value, createdAt } = row;
  const { state, since, until } = standingOf(row, now);
  const marks = { since: iso(since), until: isoOrNull(until), createdAt: iso(createdAt) };
  return { id, person, customer, channel, value, state, ...marks };
}

function personOf(row: PersonRow, contacts: readonly ContactRow[], now: number): z.input<typeof personReply> {
  const { id, customer, name, title, lang, createdAt } = row;
  const own = contacts.filter((one) => one.person === id).map((one) => contactOf(one, now));
  return { id, customer, name, title, lang, createdAt: iso(createdAt), contacts: own };
}

const named = z.strictObject({ id: z.string().max(20) });
type Named = Context<z.output<typeof named>, unknown, unknown>;

/** One of a customer's people, unless they are another customer's. */
async function ownPerson(
  tx: Tx,
  { scope, params }: Pick<Named, 'scope' | 'params'>,
): Promise<PersonRow | Refusal> {
  const row = await readPerson(tx, params.id);
  const isOwn = row !== null && row.removedAt === null && (scope === null || row.customer === scope);
  return isOwn ? row : refuse('person-unknown', 'id', `there is no contact person ${params.id}`);
}

async function ownContact(
  tx: Tx,
  { scope, params }: Pick<Named, 'scope' | 'params'>,
): Promise<ContactRow | Refusal> {
  const row = await readContact(tx, params.id);
  const isOwn = row !== null && row.removedAt === null && (scope === null || row.customer === scope);
  return isOwn ? row : refuse('contact-unknown', 'id', `there is no contact ${params.id}`);
}

/** Loads, changes, notes before and after: every change of a contact is this. */
async function changed(
  context: Named,
  change: (row: ContactRow, actor: string) => Promise<ContactRow | Refusal>,
) {
  const { tx, now, who, note } = context;
  const before = await ownContact(tx, context);
  if (isRefusal(before)) return before;
  const after = await change(before, who!.name);
  if (isRefusal(after)) return after;
  note(after.id, after.customer, contactOf(before, now), contactOf(after, now));
  return contactOf(after, now);
}

/** The flow reads the value by its channel, and names what would have been one. */
const contactBody = z.strictObject({ channel: z.enum(channels), value: z.string().max(500) });

const codeShape = z
  .string()
  .max(20)
  .regex(/^\d{4}[ -]?\d{4}$/, 'the eight digits of the mail');

/** Posts the challenge outside of any transaction; gives it when the webhook answered with it. */
async function challenged(
  context: Ahead<z.output<typeof named>, unknown, unknown>,
): Promise<string | Refusal> {
  const { house, now, scope, who, params } = context;
  const asked = await house.database.transaction(async (tx) => {
    const row = await ownContact(tx, { scope, params });
    return isRefusal(row) ? row : askChallenge(tx, now, who!.name, row.id);
  });
  if (isRefusal(asked)) return asked;
  const { contact, challenge } = asked;
  const text = challengeText(contact.id, challenge, now);
  const headers = signedHeaders(house.vault.open(contact.sealed!), text, now);
  const { outcome, said, body } = await house.hook(contact.value, text, headers);
  if (outcome === 'sent' && answersChallenge(body, challenge)) return challenge;
  const rule = outcome === 'sent' ? 'an answer that gives the challenge back' : `an answer 200, not: ${said}`;
  return refuse('challenge-unanswered', 'value', rule);
}

const personRoutes: readonly Route[] = [
  route({
    method: 'GET',
    url: '/customers/:id/persons',
    id: 'persons.list',
    summary: 'A customer’s people and how each is reached',
    gate: 'contacts:read',
    params: named,
    reply: z.strictObject({ items: z.array(personReply), next: z.null() }),
    handle: async (context) => {
      const { tx, now } = context;
      const customer = await ownCustomer(context, context.params.id);
      if (isRefusal(customer)) return customer;
      const contacts = await readContacts(tx, [customer.id]);
      const rows = await readPersons(tx, customer.id);
      return { items: rows.map((row) => personOf(row, contacts, now)), next: null };
    },
  }),
  route({
    method: 'POST',
    url: '/customers/:id/persons',
    id: 'persons.add',
    summary: 'Adds one of a customer’s people',
    gate: 'contacts:edit',
    params: named,
    body: personShape,
    reply: personReply,
    status: 201,
    handle: async (context) => {
      const { tx, now, who, body, note } = context;
      const customer = await ownCustomer(context, context.params.id);
      if (isRefusal(customer)) return customer;
      const made = await addPerson(tx, now, who!.name, customer.id, body);
      if (isRefusal(made)) return made;
      note(made.id, customer.id, null, personOf(made, [], now));
      return personOf(made, [], now);
    },
  }),
  route({
    method: 'PUT',
    url: '/persons/:id',
    id: 'persons.change',
    summary: 'Changes the name, title or language of one of a customer’s people',
    gate: 'contacts:edit',
    params: named,
    body: personShape,
    reply: personReply,
    handle: async (context) => {
      const { tx, now, who, body, note } = context;
      const before = await ownPerson(tx, context);
      if (isRefusal(before)) return before;
      const after = await changePerson(tx, now, who!.name, before.id, body);
      if (isRefusal(after)) return after;
      const contacts = await readContacts(tx, [after.customer]);
      note(after.id, after.customer, personOf(before, contacts, now), personOf(after, contacts, now));
      return personOf(after, contacts, now);
    },
  }),
  route({
    method: 'DELETE',
    url: '/persons/:id',
    id: 'persons.remove',
    summary: 'Removes one of a customer’s people with their contacts; the history keeps them',
    gate: 'contacts:edit',
    params: named,
    reply: personReply,
    handle: async (context) => {
      const { tx, now, who, note } = context;
      const before = await ownPerson(tx, context);
      if (isRefusal(before)) return before;
      const contacts = await readContacts(tx, [before.customer]);
      const gone = await removePerson(tx, now, who!.name, before.id);
      if (isRefusal(gone)) return gone;
      note(gone.id, gone.customer, personOf(before, contacts, now), null);
      return personOf(gone, [], now);
    },
  }),
  route({
    method: 'POST',
    url: '/persons/:id/contacts',
    id: 'contacts.add',
    summary: 'Adds a mail address, a telephone number in E.164 or a webhook, to be verified',
    gate: 'contacts:edit',
    params: named,
    body: contactBody,
    reply: contactReply.extend({
      secret: z
        .string()
        .nullable()
        .describe('of a webhook: signs what is posted there (HMAC-SHA-256), shown this once'),
    }),
    status: 201,
    handle: async (context) => {
      const { tx, now, who, body, house, note } = context;
      const person = await ownPerson(tx, context);
      if (isRefusal(person)) return person;
      const made = await addContact(tx, now, who!.name, person.id, body, house.vault);
      if (isRefusal(made)) return made;
      note(made.id, made.customer, null, contactOf(made, now));
      const secret = made.sealed === null ? null : house.vault.open(made.sealed);
      return { ...contactOf(made, now), secret };
    },
  }),
];

const proofRoutes: readonly Route[] = [
  route({
    method: 'POST',
    url: '/contacts/:id/code',
    id: 'contacts.ask',
    summary: 'Mails a code of eight digits to the address; it serves once, within 30 minutes',
    gate: 'contacts:edit',
    params: named,
    reply: z.strictObject({ contact: contactReply, until: instantShape }),
    status: 201,
    handle: async (context) => {
      const { tx, now, who, house, note } = context;
      const row = await ownContact(tx, context);
      if (isRefusal(row)) return row;
      const asked = await askCode(tx, now, who!.name, row.id, house.vault);
      if (isRefusal(asked)) return asked;
      note(row.id, row.customer, null, { value: row.value, until: iso(asked.until) });
      return { contact: contactOf(asked.contact, now), until: iso(asked.until) };
    },
  }),
  route({
    method: 'POST',
    url: '/contacts/:id/verify',
    id: 'contacts.verify',
    summary: 'Verifies an address by the code that was mailed to it; five tries',
    gate: 'contacts:edit',
    params: named,
    body: z.strictObject({ code: codeShape }),
    reply: contactReply,
    // A refusal rolls its transaction back, and a wrong try must stay counted: it has a transaction of its own.
    ahead: ({ house, now, scope, params, body }) =>
      house.database.transaction(async (tx) => {
        const row = await ownContact(tx, { scope, params });
        return isRefusal(row) ? row : tryCode(tx, now, row.id, body.code);
      }),
    handle: (context) =>
      changed(context, (row, actor) =>
        confirmCode(context.tx, context.now, actor, row.id, context.body.code),
      ),
  }),
  route({
    method: 'POST',
    url: '/contacts/:id/challenge',
    id: 'contacts.challenge',
    summary:
      'Verifies a webhook: it is posted a signed challenge and has to answer with it, within ten seconds',
    gate: 'contacts:edit',
    params: named,
    reply: contactReply,
    ahead: challenged,
    handle: (context) =>
      changed(context, (row, actor) => confirmCode(context.tx, context.now, actor, row.id, context.ahead)),
  }),
  route({
    method: 'POST',
    url: '/contacts/:id/calls',
    id: 'contacts.call',
    summary: 'Records that the staff called a number and reached whom it belongs to: that verifies it',
    gate: 'contacts:vouch',
    params: named,
    body: z.strictObject({
      at: z.iso.datetime().describe('when it was called'),
      note: z.string().trim().max(500).default(''),
    }),
    reply: contactReply,
    handle: (context) => {
      const call = { at: Date.parse(context.body.at), note: context.body.note };
      return changed(context, (row, actor) => recordCall(context.tx, context.now, actor, row.id, call));
    },
  }),
  route({
    method: 'POST',
    url: '/contacts/:id/bounces',
    id: 'contacts.bounce',
    summary: 'Records that what was sent there came back, or reached somebody else',
    gate: 'contacts:vouch',
    params: named,
    body: z.strictObject({ reason: z.string().trim().min(1).max(500) }),
    reply: contactReply,
    handle: (context) =>
      changed(context, (row, actor) =>
        recordBounce(context.tx, context.now, actor, row.id, context.body.reason),
      ),
  }),
];

export const contactRoutes: readonly Route[] = [
  ...personRoutes,
  ...proofRoutes,
  route({
    method: 'PUT',
    url: '/contacts/:id',
    id: 'contacts.change',
    summary: 'Changes a contact’s address or number, which is then to be verified anew',
    gate: 'contacts:edit',
    params: named,
    body: z.strictObject({ value: z.string().max(500) }),
    reply: contactReply,
    handle: (context) =>
      changed(context, (row, actor) =>
        changeContact(context.tx, context.now, actor, row.id, context.body.value),
      ),
  }),
  route({
    method: 'DELETE',
    url: '/contacts/:id',
    id: 'contacts.remove',
    summary: 'Removes a contact; the history keeps it',
    gate: 'contacts:edit',
    params: named,
    reply: contactReply,
    handle: (context) =>
      changed(context, (row, actor) => removeContact(context.tx, context.now, actor, row.id)),
  }),
  route({
    method: 'GET',
    url: '/customers/:id/contacts/history',
    id: 'contacts.history',
    summary: 'What happened to a customer’s people and contacts, by whom and when, the latest first',
    gate: 'contacts:read',
    params: named,
    query: z.strictObject(pagingShape),
    reply: pageShape(
      z.strictObject({
        person: z.string(),
        contact: z.string().nullable(),
        act: z.enum(contactActs),
        at: instantShape,
        actor: z.string(),
        detail: z.record(z.string(), z.union([z.string(), z.number()])),
      }),
    ),
    handle: async (context) => {
      const { tx, query } = context;
      const customer = await ownCustomer(context, context.params.id);
      if (isRefusal(customer)) return customer;
      const after = afterOf(query.cursor);
      if (isRefusal(after)) return after;
      const before = /^\d{1,15}$/.test(after) ? Number(after) : null;
      const rows = await pageContactFacts(tx, customer.id, before, query.limit + 1);
      return page(
        rows,
        query.limit,
        (row) => String(row.id),
        ({ person, contact, act, at, actor, detail }) => {
          return { person, contact, act, at: iso(at), actor, detail: { ...detail } };
        },
      );
    },
  }),
];
