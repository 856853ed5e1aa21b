import { localTime } from '../agreement/content.ts';
import { printMinor } from '../money/amount.ts';
import type { Lang } from '../terms/words.ts';

/**
 * Accounts as CSV (RFC 4180): UTF-8 with a byte order mark, lines ended by CR LF, every text that a spreadsheet would
 * take for a formula made harmless. Dates are local times of a zone, amounts decimals with a point.
 */

/** What spreadsheets read as the beginning of a formula, or strip before they look for one. */
const dangerous = /^[=+\-@\t\r\n＝＋－＠]/;

/** One cell of text. An apostrophe before it keeps a spreadsheet from computing it. */
export function cell(text: string): string {
  const tame = dangerous.test(text) ? `'${text}` : text;
  return /[",\r\n;\t]/.test(tame) || tame !== tame.trim() ? `"${tame.replaceAll('"', '""')}"` : tame;
}

/** Cells that are written already, as a line. */
export function line(cells: readonly string[]): string {
  return `${cells.join(',')}\r\n`;
}

export const mark = '\uFEFF';

/** An amount in minor units as a decimal: a number of ours, never text of somebody. */
export function decimal(minor: number): string {
  return printMinor(BigInt(minor));
}

const words = {
  zh: {
    head: ['时间', '账户', '类别', '摘要', '币种', '金额', '余额', '分录'],
    opening: '期初余额',
    closing: '期末余额',
    accounts: {
      fees: '费用',
      refunds: '退款',
      compensation: '应付赔偿',
      balance: '可提余额',
      transfer: '待汇出',
    },
    kinds: {
      payment: '付款',
      refund: '退款',
      compensation: '赔偿入账',
      'payout-balance': '转为余额',
      'payout-original': '原路退回',
      'payout-withdrawal': '提现',
      'transfer-original': '申请原路退回',
      'transfer-withdrawal': '申请提现',
      'transfer-sent': '已汇出',
      'transfer-cancelled': '撤销汇款申请',
    },
  },
  en: {
    head: ['Time', 'Account', 'Kind', 'About', 'Currency', 'Amount', 'Balance', 'Entry'],
    opening: 'Opening balance',
    closing: 'Closing balance',
    accounts: {
      fees: 'fees',
      refunds: 'refunds',
      compensation: 'compensation owed',
      balance: 'balance',
      transfer: 'to be transferred',
    },
    kinds: {
      payment: 'payment',
      refund: 'refund',
      compensation: 'compensation',
      'payout-balance': 'taken as balance',
      'payout-original': 'paid back the way it came',
      'payout-withdrawal': 'withdrawal',
      'transfer-original': 'asked back the way it came',
      'transfer-withdrawal': 'asked to be withdrawn',
      'transfer-sent': 'transferred',
      'transfer-cancelled': 'transfer cancelled',
    },
  },
} as const;

/** In whose words and whose time a sheet is. */
export interface Reader {
  readonly lang: Lang;
  readonly zone: string;
  /** Customers read what stands to their credit; the books have it below zero. */
  readonly side: 'customer' | 'books';
}

/** What is shown of one posting. */
export interface Shown {
  readonly at: number;
  readonly account: string;
  readonly kind: string;
  readonly detail: unknown;
  readonly currency: string;
  readonly amount: number;
  readonly key: string;
}

export function headLine({ lang }: Reader): string {
  return line(words[lang].head);
}

function nameOf(account: string, { lang, side }: Reader): string {
  if (side === 'books') return account;
  const last = account.slice(account.lastIndexOf(':') + 1);
  return (words[lang].accounts as Readonly<Record<string, string>>)[last] ?? last;
}

function signed(minor: number, { side }: Reader): string {
  return decimal(side === 'customer' ? 0 - minor : minor);
}

/** What an entry is about: receipt, sale, agreement and month, the bank's number. */
function about(detail: unknown): string {
  const told = detail as Readonly<Record<string, unknown>>;
  const names = ['receipt', 'sale', 'agreement', 'month', 'revision', 'method', 'reference'];
  const said = names.map((name) => String(told[name] ?? '')).filter((text) => text !== '');
  return said.join(' ');
}

/** One posting, with the account's balance after it (minor units, as the books have it). */
export function postingLine(shown: Shown, balance: number, reader: Reader): string {
  const { at, account, kind, detail, currency, amount, key } = shown;
  const named = (words[reader.lang].kinds as Readonly<Record<string, string>>)[kind] ?? kind;
  return line([
    localTime(reader.zone, Math.floor(at / 1000) * 1000),
    cell(nameOf(account, reader)),
    cell(named),
    cell(about(detail)),
    cell(currency),
    signed(amount, reader),
    signed(balance, reader),
    cell(key),
  ]);
}

export function balanceLine(
  which: 'opening' | 'closing',
  at: number,
  told: { readonly account: string; readonly currency: string; readonly amount: number },
  reader: Reader,
): string {
  const time = localTime(reader.zone, Math.floor(at / 1000) * 1000);
  const { account, currency, amount } = told;
  const name = words[reader.lang][which];
  return line([
    time,
    cell(nameOf(account, reader)),
    name,
    '',
    cell(currency),
    '',
    signed(amount, reader),
    '',
  ]);
}
