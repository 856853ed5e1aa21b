import type { GuaranteeView, StatementView } from '../settlement/view.ts';
import type { Lang, Text } from '../terms/words.ts';

/**
 * What the public site shows, as data: `flow.ts` gathers it, the renderers turn it into pages and decide nothing.
 * Instants are epoch milliseconds, money is in minor units, text that people wrote arrives unescaped.
 */
export interface PublicView {
  readonly lang: Lang;
  readonly provider: ProviderView;
  /** What lies before this instant is sample data and is marked wherever it shows; null: everything is real. */
  readonly sampledUntil: number | null;
  readonly now: number;
  /** The agreement's zone (IANA name), in which days and times are written. */
  readonly zone: string;
  readonly plans: readonly PlanView[];
  /** The host that was asked for comes first: its month is shown in full, the others are links. */
  readonly hosts: readonly HostView[];
  /** What was asked for, after defaults: the month and the guarantee that are shown. */
  readonly query: { readonly month: string; readonly guarantee: string };
}

export interface ProviderView {
  readonly name: Text;
  readonly salesPhone: string;
  readonly servicePhone: string;
  readonly email: string;
  readonly address: string;
  /** Working hours in words. */
  readonly working: Text;
}

export interface PlanView {
  readonly plan: string;
  readonly version: number;
  readonly name: Text;
  readonly stage: 'released' | 'public-test';
  /** Known problems; shown with the public-test badge. */
  readonly problems: readonly Text[];
  readonly functions: readonly { readonly name: Text; readonly value: Text }[];
  readonly priceMinor: number;
  readonly currency: string;
  readonly termMonths: number;
}

export interface HostView {
  readonly id: string;
  readonly domain: string;
  readonly url: string;
  /** Host and port of its FTP door, empty where the plan has none. */
  readonly ftp: string;
  readonly checks: readonly CheckView[];
  readonly month: MonthView;
  /** Months that can be asked for, `YYYY-MM`. */
  readonly months: readonly string[];
  /** What this month owes so far. */
  readonly owed: { readonly minor: number; readonly currency: string };
  /** The last statement, if a month was judged. */
  readonly statement: StatementView | null;
}

export interface CheckView {
  readonly check: string;
  readonly name: Text;
  readonly verdict: 'good' | 'bad' | 'unobserved';
  readonly since: number | null;
  readonly lastAt: number | null;
  /** Code of the failure (`http-status`), null while it passes. */
  readonly code: string | null;
}

export interface MonthView {
  /** `YYYY-MM`. */
  readonly month: string;
  readonly from: number;
  /** The month's end; days from `until` on are still to come. */
  readonly to: number;
  /** What has been judged: `asOf` of a running month, else `to`. */
  readonly until: number;
  readonly guarantees: readonly GuaranteeView[];
}
