import assert from 'node:assert/strict';
import { test } from 'node:test';
import { workingIn } from '../../test/world.ts';
import { parseDate, parseInstant } from '../calendar/instant.ts';
import type { Working } from '../calendar/working.ts';
import { isRefusal } from '../refusal.ts';
import { workingShape } from '../terms/value.ts';
import {
  admitStep,
  type Draft,
  defaultLimits,
  draftOf,
  type Limits,
  limitsShape,
  reviewOf,
  type Step,
  type StepKind,
  standingOf,
  stepDigest,
} from './approval.ts';

const at = (text: string): number => parseInstant(text) ?? Number.NaN;
const day = (text: string): number => parseDate(text) ?? Number.NaN;

/** 1 to 3 October 2026 are off; Saturday the 10th is worked. */
const china: Working = {
  ...workingShape.parse(workingIn('Asia/Shanghai')),
  holidays: new Set(['2026-10-01', '2026-10-02', '2026-10-05', '2026-10-06', '2026-10-07'].map(day)),
  makeup: new Set([day('2026-10-10')]),
};
const limits: Limits = { reviewDays: 3, amounts: { CNY: { small: 500, large: 100_000 } } };

// What is judged, when, and until when it is reviewed by how many. 2026-11-02 is a Monday.
const reviews: readonly (readonly [
  what: string,
  difference: number,
  currency: string,
  made: string,
  due: string,
  approvers: number,
])[] = [
  [
    'three whole working days follow the day',
    1_000,
    'CNY',
    '2026-11-02T01:00:00Z',
    '2026-11-05T16:00:00Z',
    0,
  ],
  ['a weekend lies between', 1_000, 'CNY', '2026-11-05T01:00:00Z', '2026-11-10T16:00:00Z', 0],
  ['the day is the provider’s, not UTC’s', 1_000, 'CNY', '2026-11-01T17:00:00Z', '2026-11-05T16:00:00Z', 0],
  [
    'days off are not counted, a Saturday that is worked is',
    1_000,
    'CNY',
    '2026-10-01T01:00:00Z',
    '2026-10-10T16:00:00Z',
    0,
  ],
  ['below the small limit at once', 499, 'CNY', '2026-11-02T01:00:00Z', '2026-11-02T01:00:00Z', 0],
  ['at the small limit not', 500, 'CNY', '2026-11-02T01:00:00Z', '2026-11-05T16:00:00Z', 0],
  ['what is taken back counts by its size', -499, 'CNY', '2026-11-02T01:00:00Z', '2026-11-02T01:00:00Z', 0],
  ['nothing to post is nothing to review', 0, 'EUR', '2026-11-02T01:00:00Z', '2026-11-02T01:00:00Z', 0],
  ['at the large limit one never must', 100_000, 'CNY', '2026-11-02T01:00:00Z', '2026-11-05T16:00:00Z', 0],
  ['above it two must agree', 100_001, 'CNY', '2026-11-02T01:00:00Z', '2026-11-05T16:00:00Z', 2],
  ['above it downwards too', -100_001, 'CNY', '2026-11-02T01:00:00Z', '2026-11-05T16:00:00Z', 2],
  [
    'a currency without limits is reviewed, whatever the sum',
    9_000_000,
    'EUR',
    '2026-11-02T01:00:00Z',
    '2026-11-05T16:00:00Z',
    0,
  ],
];

for (const [what, difference, currency, made, due, approvers] of reviews)
  test(`review: ${what}`, () => {
    const review = reviewOf(limits, difference, currency, china, at(made));
    assert.deepEqual(
      [new Date(review.dueAt).toISOString(), review.approvers],
      [new Date(at(due)).toISOString(), approvers],
    );
  });

test('without a review time what is large still waits for two, and what is not is ready at once', () => {
  const none = { ...limits, reviewDays: 0 };
  assert.deepEqual(reviewOf(none, 600, 'CNY', china, 7), { dueAt: 7, approvers: 0 });
  assert.deepEqual(reviewOf(none, 200_000, 'CNY', china, 7), { dueAt: 7, approvers: 2 });
});

test('a calendar without any working day counts days of the almanac', () => {
  const idle = { ...china, periods: [[], [], [], [], [], [], []], makeup: new Set<number>() };
  assert.equal(reviewOf(limits, 1_000, 'CNY', idle, 0).dueAt, 3 * 86_400_000);
});

test('until the provider says otherwise a review is three days and nobody is asked twice', () => {
  assert.deepEqual(reviewOf(defaultLimits, 9_000_000, 'CNY', china, at('2026-11-02T01:00:00Z')), {
    dueAt: at('2026-11-05T16:00:00Z'),
    approvers: 0,
  });
});

test('limits are whole minor units by currency; nothing else is taken', () => {
  assert.ok(limitsShape.safeParse(limits).success);
  for (const wrong of [
    { ...limits, reviewDays: -1 },
    { ...limits, reviewDays: 1.5 },
    { ...limits, amounts: { yuan: { small: 0, large: null } } },
    { ...limits, amounts: { CNY: { small: 0.5, large: null } } },
    { ...limits, amounts: { CNY: { small: 5, large: 4 } } },
    { ...limits, more: 1 },
  ])
    assert.equal(limitsShape.safeParse(wrong).success, false, JSON.stringify(wrong));
});

