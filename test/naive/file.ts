/** The two files of docs/semantics.md §8 and §9 as they are in JSON; written from that page, not from src/. */
export interface CaseFile {
  format: 'hostpledge/case@1';
  zone: string;
  month: string;
  asOf?: string | null;
  terms: TermsFile;
  agreement: {
    number: string;
    signatures: { provider: ActsFile; customer: ActsFile };
    opened: string | null;
    ended: string | null;
    stages: { from: string; stage: 'invited-test' | 'public-test' | 'released' }[];
    sales: SaleFile[];
  };
  series?: SeriesFile[];
  windows?: WindowsFile[];
  items?: ItemFile[];
  causes?: CauseFile[];
}

export interface ActsFile {
  signed: string | null;
  sealed: string | null;
}

export interface TermsFile {
  format: 'hostpledge/terms@1';
  id: string;
  edition: string;
  remedy: { kind: 'fee-multiple'; factor?: number };
  working: WorkingFile;
  guarantees: GuaranteeFile[];
}

export interface WorkingFile {
  zone: string;
  periods: Partial<Record<string, [string, string][]>>;
  holidays?: string[];
  makeup?: string[];
  makeupLike?: string;
}

export interface GuaranteeFile {
  id: string;
  clause: string;
  check?: string;
  objective: ObjectiveFile;
  hold?: string;
  quorum?: 'majority' | 'any' | 'all' | number;
  floor?: number;
  bridge?: string;
  coverage?: string;
  exclusions?: string[];
}

export type ObjectiveFile =
  | { kind: 'availability'; atLeast?: string; above?: string; counts?: 'all' | 'excess' }
  | { kind: 'ceiling'; limit: string; statistic: string; window: string }
  | { kind: 'deadline'; within: string | { workingHours: number } };

export interface SaleFile {
  number: string;
  from: string;
  to: string;
  paid: string;
  currency: string;
  paidAt: string | null;
}

export interface RunFile {
  first: string;
  last: string;
  result: 'pass' | 'fail';
  count: number;
}

export interface SeriesFile {
  check: string;
  vantage: string;
  runs: RunFile[];
}

export interface WindowsFile {
  check: string;
  from: string;
  every: string;
  values?: (number | null)[];
  idle?: number;
}

export interface ItemFile {
  for: string;
  id: string;
  opened: string;
  done: string | null;
}

export interface CauseFile {
  cause: string;
  checks?: string[];
  from: string;
  to: string;
  evidence?: string[];
}

export interface SettlementFile {
  format: 'hostpledge/settlement@1';
  agreement: string;
  month: string;
  guarantees: GuaranteeSettled[];
  deficient: [string, string][];
  compensation: {
    currency: string;
    amount: string;
    lines: { sales: string; deficientMs: number; termMs: number; paid: string }[];
  };
}

export interface GuaranteeSettled {
  id: string;
  clause: string;
  status: 'kept' | 'breached' | 'nothing-measured';
  ms: {
    outside: number;
    excluded: Record<string, number>;
    bad: number;
    unobserved: number;
    good: number;
  };
  attained: string | null;
  deficient: [string, string][];
}
