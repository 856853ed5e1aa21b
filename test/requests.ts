import type { Role } from '../src/entrance/role.ts';
import type { Front, Reply } from './entrance.ts';
import { estateNow, passphrase, type Tenant } from './estate.ts';
import { ring } from './png.ts';
import { begin, dayMs, profile } from './world.ts';

/** Who sends a request, and what of their own it may have to name. */
export interface Caller {
  readonly role: Role;
  readonly headers: Readonly<Record<string, string>>;
  /** An API key of their own, by its id. */
  readonly key: string;
}

/** What a route is asked in the estate of estate.ts so that it does what it is for. */
export interface Wish {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
  /** Where nothing is kept, or the world is set up already, the best that can be said: this refusal. */
  readonly said?: string;
}

type Wisher = (of: Tenant, by: Caller) => Wish;

const iso = (at: number): string => new Date(at).toISOString();
const span = { from: iso(begin), to: iso(begin + 20 * dayMs) };
const days = { from: '2026-09-01', to: '2026-11-30' };
const month = '2026-09';
const month11 = '2026-11';

const ofHost: Wisher = ({ host }) => ({ params: { id: host } });
const ofHostSpan: Wisher = ({ host }) => ({ params: { id: host }, query: span });
const ofCustomer: Wisher = ({ customer }) => ({ params: { id: customer } });
const ofAgreement: Wisher = ({ agreement }) => ({ params: { number: agreement } });
const ofPrinted: Wisher = ({ printed }) => ({ params: { number: printed } });
const ofMonth: Wisher = ({ agreement }) => ({ params: { number: agreement, month } });
const nothing: Wisher = () => ({});
const listed: Wisher = ({ customer, host }) => ({ query: { customer, host } });
const ofCustomers: Wisher = ({ customer }) => ({ query: { customer } });

const particularsOf = ({ word }: Tenant) => ({
  ...{ name: `Party ${word}`, contact: word, phone: '0551', fax: '0551', email: `new@${word}.example` },
  ...{ address: word, postcode: '230000' },
});
const soldOf = ({ bare, word }: Tenant, from: number, to: number, plan: string, price: number) => ({
  ...{ number: `SB-${bare}`, name: word, document: 'D-1', edition: '1', management: 'M-1', plan, version: 1 },
  ...{ from: iso(from), to: iso(to), price, currency: 'CNY' },
});
const movedOf = ({ bare }: Tenant, amount: number) => ({
  ...{ receipt: `RB-${bare}`, amount, currency: 'CNY', method: 'bank', at: iso(estateNow) },
});
const stepOf = (of: Tenant, on: string, seen: number): Wish => ({
  params: { number: of.agreement, month: on, revision: '1' },
  body: { seen, reason: of.word },
});
const functions = { spaceMb: 1, trafficGb: 1, domains: 1, ftp: null, php: '8.2', tls: true };
const setUp = {
  token: 'x'.repeat(40),
  provider: {
    ...{ name: { zh: '一', en: 'One' }, particulars: { name: 'One', email: 'a@example.cn' } },
    ...{ salesPhone: '1', servicePhone: '2', zone: 'UTC' },
  },
  owner: { name: 'One', email: 'one@example.cn', password: 'long enough for one' },
};
const relay = { host: 'mail.example', port: 587, security: 'starttls', from: 'a@example.cn' };

