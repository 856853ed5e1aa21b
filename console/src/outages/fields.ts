import type { Text } from '../../../src/terms/words.ts';
import type { Given } from '../client/ask.ts';

/**
 * What the proof of each cause consists of (src/attribution/cause.ts decides), for forms and for showing. Closing by
 * a rule is not recorded by hand: it follows from the closing itself.
 */

export type CauseKind = Given<'post', '/hosts/{id}/causes'>['body']['cause'];

export interface ProofField {
  /** Below the proof: `customer.name`. */
  readonly path: string;
  readonly name: Text;
  /** `lines`: a list, an entry a line; `resolvers`: address, what it answered; `fixed`: what the cause says by itself. */
  readonly kind: 'text' | 'number' | 'lines' | 'resolvers' | 'instant' | 'fixed';
  readonly help?: Text;
  readonly fixed?: string;
  /** May stay empty. */
  readonly isFree?: boolean;
}

const by = (path: string, zh: string, en: string): ProofField[] => [
  { path: `${path}.name`, name: { zh: `${zh}认可人`, en: `Agreed by the ${en}` }, kind: 'text' },
  { path: `${path}.at`, name: { zh: `${zh}认可时间`, en: `The ${en} agreed at` }, kind: 'instant' },
];

export const proofFields: Readonly<Record<CauseKind, readonly ProofField[]>> = {
  'customer-dns': [
    {
      path: 'resolvers',
      name: { zh: '两处独立解析的结果', en: 'What two independent resolvers answered' },
      kind: 'resolvers',
      help: {
        zh: '每行一处：解析服务器的地址，空格，它给出的地址（没有答复则留空）。例：8.8.8.8 203.0.113.9',
        en: 'A line each: the resolver’s address, a space, the addresses it gave (none: leave it out), such as 8.8.8.8 203.0.113.9',
      },
    },
    { path: 'ours', name: { zh: '我们的地址', en: 'Our addresses' }, kind: 'lines' },
    {
      path: 'nameServers',
      name: { zh: '域名的解析服务器', en: 'The domain’s name servers' },
      kind: 'lines',
      isFree: true,
    },
    { path: 'byAddress', name: { zh: '按地址访问', en: 'Asked by address' }, kind: 'fixed', fixed: 'pass' },
  ],
  'customer-settings': [
    {
      path: 'change',
      name: { zh: '改动或错误', en: 'The change or the error' },
      kind: 'text',
      help: {
        zh: '有记录的改动，或只可能由主机自己的文件引起的错误。',
        en: 'A change on record, or an error that only the host’s own files can cause.',
      },
    },
    {
      path: 'neighbour.host',
      name: { zh: '同一服务器上正常的主机', en: 'A host beside it that answered' },
      kind: 'text',
    },
    { path: 'neighbour.result', name: { zh: '它的结果', en: 'Its result' }, kind: 'fixed', fixed: 'pass' },
    { path: 'byAddress', name: { zh: '按地址访问', en: 'Asked by address' }, kind: 'fixed', fixed: 'fail' },
    { path: 'curedAt', name: { zh: '改回时间', en: 'Undone at' }, kind: 'instant', isFree: true },
  ],
  violation: [
    { path: 'rule', name: { zh: '依据的规定', en: 'The rule' }, kind: 'text' },
    { path: 'actor', name: { zh: '经办人', en: 'Closed by' }, kind: 'text' },
    { path: 'facts', name: { zh: '经过的编号', en: 'Facts of the host' }, kind: 'lines' },
  ],
  attack: [
    { path: 'requestsPerMinute', name: { zh: '每分钟请求', en: 'Requests a minute' }, kind: 'number' },
    { path: 'baselinePerMinute', name: { zh: '平时每分钟请求', en: 'Usually a minute' }, kind: 'number' },
    { path: 'clients', name: { zh: '来源地址数', en: 'Client addresses' }, kind: 'number' },
    {
      path: 'busiestShare',
      name: { zh: '最忙来源的占比', en: 'Share of the busiest' },
      kind: 'number',
      help: { zh: '0 到 1。', en: 'From 0 to 1.' },
    },
  ],
  'over-traffic': [
    { path: 'allowanceBytes', name: { zh: '额度（字节）', en: 'Allowance, bytes' }, kind: 'number' },
    { path: 'countedBytes', name: { zh: '已用（字节）', en: 'Counted, bytes' }, kind: 'number' },
    { path: 'passedAt', name: { zh: '超出时间', en: 'Passed at' }, kind: 'instant' },
  ],
  'customer-code': [
    { path: 'script', name: { zh: '脚本', en: 'Script' }, kind: 'text' },
    { path: 'slowestMs', name: { zh: '最慢用时（毫秒）', en: 'Slowest, ms' }, kind: 'number' },
    { path: 'referenceMs', name: { zh: '对照脚本用时（毫秒）', en: 'Reference script, ms' }, kind: 'number' },
    { path: 'limitMs', name: { zh: '限值（毫秒）', en: 'Limit, ms' }, kind: 'number' },
  ],
  agreed: [
    { path: 'reason', name: { zh: '理由', en: 'Reason' }, kind: 'text' },
    ...by('provider', '我方', 'provider'),
    ...by('customer', '客户', 'customer'),
  ],
};

/** What can be recorded by hand, the most usual first. */
export const openKinds = [
  'customer-dns',
  'customer-settings',
  'attack',
  'over-traffic',
  'customer-code',
  'agreed',
] as const satisfies readonly CauseKind[];

export interface Resolver {
  readonly address: string;
  readonly answer: readonly string[];
}

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** What was typed into a field as the API takes it; null: left empty. */
export function entryOf(field: ProofField, typed: string): unknown {
  const text = typed.trim();
  switch (field.kind) {
    case 'fixed':
      return field.fixed;
    case 'lines':
      return linesOf(text);
    case 'resolvers':
      return linesOf(text).map((line): Resolver => {
        const [address = '', ...answer] = line.split(/[\s,]+/);
        return { address, answer };
      });
    case 'number':
      return text === '' ? null : Number(text);
    case 'instant':
      return text === '' ? null : Date.parse(text);
    case 'text':
      return text;
  }
}

/** A proof out of fields that were typed, by their paths. */
export function proofOf(kind: CauseKind, typed: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const proof: Record<string, unknown> = {};
  for (const field of proofFields[kind]) {
    const value = entryOf(field, String(valueAt(typed, field.path) ?? ''));
    const [first = '', second] = field.path.split('.');
    if (second === undefined) proof[first] = value;
    else proof[first] = { ...(proof[first] as object | undefined), [second]: value };
  }
  return proof;
}

/** What stands at `customer.name` in a value that came from outside. */
export function valueAt(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
      value,
    );
}
