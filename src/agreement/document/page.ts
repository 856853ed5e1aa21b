import type { Lang } from '../../terms/words.ts';
import type { Content } from '../content.ts';

/** Whose original a copy is (clause 5-1); `draft` is nobody's and cannot be signed. */
export type Holder = 'provider' | 'customer' | 'draft';

const words: Readonly<
  Record<
    Lang,
    {
      readonly number: string;
      readonly digest: string;
      readonly sale: string;
      readonly example: string;
      readonly draft: string;
      readonly sample: string;
      readonly marks: Readonly<Record<Holder, string>>;
    }
  >
> = {
  zh: {
    number: '编号',
    digest: '内容摘要 SHA-256',
    sale: '配套的销售协议（4-2）',
    example: '赔偿算例（3-1）',
    draft: '草稿',
    sample: '样例',
    marks: { provider: '甲方执', customer: '乙方执', draft: '草稿' },
  },
  en: {
    number: 'No.',
    digest: 'Content digest SHA-256',
    sale: 'The sales agreement (4-2)',
    example: 'A worked example of compensation (3-1)',
    draft: 'DRAFT',
    sample: 'SAMPLE',
    marks: { provider: 'Provider’s original', customer: 'Customer’s original', draft: 'Draft' },
  },
};

type Headed = Pick<Content, 'lang' | 'title' | 'number' | 'parties'>;

/** What stands around a content on each page; only the mark of its holder differs between copies. */
export function pageOf(content: Headed, digest: string, holder: Holder, sample: boolean) {
  const say = words[content.lang];
  return {
    lang: content.lang,
    title: content.title,
    number: content.number,
    numberLabel: say.number,
    author: content.parties[0]!.name,
    mark: say.marks[holder],
    digest,
    digestLabel: say.digest,
    saleTitle: say.sale,
    exampleTitle: say.example,
    watermark: sample ? say.sample : holder === 'draft' ? say.draft : '',
  };
}
