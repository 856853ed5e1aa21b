import { type Refusal, refuse } from '../../refusal.ts';

/**
 * The built-in edition `virtual-hosting/2026-11` (SEMANTICS §11) as `hostpledge/terms@1` data: frozen once
 * published, a change is a new edition. Its wording is in `wording/`; the figures stand only here.
 */

/** Terms as they stand in a case file; `terms.ts` reads them. */
export type TermsText = Readonly<Record<string, unknown>> & {
  readonly id: string;
  readonly edition: string;
  readonly guarantees: readonly GuaranteeText[];
};

export interface GuaranteeText {
  readonly id: string;
  readonly clause: string;
  readonly check?: string;
  readonly objective: Readonly<Record<string, unknown>>;
  readonly hold?: string;
  readonly quorum?: string;
  readonly floor?: number;
  readonly bridge?: string;
  readonly coverage?: string;
  readonly exclusions: readonly string[];
}

const bridge = 'PT1H';

const guarantees: readonly GuaranteeText[] = [
  {
    id: 'function',
    clause: '2-1.1',
    check: 'function',
    objective: { kind: 'availability', atLeast: '1' },
    // A daily trial, and one at once after a change.
    hold: 'PT26H',
    quorum: 'any',
    floor: 1,
    bridge,
    coverage: '0.95',
    exclusions: ['customer-settings', 'violation', 'agreed'],
  },
  {
    id: 'notice',
    clause: '2-1.2',
    objective: { kind: 'deadline', within: 'PT30M' },
    exclusions: ['agreed'],
  },
  {
    id: 'notice-major',
    clause: '2-1.2',
    objective: { kind: 'deadline', within: 'PT2H' },
    exclusions: ['agreed'],
  },
  {
    id: 'web',
    clause: '2-2.1',
    check: 'web',
    objective: { kind: 'availability', atLeast: '0.99' },
    // A check a minute: two may be missing.
    hold: 'PT150S',
    quorum: 'majority',
    floor: 1,
    bridge,
    coverage: '0.99',
    exclusions: ['customer-dns', 'customer-settings', 'violation', 'agreed'],
  },
  {
    id: 'ftp',
    clause: '2-3.1',
    check: 'ftp',
    objective: { kind: 'availability', above: '0.99' },
    hold: 'PT150S',
    quorum: 'majority',
    floor: 1,
    bridge,
    coverage: '0.99',
    exclusions: ['violation', 'agreed'],
  },
  {
    id: 'response',
    clause: '2-4.2',
    check: 'response',
    objective: { kind: 'ceiling', limit: 'PT1.5S', statistic: 'max', window: 'PT1M' },
    coverage: '0.99',
    exclusions: ['attack', 'over-traffic', 'customer-code', 'agreed'],
  },
  {
    id: 'power',
    clause: '2-5.2',
    check: 'power',
    objective: { kind: 'availability', atLeast: '0.999' },
    // A reading every 10 seconds.
    hold: 'PT60S',
    quorum: 'all',
    floor: 1,
    bridge,
    coverage: '0.999',
    exclusions: [],
  },
  {
    id: 'hotline',
    clause: '2-6.1',
    check: 'hotline',
    objective: { kind: 'availability', atLeast: '1' },
    hold: 'PT10M',
    quorum: 'all',
    floor: 1,
    bridge,
    coverage: '0.95',
    exclusions: ['agreed'],
  },
  {
    id: 'feedback',
    clause: '2-6.2',
    check: 'feedback',
    objective: { kind: 'availability', atLeast: '0.99' },
    hold: 'PT150S',
    quorum: 'majority',
    floor: 1,
    bridge,
    coverage: '0.95',
    exclusions: [],
  },
  {
    id: 'holiday',
    clause: '2-6.3',
    check: 'holiday',
    objective: { kind: 'availability', atLeast: '1' },
    hold: 'PT26H',
    quorum: 'any',
    floor: 1,
    bridge,
    coverage: '0.9',
    exclusions: [],
  },
  {
    id: 'fault-reply',
    clause: '2-6.4',
    objective: { kind: 'deadline', within: { workingHours: 5 } },
    exclusions: ['agreed'],
  },
  {
    id: 'other-reply',
    clause: '2-6.4',
    objective: { kind: 'deadline', within: { workingHours: 4 } },
    exclusions: ['agreed'],
  },
];

export const edition = { id: 'virtual-hosting', edition: '2026-11', guarantees } as const;

/** Working hours unless the provider sets others before offering. */
export const defaultPeriods: Readonly<Record<string, readonly (readonly [string, string])[]>> =
  Object.fromEntries(
    ['1', '2', '3', '4', '5'].map((day) => [
      day,
      [
        ['09:00', '12:00'],
        ['13:30', '18:00'],
      ],
    ]),
  );

export interface WorkingText {
  readonly zone: string;
  readonly periods: Readonly<Record<string, readonly (readonly [string, string])[]>>;
  readonly holidays: readonly string[];
  readonly makeup: readonly string[];
  readonly makeupLike: string;
}

/**
 * The terms that are offered: the edition's guarantees named in `ids`, in the edition's order. Refused when
 * one has no live source for the host (`sources` are the checks, and for deadlines the guarantee ids, that
 * something observes): what nobody measures may not be promised (SEMANTICS §11).
 */
export function offerTerms(
  ids: readonly string[],
  sources: ReadonlySet<string>,
  working: WorkingText,
): TermsText | Refusal {
  for (const [i, id] of ids.entries()) {
    if (!guarantees.some((g) => g.id === id)) {
      return refuse('guarantee-unknown', `guarantees[${i}]`, `edition ${edition.edition} has no "${id}"`);
    }
  }
  const offered = guarantees.filter((g) => ids.includes(g.id));
  const missing = offered.filter((g) => !sources.has(g.check ?? g.id)).map((g) => g.id);
  if (missing.length > 0) {
    return refuse('source-missing', 'guarantees', `no live source for this host: ${missing.join(', ')}`);
  }
  return {
    format: 'hostpledge/terms@1',
    id: edition.id,
    edition: edition.edition,
    remedy: { kind: 'fee-multiple', factor: 2 },
    working,
    guarantees: offered,
  };
}
