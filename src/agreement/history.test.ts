import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseInstant } from '../calendar/instant.ts';
import type { PlanVersion } from '../hosting/store.ts';
import { intersect, intervalsOf, span } from '../timeline/timeline.ts';
import { type Acts, type Facts, force } from './force.ts';
import { creditOf, type Payment, type Sold, saleRows } from './sale.ts';
import { stagesOf } from './stage.ts';

/**
 * Histories as they are recorded (sales, receipts, stages, acts), not as the case file states them: the rows that
 * they are split into and the time in force that follows (SEMANTICS §2).
 */

const zone = 'Asia/Shanghai';
const at = (text: string): number =>
  parseInstant(`2026-${text.length > 5 ? text.replace(' ', 'T') : `${text}T00:00`}:00+08:00`) ?? Number.NaN;
const local = (instant: number): string =>
  new Date(instant + 8 * 3_600_000).toISOString().slice(5, 16).replace('T', ' ').replace(' 00:00', '');

function plan(
  name: string,
  ...stages: readonly (readonly [string, PlanVersion['stages'][number]['stage']])[]
) {
  const functions = { spaceMb: 1, trafficGb: 1, domains: 1, ftp: null, php: null, tls: true };
  const sold = { price: 36_500, currency: 'CNY', termMonths: 12, createdAt: 0, publishedAt: 0 };
  const told = stages.map(([from, stage]) => ({ from: at(from), stage, problems: [] }));
  return { plan: name, version: 1, name: { zh: name, en: name }, functions, ...sold, stages: told };
}
const plans: readonly PlanVersion[] = [
  plan('basic', ['01-01', 'released']),
  plan('lab', ['01-01', 'invited-test'], ['03-01', 'public-test'], ['06-15 12:00', 'released']),
];

function sale(number: string, from: string, to: string, change: Partial<Sold> = {}): Sold {
  const names = { name: 'Hosting', document: 'D-1', edition: '1', management: 'M-1' };
  const what = { plan: 'basic', version: 1, price: 36_500, currency: 'CNY', cut: null };
  return { number, host: 'h000001', ...names, ...what, from: at(from), to: at(to), ...change };
}

function moved(sold: string, amount: number, when: string): Payment {
  const told = {
    currency: 'CNY',
    method: 'bank',
    actor: 'finance',
    reason: amount < 0 ? 'one site less' : null,
  };
  return { receipt: `${sold} ${when}`, sale: sold, amount, at: at(when), ...told };
}

const acts = (when: string): Acts => ({ signed: at(when), sealed: at(when) });

interface History {
  readonly chain: readonly Sold[];
  readonly moves: readonly Payment[];
  readonly customer?: Acts;
  readonly ended?: string;
  /** The rows of the case file: number, from, to, fee in fen, paid when. */
  readonly rows: readonly string[];
  readonly inForce: readonly string[];
}

/** Ten fen a day for 100 days, so that every split is a round figure. */
const first = sale('SA-1', '02-01', '05-12', { price: 1000 });
const larger = sale('SA-2', '04-02', '05-12', { price: 800 });
const cut = { ...first, cut: at('04-02') };

