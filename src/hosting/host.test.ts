import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  admitFact,
  closings,
  type Fact,
  type FactKind,
  factKinds,
  type HostRecord,
  lifeAt,
  openedAt,
  specOf,
} from './host.ts';
import { defaultSettings } from './spec.ts';

/** `closed 30` told by staff at 30 under a rule. */
function facts(...told: readonly string[]): Fact[] {
  return told.map((one, i) => {
    const [kind, at] = one.split(' ');
    return {
      id: i + 1,
      kind: factKinds.find((known) => known === kind) ?? assert.fail(one),
      at: Number(at),
      actor: 'staff',
      reason: 'because',
      rule: 'rule 7',
    };
  });
}

const serving = ['ordered 0', 'opened 10'] as const;

/** Each history, and the state that it leaves at 100. */
const lives: readonly (readonly [string, readonly string[]])[] = [
  ['none', []],
  ['ordered', ['ordered 0']],
  ['serving', serving],
  ['serving', [...serving, 'settings-changed 20']],
  ['closed', [...serving, 'closed 20']],
  ['serving', [...serving, 'closed 20', 'reopened 30']],
  ['over-traffic', [...serving, 'over-traffic 20']],
  ['closed', [...serving, 'over-traffic 20', 'closed 30']],
  ['over-traffic', [...serving, 'over-traffic 20', 'closed 30', 'reopened 40']],
  ['expired', [...serving, 'closed 20', 'expired 30']],
  ['closed', [...serving, 'closed 20', 'expired 30', 'renewed 40']],
  ['serving', [...serving, 'closed 20', 'expired 30', 'reopened 35', 'renewed 40']],
  ['released', [...serving, 'expired 30', 'released 40']],
  ['serving', [...serving, 'closed 101']],
];
for (const [state, told] of lives) {
  test(`${told.join(', ') || 'nothing told'}: ${state}`, () => {
    assert.equal(lifeAt(facts(...told), 100).state, state);
    // Every history of the table is one that could be told, fact by fact.
    const list = facts(...told);
    for (const [i, fact] of list.entries())
      assert.equal(admitFact(list.slice(0, i), fact), null, String(told[i]));
  });
}

test('a fact that does not follow from where the host stands is refused', () => {
  const refused: readonly (readonly [readonly string[], string])[] = [
    [[], 'opened 1'],
    [['ordered 0'], 'ordered 1'],
    [['ordered 0'], 'closed 1'],
    [serving, 'opened 20'],
    [serving, 'reopened 20'],
    [serving, 'traffic-cleared 20'],
    [serving, 'renewed 20'],
    [serving, 'released 20'],
    [[...serving, 'closed 20'], 'closed 30'],
    [[...serving, 'closed 20', 'expired 30'], 'closed 40'],
    [[...serving, 'expired 30'], 'reopened 40'],
    [[...serving, 'closed 20'], 'traffic-cleared 30'],
    [[...serving, 'expired 30', 'released 40'], 'renewed 50'],
  ];
  for (const [told, next] of refused) {
    const [fact] = facts(next);
    assert.equal(admitFact(facts(...told), fact!)?.code, 'state-forbids', `${told.join(', ')} | ${next}`);
  }
});

test('a closing without a rule, and a fact before the last one, are refused', () => {
  const told = facts(...serving);
  const next = (kind: FactKind, at: number, rule: string | null) =>
    admitFact(told, { kind, at, rule, actor: 'staff', reason: '' })?.code;
  for (const kind of ['closed', 'over-traffic', 'expired'] as const) {
    assert.equal(next(kind, 20, null), 'rule-missing');
    assert.equal(next(kind, 20, '  '), 'rule-missing');
  }
  const later = [...told, { ...facts('settings-changed 50')[0]!, id: 3 }];
  const early = { kind: 'closed', at: 40, rule: 'r', actor: 'staff', reason: '' } as const;
  assert.equal(admitFact(later, early)?.code, 'fact-late');
});

test('closings are the stretches closed by a rule, with the facts that prove them; an expiry is none', () => {
  const told = facts(...serving, 'closed 20', 'reopened 30', 'over-traffic 40', 'expired 60', 'renewed 70');
  assert.deepEqual(
    closings(told, 100).map(({ stretch, facts: proof }) => [stretch, proof]),
    [
      [
        [20, 30],
        [3, 4],
      ],
      [[40, 100], [5]],
    ],
  );
  assert.deepEqual(
    closings(told, 25).map(({ stretch }) => stretch),
    [[20, 25]],
  );
});

test('a host closed and reopened at once was never closed', () => {
  assert.deepEqual(closings(facts(...serving, 'closed 20', 'reopened 20'), 100), []);
});

test('the product is opened once, by being seen to serve', () => {
  assert.equal(openedAt(facts('ordered 0')), null);
  assert.equal(openedAt(facts(...serving)), 10);
});

const record: HostRecord = {
  id: 'h000001',
  revision: 4,
  settings: defaultSettings,
  domains: ['www.example.com'],
  accounts: [],
  functions: { spaceMb: 500, trafficGb: 10, domains: 3, ftp: null, php: null, tls: true },
  facts: facts(...serving),
};

test('the plane is told what the facts say: serving from the order on, closed with its rule, absent', () => {
  const told = (...more: readonly string[]) => specOf({ ...record, facts: facts(...more) }, 100).state;
  assert.deepEqual(told('ordered 0'), { kind: 'serving' });
  assert.deepEqual(told(...serving, 'closed 20'), {
    kind: 'closed',
    reason: 'violation',
    rule: 'rule 7',
    since: 20,
  });
  assert.deepEqual(told(...serving, 'expired 20'), {
    kind: 'closed',
    reason: 'expired',
    rule: 'rule 7',
    since: 20,
  });
  assert.deepEqual(told(...serving, 'expired 20', 'released 30'), { kind: 'absent' });
  assert.deepEqual(told(), { kind: 'absent' });
});

test('the plan decides what the plane offers', () => {
  const spec = specOf(record, 100);
  assert.deepEqual([spec.ftp, spec.php, spec.spaceBytes], [null, null, 500_000_000]);
  const functions = { ...record.functions, ftp: { accounts: 1, tls: 'required' }, php: '8.2' } as const;
  const more = specOf({ ...record, functions }, 100);
  assert.deepEqual([more.ftp?.tls, more.php?.version], ['required', '8.2']);
});
