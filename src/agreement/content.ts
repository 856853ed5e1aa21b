import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { offsetAt } from '../calendar/zone.ts';
import type { PlanVersion } from '../hosting/store.ts';
import { functionRows, workingWords } from '../hosting/words.ts';
import type { Customer, Provider } from '../people/store.ts';
import { chapters, clauseText } from '../terms/editions/wording.ts';
import { type Lang, moneyWords } from '../terms/words.ts';
import type { SaleRecord } from './sale.ts';
import { sayings } from './saying.ts';
import type { AgreementRow } from './store.ts';

/**
 * What a quality agreement says, whole: everything that is printed stands here once, and nothing is printed that
 * does not. Its canonical text (RFC 8785) is attached to each copy; the digest of that text is the content digest.
 */
export interface Content {
  readonly format: 'hostpledge/agreement@1';
  readonly number: string;
  readonly lang: Lang;
  readonly title: string;
  /** ISO 8601, UTC. */
  readonly offered: string;
  readonly zone: string;
  readonly host: { readonly id: string; readonly domains: readonly string[] };
  readonly parties: readonly Party[];
  /** Clause 4-2; `rows` are what the page says of it. */
  readonly sale: { readonly number: string; readonly rows: Rows };
  readonly terms: AgreementRow['terms'];
  readonly chapters: readonly Chapter[];
  /** A made-up failure, judged and paid by the very terms and fee of this agreement. */
  readonly example: readonly string[];
  readonly annexes: readonly Annex[];
  /** What stands above the signatures. */
  readonly closing: string;
  readonly blocks: readonly Block[];
}

type Rows = readonly (readonly [name: string, value: string])[];

export interface Party {
  readonly party: 'provider' | 'customer';
  readonly role: string;
  readonly name: string;
  readonly rows: Rows;
}

export interface Chapter {
  readonly number: string;
  readonly title: string;
  readonly clauses: readonly { readonly number: string; readonly title: string; readonly text: string }[];
}

export interface Annex {
  readonly title: string;
  readonly rows: Rows;
}

/** Where a party signs and seals; `acts` are the fields on the page, in their order. */
export interface Block {
  readonly party: Party['party'];
  readonly name: string;
  readonly fields: readonly { readonly act: 'signed' | 'sealed'; readonly label: string }[];
}

/** What a content is made of. `sale` is the first of the chain: renewals extend by themselves (clause 4-3). */
export interface Parts {
  readonly agreement: AgreementRow;
  readonly provider: Provider;
  readonly customer: Customer;
  readonly sale: SaleRecord;
  readonly plan: PlanVersion;
  readonly domains: readonly string[];
  readonly example: readonly string[];
  readonly lang: Lang;
}

export function contentOf(parts: Parts): Content {
  const { agreement, sale, domains, example, lang } = parts;
  const { number, terms, zone, host } = agreement;
  const say = sayings[lang];
  const parties = [providerParty(parts), customerParty(parts)];
  return {
    format: 'hostpledge/agreement@1',
    number,
    lang,
    title: chapters[0]!.title[lang],
    offered: new Date(agreement.offeredAt).toISOString(),
    zone,
    host: { id: host, domains: [...domains].sort() },
    parties,
    sale: { number: sale.number, rows: saleRows(parts) },
    terms,
    chapters: chapters.map(({ chapter, title, clauses }) => ({
      number: chapter,
      title: title[lang],
      clauses: clauses.map((clause) => ({
        number: clause.clause,
        title: clause.title[lang],
        text: clauseText(clause, terms, lang),
      })),
    })),
    example: [...example],
    annexes: [functionAnnex(parts), priceAnnex(parts), hoursAnnex(parts)],
    closing: say.closing,
    blocks: parties.map(({ party, name }) => ({ party, name, fields: fieldsOf(parts, party) })),
  };
}

/** The text that is attached to each copy, and its SHA-256 in hex. */
export function sealContent(content: Content): { readonly text: string; readonly digest: string } {
  const text = canonicalize(content)!;
  return { text, digest: createHash('sha256').update(text).digest('hex') };
}