const house: Readonly<Record<string, Wisher>> = {
  'setup.state': nothing,
  'setup.mail': () => ({ body: { token: setUp.token, relay, to: 'a@example.cn' }, said: 'set-up-done' }),
  'setup.finish': () => ({ body: setUp, said: 'set-up-done' }),
  'sample.logins': nothing,
  'account.read': nothing,
  'account.change': ({ word }) => ({ body: { name: word, lang: 'en' } }),
  'account.keys': nothing,
  'account.key': ({ word }, { role }) => ({
    body: { name: word, scopes: [role === 'customer' ? 'hosts:edit' : 'plans:read'] },
  }),
  'account.revoke': (_of, { key }) => ({ params: { id: key } }),
  'users.list': ofCustomers,
  'users.read': ({ mate }) => ({ params: { id: mate } }),
  'users.change': ({ mate }) => ({ params: { id: mate }, body: { disabled: true } }),
  'users.signout': ({ mate }) => ({ params: { id: mate } }),
  'invitations.open': ({ secret }) => ({ body: { secret } }),
  'invitations.accept': ({ secret, word }) => ({
    body: { secret, name: word, password: 'long enough for it' },
  }),
  'invitations.list': nothing,
  'invitations.send': ({ customer, word }) => ({
    body: { email: `third@${word}.example`, name: word, role: 'customer', customer },
  }),
  'invitations.resend': ({ invitation }) => ({ params: { id: invitation } }),
  'invitations.withdraw': ({ invitation }) => ({ params: { id: invitation } }),
  'relay.read': nothing,
  'relay.change': () => ({ body: { ...relay, user: 'user', password: 'password' } }),
  'relay.test': () => ({ body: { to: 'a@example.cn' } }),
  'letters.list': nothing,
  'provider.read': nothing,
  'provider.change': (of) => ({
    body: { ...profile('UTC'), particulars: { ...particularsOf(of), name: 'Party', email: 'a@example.cn' } },
  }),
  'drills.begin': () => ({ body: { kind: 'slow', forMs: 1000 } }),
  'plans.list': nothing,
  'plans.read': () => ({ params: { plan: 'standard', version: '1' } }),
  'plans.draft': () => ({
    body: {
      ...{ plan: 'standard', name: { zh: '一', en: 'One' }, functions, price: 1, currency: 'CNY' },
      ...{ termMonths: 12, stage: 'released', problems: [{ zh: '一', en: 'One' }] },
    },
  }),
  'plans.publish': () => ({ params: { plan: 'standard', version: '2' } }),
  'plans.move': () => ({
    params: { plan: 'trial', version: '1' },
    body: { stage: 'public-test', problems: [{ zh: '一', en: 'One' }] },
  }),
  'probers.list': nothing,
  'planes.list': nothing,
  'limits.read': nothing,
  'limits.change': () => ({ body: { reviewDays: 1, amounts: { CNY: { small: 1, large: 2 } } } }),
  'audit.list': ofCustomers,
  'audit.digests': nothing,
};

const parties: Readonly<Record<string, Wisher>> = {
  'identities.read': ofCustomer,
  'identities.check': ({ customer, word }) => ({
    params: { id: customer },
    body: { number: '91350100M000100Y43', way: 'copy', note: word },
  }),
  'customers.list': nothing,
  'customers.read': ofCustomer,
  'customers.add': (of) => ({ body: { kind: 'company', particulars: particularsOf(of) } }),
  'customers.change': (of) => ({
    params: { id: of.customer },
    body: { kind: 'company', particulars: particularsOf(of) },
  }),
  'persons.list': ofCustomer,
  'persons.add': ({ customer, word }) => ({ params: { id: customer }, body: { name: word, title: word } }),
  'persons.change': ({ person, word }) => ({ params: { id: person }, body: { name: word, title: 'new' } }),
  'persons.remove': ({ person }) => ({ params: { id: person } }),
  'contacts.add': ({ person, word }) => ({
    params: { id: person },
    body: { channel: 'webhook', value: `https://new.${word}.example/?a=b` },
  }),
  'contacts.ask': ({ mail }) => ({ params: { id: mail } }),
  'contacts.verify': ({ mail, code }) => ({ params: { id: mail }, body: { code } }),
  'contacts.challenge': ({ hook }) => ({ params: { id: hook }, said: 'code-missing' }),
  'contacts.call': ({ phone, word }) => ({ params: { id: phone }, body: { at: iso(estateNow), note: word } }),
  'contacts.bounce': ({ mail, word }) => ({ params: { id: mail }, body: { reason: word } }),
  'contacts.change': ({ mail, word }) => ({ params: { id: mail }, body: { value: `other@${word}.example` } }),
  'contacts.remove': ({ mail }) => ({ params: { id: mail } }),
  'contacts.history': ofCustomer,
};