const steps = (...told: readonly string[]): readonly Step[] =>
  told.map((one, i): Step => {
    const [kind, by] = one.split(' ') as [StepKind, string];
    return { kind, by, name: by, reason: 'because', at: i };
  });
const draft = (change: Partial<Draft> = {}): Draft => ({
  ...{ dueAt: 100, approvers: 0, postedAt: null, isBlocked: false },
  ...change,
});
const large = { approvers: 2 };

// Draft, what was done, now → state and what is missing.
const standings: readonly (readonly [Partial<Draft>, readonly string[], number, string])[] = [
  [{}, [], 99, 'draft review-time'],
  [{}, [], 100, 'ready'],
  [{ postedAt: 100 }, [], 100, 'posted'],
  [{}, ['held anna'], 99, 'held release review-time'],
  [{}, ['held anna'], 100, 'held release'],
  [{}, ['held anna', 'released anna'], 100, 'ready'],
  [{}, ['held anna', 'released anna', 'held bo'], 100, 'held release'],
  [{ isBlocked: true }, [], 100, 'draft earlier-revision'],
  [large, [], 99, 'draft review-time first-approval'],
  [large, [], 100, 'draft first-approval'],
  [large, ['approved anna'], 100, 'draft second-approval'],
  [large, ['approved anna', 'approved bo'], 99, 'draft review-time'],
  [large, ['approved anna', 'approved bo'], 100, 'ready'],
  [large, ['approved anna', 'approved bo', 'held cy'], 100, 'held release'],
  [large, ['approved anna', 'held bo'], 100, 'held release second-approval'],
];

for (const [change, done, now, wanted] of standings)
  test(`${JSON.stringify(change)} after [${done.join(', ')}] at ${now}: ${wanted}`, () => {
    const { state, missing, dueAt } = standingOf(draft(change), steps(...done), now);
    assert.equal([state, ...missing].join(' '), wanted);
    assert.equal(dueAt, 100);
  });

// Draft, what was done, the next step → the refusal, or null.
const admissions: readonly (readonly [Partial<Draft>, readonly string[], string, string | null])[] = [
  [{}, [], 'held anna', null],
  [{}, ['held anna'], 'held bo', 'statement-held'],
  [{}, ['held anna'], 'released bo', null],
  [{}, [], 'released bo', 'statement-free'],
  [{}, [], 'approved anna', 'approval-needless'],
  [{ postedAt: 5 }, [], 'held anna', 'statement-posted'],
  [large, [], 'approved anna', null],
  [large, ['approved anna'], 'approved anna', 'second-person-needed'],
  [large, ['approved anna'], 'approved bo', null],
  [large, ['approved anna', 'approved bo'], 'approved cy', 'approval-needless'],
  [large, ['held anna'], 'approved bo', 'statement-held'],
  [large, ['held anna', 'released bo'], 'approved anna', null],
  [large, ['held anna', 'released bo', 'approved bo'], 'approved anna', 'second-person-needed'],
  [large, ['held anna', 'released bo', 'approved cy'], 'approved bo', null],
];

for (const [change, done, next, wanted] of admissions)
  test(`${next} after [${done.join(', ')}] of ${JSON.stringify(change)}: ${wanted ?? 'admitted'}`, () => {
    const past = steps(...done);
    const [step] = steps(next);
    const refused = admitStep(draft(change), past, step!, past.length);
    assert.equal(isRefusal(refused) ? refused.code : null, wanted);
  });

test('whoever saw fewer steps than there are is refused; a hold and its release need a reason', () => {
  const [first] = steps('approved anna');
  assert.equal(admitStep(draft(large), steps('approved bo'), first!, 0)?.code, 'approval-stale');
  for (const kind of ['held', 'released'] as const) {
    const past = kind === 'held' ? [] : steps('held anna');
    const mute = { ...first!, kind, reason: ' ' };
    assert.deepEqual(
      [admitStep(draft(), past, mute, past.length)].map((one) => [one?.code, one?.path]),
      [['reason-missing', 'reason']],
    );
  }
});

test('a revision waits for those before it, not for those after it', () => {
  const row = (revision: number, postedAt: number | null) => ({ revision, postedAt, dueAt: 1, approvers: 0 });
  const month = [row(3, null), row(2, null), row(1, 5)];
  assert.deepEqual(
    month.map((one) => draftOf(one, month).isBlocked),
    [true, false, false],
  );
});

test('the digest of a step is over everything that it says and the case that it was taken on', () => {
  const taken = { agreement: 'QA-1', month: '2026-10', revision: 1, step: 1, ...steps('held anna')[0]! };
  const digest = stepDigest(taken, Buffer.alloc(32)).toString('hex');
  assert.equal(stepDigest({ ...taken }, Buffer.alloc(32)).toString('hex'), digest);
  for (const other of [
    { ...taken, reason: 'x' },
    { ...taken, by: 'bo' },
    { ...taken, at: 1 },
  ])
    assert.notEqual(stepDigest(other, Buffer.alloc(32)).toString('hex'), digest);
  assert.notEqual(stepDigest(taken, Buffer.alloc(32, 1)).toString('hex'), digest);
});
