import { contentOf, type Parts } from '../src/agreement/content.ts';
import type { Worked } from '../src/agreement/document/draft.ts';
import { planShape } from '../src/hosting/plan.ts';
import { providerShape } from '../src/people/party.ts';
import { exampleLines } from '../src/settlement/example.ts';
import { offerTerms, type TermsText } from '../src/terms/editions/hosting.ts';
import { guaranteeIds } from '../src/terms/editions/words.ts';
import type { Lang } from '../src/terms/words.ts';
import { begin, dayMs, must, profile, saleOf, standardPlan, workingIn } from './world.ts';

/** An agreement as it is printed, made without a database: every guarantee of the edition, a sale of 600.00 a year. */

export const paperZone = 'Asia/Shanghai';

export function paperTerms(ids: readonly string[] = guaranteeIds): TermsText {
  const sources = new Set<string>([...guaranteeIds, 'web', 'ftp', 'response', 'power']);
  return must(offerTerms(ids, sources, workingIn(paperZone)));
}

const empty = { contact: '', phone: '', fax: '', address: '', postcode: '' };

export function paperParts(change: Partial<Parts> = {}, name = '临水茶业有限公司'): Parts {
  const agreement = {
    number: 'QA-2026-000001',
    host: 'h000001',
    customer: 'c000001',
    terms: paperTerms(),
    zone: paperZone,
    offeredAt: begin,
    ended: null,
  };
  const sale = saleOf('h000001', 'SA-2026-000001', begin - 8 * 3_600_000, begin + 365 * dayMs, 60_000);
  const lang: Lang = change.lang ?? 'zh';
  const { plan, ...functions } = planShape.parse(standardPlan);
  return {
    agreement,
    provider: {
      profile: providerShape.parse({
        ...profile(paperZone),
        particulars: { ...empty, name: '江淮云舟网络有限公司', email: 'service@provider.example' },
      }),
      sampledUntil: null,
    },
    customer: {
      id: 'c000001',
      member: 'M000001',
      kind: 'company',
      particulars: { ...empty, name, email: 'office@customer.example' },
      sample: false,
      createdAt: begin,
    },
    sale,
    plan: { plan, version: 1, ...functions, createdAt: begin, publishedAt: begin, stages: [] },
    domains: ['www.customer.example'],
    example: exampleLines(agreement, sale, lang),
    lang,
    ...change,
  };
}

export const paperContent = (change: Partial<Parts> = {}, name?: string) =>
  contentOf(paperParts(change, name));

/** The worked example as the documents are given it. */
export const worked: Worked = (agreement, sale, lang) => exampleLines(agreement, sale, lang);
