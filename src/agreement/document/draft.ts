import { createHash } from 'node:crypto';
import type { Tx } from '../../db/connection.ts';
import { readDomains, readPlans } from '../../hosting/store.ts';
import { readCustomer, readProvider } from '../../people/store.ts';
import { isRefusal, type Refusal, refuse } from '../../refusal.ts';
import type { Lang } from '../../terms/words.ts';
import { type Content, contentOf, sealContent } from '../content.ts';
import type { SaleRecord, Sold } from '../sale.ts';
import { planOf } from '../stage.ts';
import {
  type AgreementRow,
  type CopyRow,
  type DocumentRow,
  insertDocument,
  lockAgreements,
  readChain,
  readDocument,
  readSignatures,
} from '../store.ts';
import { type Holder, pageOf } from './page.ts';
import { press } from './press.ts';

/** The worked example of an agreement; whoever judges months makes it (settlement/example.ts). */
export type Worked = (agreement: AgreementRow, sale: SaleRecord, lang: Lang) => readonly string[];

interface Draft {
  readonly content: Content;
  readonly text: string;
  readonly digest: string;
  readonly sample: boolean;
}

/** What the agreement would say if it were printed now. */
export async function draftOf(
  tx: Tx,
  agreement: AgreementRow,
  lang: Lang,
  worked: Worked,
): Promise<Draft | Refusal> {
  const provider = await readProvider(tx);
  if (provider === null) return refuse('provider-missing', 'provider', 'the provider’s profile comes first');
  const customer = await readCustomer(tx, agreement.customer);
  if (customer === null) return refuse('customer-unknown', 'customer', `there is no ${agreement.customer}`);
  const sale = saleOf(await readChain(tx, agreement.host), agreement.offeredAt);
  if (sale === undefined) return refuse('sale-missing', 'host', 'a quality agreement needs a sale (1.1)');
  const plan = planOf(await readPlans(tx, sale.plan), sale);
  if (plan === undefined) return refuse('plan-unknown', 'plan', `there is no ${sale.plan} ${sale.version}`);
  const domains = (await readDomains(tx, [agreement.host])).get(agreement.host) ?? [];
  const example = worked(agreement, sale, lang);
  const content = contentOf({ agreement, provider, customer, sale, plan, domains, example, lang });
  return { content, ...sealContent(content), sample: customer.sample };
}

/** The sale that the agreement was offered with (clause 4-2): the one that ran then, or the first. */
function saleOf(chain: readonly Sold[], offeredAt: number): Sold | undefined {
  return chain.findLast((sale) => sale.from <= offeredAt) ?? chain[0];
}

/** A copy of a draft, printed; the file's date is `at`. */
function print({ content, text, digest, sample }: Draft, holder: Holder, at: number) {
  return press('agreement', { page: pageOf(content, digest, holder, sample), content: text }, at);
}

/** The agreement as it would be printed, marked as a draft: nobody can sign it. */
export async function previewDocument(
  tx: Tx,
  agreement: AgreementRow,
  lang: Lang,
  worked: Worked,
): Promise<Buffer | Refusal> {
  const draft = await draftOf(tx, agreement, lang, worked);
  if (isRefusal(draft)) return draft;
  const printed = print(draft, 'draft', agreement.offeredAt);
  return isRefusal(printed) ? printed : printed.pdf;
}

/**
 * Prints the two originals (clause 5-1). Printed again, an unchanged agreement is the same document; a changed
 * one is the next revision, unless somebody has signed.
 */
export async function issueDocument(
  tx: Tx,
  now: number,
  number: string,
  lang: Lang,
  actor: string,
  worked: Worked,
): Promise<DocumentRow | Refusal> {
  const [agreement] = await lockAgreements(tx, [number]);
  if (agreement === undefined) return refuse('agreement-unknown', 'number', `there is no ${number}`);
  if (agreement.ended !== null) return refuse('offer-over', 'number', `${number} has ended`);
  const draft = await draftOf(tx, agreement, lang, worked);
  if (isRefusal(draft)) return draft;
  const standing = await readDocument(tx, number);
  if (standing?.digest === draft.digest) return standing;
  const signed = (await readSignatures(tx, number)).some((one) => one.revision === standing?.revision);
  if (signed) return refuse('document-signed', 'number', `${number} bears a signature and stays as it is`);
  const revision = (standing?.revision ?? 0) + 1;
  const { text: content, digest } = draft;
  const row = { agreement: number, revision, lang, content, digest, actor, madeAt: now };
  const files: CopyRow[] = [];
  for (const holder of ['provider', 'customer'] as const) {
    const printed = print(draft, holder, now);
    if (isRefusal(printed)) return printed;
    const { pdf: file, fields } = printed;
    const copy = { agreement: number, revision, holder, file, fields, changedAt: now };
    files.push({ ...copy, digest: createHash('sha256').update(file).digest('hex') });
  }
  await insertDocument(tx, row, files);
  return row;
}