const filing = '京ICP备12345678号-1';
const where = { plane: 'p1', filing };

const hosts: Readonly<Record<string, Wisher>> = {
  'hosts.list': ofCustomers,
  'hosts.read': ofHost,
  'hosts.order': ({ customer, word }) => ({
    body: { ...where, plan: 'roomy', version: 1, customer, domain: `more.${word}.example` },
  }),
  'hosts.bind': ({ host, word }) => ({
    params: { id: host },
    body: { domain: `also.${word}.example`, filing },
  }),
  'hosts.unbind': ({ host, domain }) => ({ params: { id: host, domain } }),
  'filings.list': ofHost,
  'filings.record': ({ host, domain }) => ({
    params: { id: host },
    body: { domain, number: filing },
  }),
  'hosts.account': ({ host, word }) => ({
    params: { id: host },
    body: { name: `new-${word}`, password: 'long enough for it' },
  }),
  'accounts.remove': ({ host, account }) => ({ params: { id: host, name: account } }),
  'hosts.settings': ({ host, word }) => ({
    params: { id: host },
    body: { index: [`${word}.html`], errorPages: { 404: word }, listFolders: true },
  }),
  'hosts.tell': ({ host, word }) => ({
    params: { id: host },
    body: { kind: 'closed', reason: word, rule: word },
  }),
  'measures.checks': ofHost,
  'measures.runs': ofHostSpan,
  'measures.turns': ({ host }) => ({ params: { id: host }, query: { ...span, check: 'web' } }),
  'measures.outages': ofHostSpan,
  'measures.minutes': ofHostSpan,
  'measures.usage': ofHostSpan,
  'outages.list': ({ host }) => ({ query: { host } }),
  'causes.list': ofHostSpan,
  'causes.record': ({ host, word }) => ({
    params: { id: host },
    body: {
      ...{ cause: 'agreed', checks: ['web'], from: iso(begin + dayMs), to: iso(begin + 2 * dayMs) },
      proof: { provider: { name: word, at: begin }, customer: { name: word, at: begin }, reason: word },
    },
  }),
  'causes.withdraw': ({ cause, word }) => ({ params: { id: cause }, body: { reason: word } }),
};

const papers: Readonly<Record<string, Wisher>> = {
  'agreements.list': listed,
  'agreements.unsigned': ofCustomers,
  'agreements.read': ofAgreement,
  'offers.read': ({ bare }) => ({ params: { id: bare } }),
  'agreements.offer': ({ bare }) => ({ params: { id: bare }, body: { guarantees: ['web'] } }),
  'agreements.end': ({ agreement, word }) => ({ params: { number: agreement }, body: { reason: word } }),
  'documents.read': ofPrinted,
  'documents.preview': ofPrinted,
  'documents.print': ({ printed }) => ({ params: { number: printed }, body: { lang: 'zh' } }),
  'documents.copy': ({ printed }) => ({ params: { number: printed, holder: 'customer' } }),
  'annexes.list': ofPrinted,
  'annexes.print': ({ printed, word }) => ({
    params: { number: printed },
    body: { title: word, text: `${word}\n\n${word}` },
  }),
  'documents.sign': ({ printed, digest }, { role }) => ({
    params: { number: printed },
    body: role === 'customer' ? { digest, passphrase } : { digest },
  }),
  'signers.read': nothing,
  'signers.set': (_of, { role }) => ({ body: role === 'customer' ? { passphrase } : {} }),
  'seals.read': nothing,
  'seals.set': () => ({ body: { png: ring(40).toString('base64') } }),
  'seals.remove': nothing,
};