const histories: Readonly<Record<string, History>> = {
  unpaid: { chain: [first], moves: [], rows: ['SA-1 02-01 05-12 1000 unpaid'], inForce: [] },
  'paid late: in force from the payment on, the fee is for the whole term': {
    chain: [first],
    moves: [moved('SA-1', 1000, '02-21 10:00')],
    rows: ['SA-1 02-01 05-12 1000 02-21 10:00'],
    inForce: ['02-21 10:00 – 05-12'],
  },
  'sealed last: from the start of that local day': {
    chain: [first],
    moves: [moved('SA-1', 1000, '02-01')],
    customer: { signed: at('02-03 09:00'), sealed: at('03-10 23:59') },
    rows: ['SA-1 02-01 05-12 1000 02-01'],
    inForce: ['03-10 – 05-12'],
  },
  'a test stage: from its release on': {
    chain: [sale('SA-1', '02-01', '08-01', { plan: 'lab' })],
    moves: [moved('SA-1', 36_500, '02-01')],
    rows: ['SA-1 02-01 08-01 36500 02-01'],
    inForce: ['06-15 12:00 – 08-01'],
  },
  'renewed in time: no gap, nothing signed again': {
    chain: [first, sale('SA-2', '05-12', '07-01')],
    moves: [moved('SA-1', 1000, '02-01'), moved('SA-2', 36_500, '05-01')],
    rows: ['SA-1 02-01 05-12 1000 02-01', 'SA-2 05-12 07-01 36500 05-01'],
    inForce: ['02-12 09:00 – 07-01'],
  },
  'renewed late: out of force until the payment': {
    chain: [first, sale('SA-2', '05-12', '07-01')],
    moves: [moved('SA-1', 1000, '02-01'), moved('SA-2', 36_500, '05-20 17:00')],
    rows: ['SA-1 02-01 05-12 1000 02-01', 'SA-2 05-12 07-01 36500 05-20 17:00'],
    inForce: ['02-12 09:00 – 05-12', '05-20 17:00 – 07-01'],
  },
  'ended early: a renewal that was paid opens nothing again': {
    chain: [first, sale('SA-2', '05-12', '07-01')],
    moves: [moved('SA-1', 1000, '02-01'), moved('SA-2', 36_500, '03-01')],
    ended: '04-20 18:00',
    rows: ['SA-1 02-01 05-12 1000 02-01', 'SA-2 05-12 07-01 36500 03-01'],
    inForce: ['02-12 09:00 – 04-20 18:00'],
  },
  'the plan changed: the old row ends, its rest is credited, the dearer one is paid up later': {
    chain: [cut, larger],
    // 40 of 100 days are left of 1,000: 400 are credited.
    moves: [
      moved('SA-1', 1000, '02-01'),
      creditOf(first, [moved('SA-1', 1000, '02-01')], larger, 'sales'),
      moved('SA-2', 400, '04-12'),
    ],
    rows: ['SA-1 02-01 04-02 600 02-01', 'SA-2 04-02 04-12 100 04-02', 'SA-2 04-12 05-12 700 04-02'],
    inForce: ['02-12 09:00 – 05-12'],
  },
  'the plan changed without a payment: the new one is in force when it is paid': {
    chain: [cut, larger],
    moves: [],
    rows: ['SA-1 02-01 04-02 600 unpaid', 'SA-2 04-02 05-12 800 unpaid'],
    inForce: [],
  },
  'the plan changed from a released to one in test: no stage is put back': {
    chain: [cut, { ...larger, plan: 'lab' }],
    moves: [moved('SA-1', 1000, '02-01'), moved('SA-2', 800, '04-02')],
    rows: ['SA-1 02-01 04-02 600 02-01', 'SA-2 04-02 05-12 800 04-02'],
    inForce: ['02-12 09:00 – 05-12'],
  },
  'part payment and part refund: each splits the row at its date': {
    chain: [first],
    moves: [moved('SA-1', 500, '02-01'), moved('SA-1', 500, '04-02'), moved('SA-1', -210, '04-22')],
    rows: ['SA-1 02-01 04-02 300 02-01', 'SA-1 04-02 04-22 350 02-01', 'SA-1 04-22 05-12 140 02-01'],
    inForce: ['02-12 09:00 – 05-12'],
  },
  'a gift is paid with nothing, and in force': {
    chain: [sale('SA-1', '02-01', '05-12', { price: 0 })],
    moves: [moved('SA-1', 0, '02-01')],
    rows: ['SA-1 02-01 05-12 0 02-01'],
    inForce: ['02-12 09:00 – 05-12'],
  },
};

for (const [name, history] of Object.entries(histories)) {
  test(`recorded: ${name}`, () => {
    const { chain, moves, customer = acts('02-10 10:00'), ended } = history;
    const sales = saleRows(chain, moves);
    const facts: Facts = {
      signatures: { provider: acts('02-11 15:30'), customer },
      opened: at('02-12 09:00'),
      ended: ended === undefined ? null : at(ended),
      stages: stagesOf(chain, plans, chain[0]!),
      sales,
    };
    const rows = sales.map(({ number, from, to, paid, paidAt }) =>
      [number, local(from), local(to), paid, paidAt === null ? 'unpaid' : local(paidAt)].join(' '),
    );
    const year = span(at('01-01'), at('12-31'));
    const line = intervalsOf(intersect(force(facts, zone, null), year));
    assert.deepEqual(rows, history.rows);
    assert.deepEqual(
      line.map(([from, to]) => `${local(from)} – ${local(to)}`),
      history.inForce,
    );
  });
}