function providerParty({ provider, lang }: Parts): Party {
  const { name, particulars, salesPhone, servicePhone } = provider.profile;
  const say = sayings[lang];
  const { contact, fax, email, address, postcode } = particulars;
  const rows: Rows = [
    [say.contact, contact],
    [say.salesPhone, salesPhone],
    [say.servicePhone, servicePhone],
    [say.fax, fax],
    [say.email, email],
    [say.address, address],
    [say.postcode, postcode],
  ];
  return { party: 'provider', role: say.provider, name: particulars.name || name[lang], rows };
}

function customerParty({ customer, lang }: Parts): Party {
  const { name, contact, phone, fax, email, address, postcode } = customer.particulars;
  const say = sayings[lang];
  const rows: Rows = [
    [say.contact, contact],
    [say.phone, phone],
    [say.fax, fax],
    [say.email, email],
    [say.address, address],
    [say.postcode, postcode],
    [say.member, customer.member],
  ];
  return { party: 'customer', role: say.customer, name, rows };
}

/** Clause 4-2: name, document number, version and management number of the sales agreement. */
function saleRows({ sale, lang }: Parts): Rows {
  const say = sayings[lang];
  return [
    [say.saleName, sale.name],
    [say.saleDocument, sale.document === '' ? sale.number : sale.document],
    [say.saleEdition, sale.edition],
    [say.saleManagement, sale.management],
  ];
}

/** Annex 1, the functions as published (clause 2-1.1). */
function functionAnnex({ plan, agreement, domains, lang }: Parts): Annex {
  const say = sayings[lang];
  const bound = domains.length === 0 ? [] : ([[say.domains, [...domains].sort().join(say.list)]] as const);
  const rows = functionRows(plan.functions).map(({ name, value }) => [name[lang], value[lang]] as const);
  return {
    title: say.functions,
    rows: [
      [say.plan, `${plan.name[lang]}（${plan.plan}，${say.version} ${plan.version}）`],
      [say.host, agreement.host],
      ...bound,
      ...rows,
    ].map(([name, value]) => [name, lang === 'en' ? halfWidth(value) : value] as const) as Rows,
  };
}

/** Annex 2, the price; times are the agreement's local ones. */
function priceAnnex({ sale, agreement, lang }: Parts): Annex {
  const say = sayings[lang];
  const { zone } = agreement;
  return {
    title: say.prices,
    rows: [
      [say.saleNumber, sale.number],
      [say.term, `${localTime(zone, sale.from)} – ${localTime(zone, sale.to)}${say.inZone(zone)}`],
      [say.price, `${moneyWords(sale.price, sale.currency, lang)}${say.currency(sale.currency)}`],
    ],
  };
}

/** Annex 3, the working hours that deadlines are counted in (clause 2-6.4). */
function hoursAnnex({ agreement, lang }: Parts): Annex {
  const say = sayings[lang];
  const { working } = agreement.terms;
  const periods = periodsOf(working);
  return {
    title: say.hours,
    rows: [
      [say.hoursWeekly, workingWords(periods)[lang]],
      [say.hoursZone, zoneOf(working)],
    ],
  };
}

type Periods = Parameters<typeof workingWords>[0];

/** The terms are text as they were offered; what is not there was refused then. */
function periodsOf(working: unknown): Periods {
  return (working as { readonly periods: Periods }).periods;
}

function zoneOf(working: unknown): string {
  return (working as { readonly zone: string }).zone;
}

function fieldsOf({ customer, lang }: Parts, party: Party['party']): Block['fields'] {
  const say = sayings[lang];
  const signed = { act: 'signed', label: say.signature } as const;
  // A natural person has no seal (SEMANTICS §2).
  if (party === 'customer' && customer.kind === 'person') return [signed];
  return [{ act: 'sealed', label: say.seal }, signed];
}

/** `2026-10-10 04:30`, in a zone; with seconds only where there are any. */
export function localTime(zone: string, at: number): string {
  const local = new Date(at + offsetAt(zone, at)).toISOString();
  return `${local.slice(0, 10)} ${local.slice(11, 19).replace(/:00$/, '')}`;
}

function halfWidth(text: string): string {
  return text.replace(/（/g, ' (').replace(/）/g, ')').replace(/，/g, ', ');
}