const money: Readonly<Record<string, Wisher>> = {
  'sales.list': ({ bare }) => ({ params: { id: bare } }),
  'sales.record': (of) => ({
    params: { id: of.bare },
    body: soldOf(of, begin + 365 * dayMs, begin + 700 * dayMs, 'roomy', 36_500),
  }),
  'sales.replace': (of) => ({
    params: { id: of.bare },
    body: soldOf(of, estateNow, begin + 365 * dayMs, 'standard', 50_000),
  }),
  'sales.pay': (of) => ({ params: { number: of.sale }, body: movedOf(of, 6500) }),
  'sales.refund': (of) => ({
    params: { number: of.sale },
    body: { ...movedOf(of, 100), reason: of.word },
  }),
  'renewals.list': listed,
  'ledger.balances': ofCustomer,
  'ledger.bookings': ofCustomer,
  'ledger.account': ({ customer }) => ({ params: { id: customer }, query: days }),
  'ledger.books': nothing,
  'ledger.take': ({ customer }) => ({
    params: { id: customer },
    body: { key: 'k1', amount: 1, currency: 'CNY' },
  }),
  'ledger.pay': ({ customer, word }) => ({
    params: { id: customer },
    body: { key: 'k2', amount: 1, currency: 'CNY', way: 'original', reference: word },
  }),
  'transfers.channels': ({ customer }) => ({ params: { id: customer }, query: { currency: 'CNY' } }),
  'transfers.ask': ({ customer, word }) => ({
    params: { id: customer },
    body: { key: 'k3', amount: 1, currency: 'CNY', way: 'withdrawal', to: word },
  }),
  'transfers.list': ofCustomers,
  'transfers.send': ({ transfer, word }) => ({ params: { id: transfer }, body: { reference: word } }),
  'transfers.cancel': ({ transfer, word }) => ({ params: { id: transfer }, body: { reason: word } }),
  'invoices.room': ofCustomer,
  'invoices.ask': ({ customer, receipt, word }) => ({
    params: { id: customer },
    body: {
      ...{ kind: 'special', title: word, taxNumber: '91350100M000100Y43', email: `new@${word}.example` },
      ...{ address: word, phone: word, bank: word, lines: [{ receipt, amount: 100 }] },
    },
  }),
  'invoices.list': ofCustomers,
  'invoices.issue': ({ asked }) => ({
    params: { number: asked },
    body: { official: '12345678', day: '2026-12-01' },
  }),
  'invoices.refuse': ({ again, word }) => ({ params: { number: again }, body: { reason: word } }),
  'invoices.flush': ({ issued, word }) => ({
    params: { number: issued },
    body: { official: '87654321', day: '2026-12-02', reason: word },
  }),
  'months.read': ofMonth,
  'statements.list': ofAgreement,
  'statements.paper': ofMonth,
  'statements.waiting': () => ({ query: { month } }),
  'statements.month': () => ({ query: { month } }),
  'cases.read': ofMonth,
  'statements.drafts': nothing,
  'statements.judge': ({ agreement, word }) => ({
    params: { number: agreement },
    body: { month, reason: word },
  }),
  'statements.hold': (of) => stepOf(of, month11, 0),
  'statements.release': (of) => stepOf(of, '2026-10', 1),
  'statements.approve': (of) => stepOf(of, month11, 0),
};

/** One for every route of the API, by its name; a route without one fails the matrix (src/roles/matrix.test.ts). */
export const wishes: Readonly<Record<string, Wisher>> = {
  ...house,
  ...parties,
  ...hosts,
  ...papers,
  ...money,
};

/** The path below `/api` with its parameters and its query. */
export function pathOf(url: string, { params = {}, query = {} }: Wish): string {
  const path = url.replace(/:(\w+)/g, (_all, name: string) => encodeURIComponent(params[name] ?? ''));
  const search = new URLSearchParams(query).toString();
  return `/api${path}${search === '' ? '' : `?${search}`}`;
}

/** Sends it as somebody; every edit says that it read what stands. */
export function send(
  { ask }: Pick<Front, 'ask'>,
  one: { readonly method: string; readonly url: string },
  wish: Wish,
  headers: Readonly<Record<string, string>>,
): Promise<Reply> {
  const { body } = wish;
  const sent = one.method === 'GET' ? { ...headers } : { ...headers, 'if-match': '*' };
  return ask(one.method, pathOf(one.url, wish), { headers: sent, ...(body === undefined ? {} : { body }) });
}
