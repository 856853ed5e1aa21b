import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Tx } from '../../db/connection.ts';
import { readCustomer } from '../../people/store.ts';
import { isRefusal, type Refusal, refuse } from '../../refusal.ts';
import type { Lang } from '../../terms/words.ts';
import type { Content } from '../content.ts';
import {
  type CopyRow,
  type DocumentRow,
  insertDocument,
  lockAgreements,
  readAnnexes,
  readDocument,
  readSignatures,
} from '../store.ts';
import { type Holder, pageOf } from './page.ts';
import { press } from './press.ts';

/** What the parties agree in addition (clauses 5-2, 5-3): a text of their own, signed like the agreement itself. */
export interface NewAnnex {
  readonly title: string;
  /** Paragraphs, an empty line between them. */
  readonly text: string;
}

interface AnnexContent extends Pick<Content, 'number' | 'lang' | 'title' | 'parties' | 'closing' | 'blocks'> {
  readonly format: 'hostpledge/annex@1';
  readonly agreement: string;
  /** The content digest of the agreement that it belongs to. */
  readonly to: string;
  readonly opening: string;
  readonly paragraphs: readonly string[];
}

const opening = {
  zh: (number: string, digest: string) =>
    `本补充约定是质量协议 ${number}（内容摘要 ${digest}）的附件，与协议正文合为一体，效力相同（条款 5-2、5-3）。`,
  en: (number: string, digest: string) =>
    `These supplementary terms are an annex to the quality agreement ${number} (content digest ${digest}). They form one whole with it and have equal force (clauses 5-2, 5-3).`,
} as const satisfies Readonly<Record<Lang, unknown>>;

/** Prints the next annex of an agreement, `QA-…/A1`, in its language; both parties then sign both copies. */
export async function issueAnnex(
  tx: Tx,
  now: number,
  number: string,
  { title, text }: NewAnnex,
  actor: string,
): Promise<DocumentRow | Refusal> {
  const [agreement] = await lockAgreements(tx, [number]);
  if (agreement === undefined) return refuse('agreement-unknown', 'number', `there is no ${number}`);
  if (agreement.ended !== null) return refuse('offer-over', 'number', `${number} has ended`);
  const base = await readDocument(tx, number);
  if (base === null) return refuse('document-missing', 'number', 'the agreement is printed first');
  // Once somebody has signed it, it stays as it is: what an annex belongs to must not change under it.
  const signed = (await readSignatures(tx, number)).some((one) => one.revision === base.revision);
  if (!signed) return refuse('document-unsigned', 'number', 'an agreement that bears a signature');
  const { parties, closing, blocks, lang } = JSON.parse(base.content) as Content;
  const key = `${number}/A${(await readAnnexes(tx, number)).length + 1}`;
  const content: AnnexContent = {
    format: 'hostpledge/annex@1',
    number: key,
    agreement: number,
    to: base.digest,
    lang,
    title,
    opening: opening[lang](number, base.digest),
    paragraphs: text.split(/\n\s*\n/).map((one) => one.replace(/\s+/g, ' ').trim()),
    parties,
    closing,
    blocks,
  };
  const written = canonicalize(content)!;
  const digest = createHash('sha256').update(written).digest('hex');
  const sample = (await readCustomer(tx, agreement.customer))?.sample ?? false;
  const files: CopyRow[] = [];
  for (const holder of ['provider', 'customer'] as const) {
    const printed = print(content, written, digest, holder, sample, now);
    if (isRefusal(printed)) return printed;
    const { pdf: file, fields } = printed;
    const row = { agreement: key, revision: 1, holder, file, fields, changedAt: now };
    files.push({ ...row, digest: createHash('sha256').update(file).digest('hex') });
  }
  const row = { agreement: key, revision: 1, lang, content: written, digest, actor, madeAt: now };
  await insertDocument(tx, row, files);
  return row;
}

function print(
  content: AnnexContent,
  written: string,
  digest: string,
  holder: Holder,
  sample: boolean,
  at: number,
) {
  return press('annex', { page: pageOf(content, digest, holder, sample), content: written }, at);
}
