import type { ReactNode } from 'react';
import { Facts } from '../pattern/facts.tsx';
import { count } from '../speech/format.ts';
import { Instant } from '../speech/instant.tsx';
import { type Lang, useLang, useText } from '../speech/lang.ts';
import { type CauseKind, type ProofField, proofFields, valueAt } from './fields.ts';

/** The proof of a cause, named field by field; one of an older kind as it was recorded. */
export function Proof({ cause, proof }: { readonly cause: string; readonly proof: unknown }): ReactNode {
  const text = useText();
  const lang = useLang();
  const fields = Object.hasOwn(proofFields, cause) ? proofFields[cause as CauseKind] : null;
  if (fields === null) return <pre className="proof">{JSON.stringify(proof, null, 2)}</pre>;
  return (
    <Facts
      facts={fields.map(
        (field) => [text(field.name), shownOf(field, valueAt(proof, field.path), lang)] as const,
      )}
    />
  );
}

const results: Readonly<Record<string, Readonly<Record<Lang, string>>>> = {
  pass: { zh: '正常', en: 'answered' },
  fail: { zh: '失败', en: 'failed' },
};

function shownOf(field: ProofField, value: unknown, lang: Lang): ReactNode {
  if (value === null || value === undefined) return '–';
  if (field.kind === 'instant') return <Instant at={Number(value)} />;
  if (field.kind === 'number') return count(lang, Number(value));
  if (field.kind === 'fixed') return results[String(value)]?.[lang] ?? String(value);
  if (!Array.isArray(value)) return String(value);
  if (field.kind === 'resolvers') return value.map((one) => resolverWords(one, lang)).join(' · ');
  return value.join(' · ');
}

function resolverWords(one: unknown, lang: Lang): string {
  const answer = valueAt(one, 'answer');
  const told = Array.isArray(answer) && answer.length > 0 ? answer.join(', ') : null;
  return `${String(valueAt(one, 'address'))} → ${told ?? (lang === 'zh' ? '没有地址' : 'no address')}`;
}
