import { z } from 'zod';
import { edition } from '../terms/editions/hosting.ts';
import { termsShape } from '../terms/terms.ts';
import type { VerdictRule } from './verdict.ts';

const working = { zone: 'UTC', periods: {} };
const { guarantees } = z.parse(termsShape, {
  format: 'hostpledge/terms@1',
  id: edition.id,
  edition: edition.edition,
  remedy: { kind: 'fee-multiple' },
  working,
  guarantees: edition.guarantees,
});

/** By which the live verdict of a check is told: the built-in edition's own figures (SEMANTICS §11). */
export function ruleOf(check: string): VerdictRule | null {
  return guarantees.find((g) => g.check === check && g.objective.kind === 'availability') ?? null;
}
