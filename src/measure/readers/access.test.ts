import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type AccessLine, accessLine } from '../../hosting/access.ts';
import { isProbeMark, probeMark } from '../../hosting/mark.ts';
import { bucketOf, type HostMinute, mergeHosts, type PlaneMinute } from '../minute.ts';
import { CorruptError } from '../varint.ts';
import { AccessSummer, type SummerOptions } from './access.ts';

const start = 1_793_500_020_000;
const options: SummerOptions = { plane: 'p', names: null, isOurs: () => false };
const plain: AccessLine = {
  host: 'a.example',
  endedMs: start + 1000,
  durationMs: 40,
  headMs: 30,
  upstreamHeadMs: null,
  upstreamDurationMs: null,
  status: 200,
  bytesIn: 300,
  bytesOut: 5000,
  client: '192.0.2.1',
  probe: '',
  type: 'text/html',
  scheme: 'http',
  method: 'GET',
  target: '/',
  referer: '',
  agent: 'curl/8',
};

function sum(text: string | Buffer, more: Partial<SummerOptions> = {}) {
  const summer = new AccessSummer({ ...options, empty: false, ...more });
  summer.feed(Buffer.from(text));
  summer.close();
  return { minutes: summer.take(1), malformed: summer.malformed, first: summer.firstMalformed };
}

function only(text: string, more: Partial<SummerOptions> = {}): HostMinute {
  const { minutes, malformed } = sum(text, more);
  assert.equal(malformed, 0);
  assert.equal(minutes.length, 1);
  assert.equal(minutes[0]!.hosts.length, 1);
  return minutes[0]!.hosts[0]!;
}

const line = (change: Partial<AccessLine> = {}): string => accessLine({ ...plain, ...change });
/** A line whose two upstream fields are as nginx writes lists. */
const tried = (head: string, took: string): string => {
  const fields = line().split('\t');
  return [...fields.slice(0, 4), head, took, ...fields.slice(6)].join('\t');
};

test('one request is counted in everything that its line says', () => {
  const { buckets, ...rest } = only(line());
  assert.deepEqual(rest, {
    host: 'a.example',
    measured: 1,
    slowest: 30,
    slow: 0,
    requests: 1,
    bytesIn: 300,
    bytesOut: 5000,
    statuses: [0, 1, 0, 0, 0, 0],
    clients: 1,
    busiest: 1,
    long: 0,
  });
  assert.equal(buckets[bucketOf(30)], 1);
});

test('the minute is that in which the response began, not that in which it ended', () => {
  const ends = line({ endedMs: start + 60_500, durationMs: 2000, headMs: 1400 });
  assert.equal(sum(ends).minutes[0]!.minute, start);
  const began = line({ endedMs: start + 60_500, durationMs: 2000, headMs: 1500 });
  assert.equal(sum(began).minutes[0]!.minute, start + 60_000);
});

test('a request that never got a head counts in the minute of its end, with the time it waited', () => {
  const left = sum(line({ endedMs: start + 60_500, durationMs: 9000, headMs: null, status: 499 }))
    .minutes[0]!;
  assert.equal(left.minute, start + 60_000);
  assert.equal(left.hosts[0]!.slowest, 9000);
  assert.equal(left.hosts[0]!.slow, 1);
  const asked = line({ durationMs: 9000, headMs: null, upstreamDurationMs: 8000, status: 499 });
  assert.equal(only(asked).slowest, 8000);
});

test('what an upstream answered takes its own time, with the tries before it', () => {
  const cases: readonly (readonly [string, string, number])[] = [
    ['0.300', '0.310', 300],
    ['-', '-', 30],
    ['', '', 30],
    ['-', '60.000', 60_000],
    ['-, 0.200', '1.500, 0.210', 1700],
    ['-, -', '1.500, 2.000', 3500],
    ['0.100 : 0.200', '0.110 : 0.250', 310],
    ['0.100 : ', '0.110 : ', 110],
    ['0.100', '-', 100],
    ['-, - : 0.005', '1.000, 2.000 : 0.009', 3005],
  ];
  for (const [head, took, value] of cases)
    assert.equal(only(tried(head, took)).slowest, value, `${head} | ${took}`);
});

test('upstream lists that nginx does not write are not understood', () => {
  for (const [head, took] of [
    ['0.1', '0.100'],
    ['0.100,0.200', '0.100,0.200'],
    ['0.100, 0.200', '0.100'],
    ['0.100 ; 0.200', '0.100 ; 0.200'],
    ['x', '0.100'],
    ['0.100, ', '0.100'],
    ['--', '0.100'],
  ] as const) {
    assert.equal(sum(tried(head, took)).malformed, 1, `${head} | ${took}`);
  }
});

test('long polls, server-sent events and WebSockets are counted apart, by status and media type', () => {
  for (const change of [
    { status: 101 },
    { type: 'text/event-stream' },
    { type: 'Text/Event-Stream;charset=utf-8' },
  ]) {
    const host = only(line(change));
    assert.deepEqual([host.measured, host.long, host.requests], [0, 1, 1], JSON.stringify(change));
  }
  for (const change of [{ type: 'text/event-strea' }, { type: 'text/e' }, { type: '' }, { status: 102 }]) {
    assert.equal(only(line(change)).measured, 1, JSON.stringify(change));
  }
});

test('our own checks count for the response alone, each mark once; forged ones are visitors', () => {
  const key = Buffer.alloc(32, 7);
  const isOurs = (host: string, at: number, mark: string) => isProbeMark(key, host, at, mark);
  const probe = probeMark(key, 'a.example', start, '0123456789abcdef');
  const own = only(line({ probe }), { isOurs });
  assert.deepEqual([own.measured, own.requests, own.clients, own.bytesOut], [1, 0, 0, 0]);
  const copied = only(line({ probe }) + line({ probe }), { isOurs });
  assert.deepEqual([copied.measured, copied.requests], [2, 1]);
  const elsewhere = only(line({ probe, host: 'b.example' }), { isOurs });
  assert.equal(elsewhere.requests, 1);
  const later = sum(line({ probe, endedMs: start + 601_000 }), { isOurs }).minutes[0]!;
  assert.equal(later.hosts[0]!.requests, 1);
});

test('several domains of a host fold into it, and nobody’s names into `-`', () => {
  const names = new Map([
    ['a.example', 'h1'],
    ['www.a.example', 'h1'],
    ['b.example', 'h2'],
  ]);
  const text = ['a.example', 'www.a.example', 'b.example', 'c.example', 'A.example', ''];
  const { minutes } = sum(text.map((host) => line({ host })).join(''), { names });
  const counts = minutes[0]!.hosts.map((host) => [host.host, host.requests]);
  assert.deepEqual(
    new Map(counts as [string, number][]),
    new Map([
      ['h1', 2],
      ['h2', 1],
      ['-', 3],
    ]),
  );
});

test('what is no line of ours is counted and passed over, with its number', () => {
  const good = line();
  const fields = good.trimEnd().split('\t');
  const swapped = (i: number, value: string) => `${fields.with(i, value).join('\t')}\n`;
  const bad = [
    '\n',
    'GET / HTTP/1.1\n',
    good.slice(20),
    `${good.trimEnd()}\tmore\n`,
    `${fields.slice(0, 16).join('\t')}\n`,
    swapped(1, '1793500020'),
    swapped(1, '1793500020.12x'),
    swapped(1, '-793500020.123'),
    swapped(2, '-'),
    swapped(2, '-0.040'),
    swapped(2, '0.04'),
    swapped(2, '.040'),
    swapped(2, '99999999.000'),
    swapped(3, '1e3'),
    swapped(6, '20'),
    swapped(6, '2000'),
    swapped(6, '-'),
    swapped(7, '-1'),
    swapped(7, '9999999999999999'),
    swapped(8, ''),
    swapped(14, '/a\rb'),
    swapped(14, '/a\0b'),
    swapped(14, `/${'x'.repeat(70_000)}`),
    '\x16\x03\x01\x02\0\x01\0\xfc\n',
  ];
  for (const one of bad) assert.equal(sum(good + one + good).malformed, 1, JSON.stringify(one.slice(0, 90)));
  const { malformed, first, minutes } = sum(Buffer.from(good + bad.join('') + good, 'latin1'));
  assert.equal(malformed, bad.length);
  assert.equal(first!.line, 2);
  assert.equal(minutes[0]!.hosts[0]!.requests, 2);
});

test('a line from the future is not understood: it would close every minute', () => {
  const summer = new AccessSummer(options);
  summer.feed(Buffer.from(line({ endedMs: start + 3_600_000 })), start + 5000);
  assert.equal(summer.malformed, 1);
});

test('a line without end takes no memory and the next one counts', () => {
  const summer = new AccessSummer({ ...options, empty: false });
  const noise = Buffer.alloc(1 << 20, 'x');
  for (let i = 0; i < 200; i += 1) summer.feed(noise);
  assert.equal(summer.pending, 200 << 20);
  summer.feed(Buffer.from(`\n${line()}`));
  summer.close();
  assert.equal(summer.malformed, 1);
  assert.equal(summer.take(1)[0]!.hosts[0]!.requests, 1);
});

test('a torn last line waits for its rest, and is spoilt when the file ends', () => {
  const summer = new AccessSummer({ ...options, empty: false });
  const text = Buffer.from(line() + line());
  summer.feed(text.subarray(0, text.length - 7));
  assert.equal(summer.lineCount, 1);
  assert.equal(summer.pending, text.length / 2 - 7);
  summer.feed(text.subarray(text.length - 7));
  assert.equal(summer.lineCount, 2);
  summer.feed(text.subarray(0, 9));
  summer.end();
  assert.equal(summer.malformed, 1);
});

test('a minute is told once a line ended 90 s after it; what comes later is a supplement', () => {
  const summer = new AccessSummer(options);
  const at = (ms: number, more: Partial<AccessLine> = {}) =>
    summer.feed(Buffer.from(line({ endedMs: start + ms, durationMs: 0, headMs: 0, ...more })));
  at(0);
  at(150_000);
  assert.equal(summer.ready, 0);
  at(150_001);
  assert.equal(summer.ready, 1);
  at(160_000, { durationMs: 155_000, headMs: 2 });
  const told = summer.take(7).map((one) => [(one.minute - start) / 60_000, one.part, one.hosts[0]?.requests]);
  assert.deepEqual(told, [
    [0, 0, 1],
    [0, 7, 1],
  ]);
});

test('supplements to more minutes than are kept at once still make one for each minute', () => {
  const summer = new AccessSummer({ ...options, empty: false });
  const now = start + 700 * 60_000;
  const late = (minute: number) =>
    summer.feed(
      Buffer.from(line({ endedMs: now, durationMs: now - start - minute * 60_000, headMs: 0, bytesIn: 1 })),
    );
  summer.feed(Buffer.from(line({ endedMs: now, durationMs: 0, headMs: 0 })));
  for (let round = 0; round < 2; round += 1) for (let minute = 0; minute < 600; minute += 1) late(minute);
  const told = summer.take(4);
  assert.equal(told.length, 600);
  assert.equal(new Set(told.map((one) => `${one.minute} ${one.part}`)).size, 600);
  assert.ok(
    told.every((one) => one.part === 4 && one.hosts[0]!.requests === 2 && one.hosts[0]!.bytesIn === 2),
  );
});

test('the clock closes quiet minutes, and a minute without a request is told as read', () => {
  const summer = new AccessSummer({ ...options, loopDelayMs: (minute) => (minute - start) / 10_000 });
  summer.feed(Buffer.from(line()));
  summer.tick(start + 149_999);
  assert.equal(summer.ready, 0);
  summer.tick(start + 270_000);
  const told = summer
    .take(1)
    .map((one) => [(one.minute - start) / 60_000, one.part, one.hosts.length, one.loopDelayMs]);
  assert.deepEqual(told, [
    [0, 0, 1, 0],
    [1, 0, 0, 6],
    [2, 0, 0, 12],
  ]);
});

test('after a gap, minutes that were not read are not told as read', () => {
  const summer = new AccessSummer(options);
  summer.feed(Buffer.from(line()));
  summer.gap();
  summer.feed(Buffer.from(line({ endedMs: start + 600_500 }) + line({ endedMs: start + 751_000 })));
  const told = summer.take(3).map((one) => [(one.minute - start) / 60_000, one.part]);
  assert.deepEqual(told, [
    [10, 0],
    [0, 3],
  ]);
});

test('distinct clients are exact up to 8 and within 10 % beyond; the busiest is never overstated', () => {
  for (const n of [1, 8, 9, 30, 100, 1000, 5000, 60_000]) {
    const text: string[] = [];
    for (let i = 0; i < n; i += 1) text.push(line({ client: `2001:db8::${i.toString(16)}` }));
    for (let i = 0; i < 50; i += 1) text.push(line({ client: '192.0.2.77' }));
    const host = only(text.join(''));
    const off = Math.abs(host.clients - (n + 1)) / (n + 1);
    assert.ok(n < 8 ? off === 0 : off < 0.1, `${n}: ${host.clients}`);
    assert.ok(host.busiest <= 50 && host.busiest >= 50 - host.requests / 8, `${n}: ${host.busiest}`);
    if (n < 8) assert.equal(host.busiest, 50);
  }
});

/** The same sums, written the slow way from the words of minute.ts and the brief, sharing no code with the reader. */
function slowly(lines: readonly AccessLine[]): Map<string, HostMinute> {
  const out = new Map<string, HostMinute>();
  const clients = new Map<string, Set<string>>();
  for (const one of lines) {
    const began =
      one.headMs === null ? one.endedMs : one.endedMs - one.durationMs + Math.min(one.headMs, one.durationMs);
    const minute = began - (began % 60_000);
    const key = `${minute} ${one.host}`;
    const asked = one.upstreamHeadMs !== null || one.upstreamDurationMs !== null;
    const value = asked ? (one.upstreamHeadMs ?? one.upstreamDurationMs!) : (one.headMs ?? one.durationMs);
    const long = one.status === 101 || one.type.startsWith('text/event-stream');
    const buckets = new Uint32Array(32);
    if (!long) buckets[Math.min(31, Math.max(0, Math.ceil(2 * Math.log2(Math.max(1, value)) - 1e-9)))] = 1;
    const statuses = [1, 2, 3, 4, 5, 0].map((digit) => (Math.floor(one.status / 100) === digit ? 1 : 0));
    const seen = clients.get(key) ?? new Set();
    clients.set(key, seen.add(one.client));
    const mine: HostMinute = {
      host: one.host,
      measured: long ? 0 : 1,
      slowest: long ? 0 : value,
      slow: !long && value > 1500 ? 1 : 0,
      requests: 1,
      bytesIn: one.bytesIn,
      bytesOut: one.bytesOut,
      statuses: [statuses[0]!, statuses[1]!, statuses[2]!, statuses[3]!, statuses[4]!, statuses[5]!],
      clients: seen.size,
      busiest: 0,
      long: long ? 1 : 0,
      buckets,
    };
    const known = out.get(key);
    out.set(key, known === undefined ? mine : mergeHosts(known, mine));
  }
  return out;
}

const ms = fc.integer({ min: 0, max: 40_000 });
const anyLine: fc.Arbitrary<AccessLine> = fc.record({
  host: fc.constantFrom('a.example', 'www.a.example', 'b', '-', `${'long'.repeat(15)}.example`),
  endedMs: fc.integer({ min: start, max: start + 400_000 }),
  durationMs: ms,
  headMs: fc.option(ms),
  upstreamHeadMs: fc.option(ms),
  upstreamDurationMs: fc.option(ms),
  status: fc.constantFrom(200, 204, 301, 404, 499, 503, 101, 0),
  bytesIn: fc.nat(1e6),
  bytesOut: fc.integer({ min: 0, max: 1e12 }),
  client: fc.constantFrom('192.0.2.1', '192.0.2.2', '2001:db8::1', '::1'),
  probe: fc.constant(''),
  type: fc.constantFrom('text/html', 'text/event-stream', '', 'image/png'),
  scheme: fc.constantFrom('http' as const, 'https' as const),
  method: fc.constantFrom('GET', 'POST'),
  target: fc.webPath().map((path) => `/${path}`),
  referer: fc.string({ maxLength: 30 }),
  agent: fc.string({ unit: 'binary', maxLength: 30 }),
});

function told(minutes: readonly PlaneMinute[]): Map<string, HostMinute> {
  const out = new Map<string, HostMinute>();
  for (const minute of minutes) {
    for (const host of minute.hosts) {
      const key = `${minute.minute} ${host.host}`;
      const known = out.get(key);
      out.set(key, known === undefined ? host : mergeHosts(known, host));
    }
  }
  return out;
}

/** Minutes and supplements together; clients of a minute told in parts are at least a bound, so they are left out. */
function comparable(sums: Map<string, HostMinute>): unknown {
  return [...sums].map(([key, host]) => [key, { ...host, clients: 0, busiest: 0 }]).sort();
}

test('any lines, cut anywhere and saved and loaded anywhere, sum to what they say', () => {
  fc.assert(
    fc.property(
      fc.array(anyLine, { maxLength: 40 }),
      fc.array(fc.nat(12_000), { maxLength: 6 }),
      (lines, cuts) => {
        const text = Buffer.from(lines.map(accessLine).join(''));
        let summer = new AccessSummer(options);
        const minutes: PlaneMinute[] = [];
        let at = 0;
        for (const cut of [...cuts, text.length]
          .map((one) => Math.min(one, text.length))
          .sort((a, b) => a - b)) {
          summer.feed(Buffer.from(text.subarray(at, cut)));
          assert.equal(summer.malformed, 0);
          minutes.push(...summer.take(1));
          const saved = summer.save();
          at = cut - summer.pending;
          summer = new AccessSummer(options);
          summer.load(saved);
        }
        summer.close();
        minutes.push(...summer.take(1));
        assert.deepEqual(comparable(told(minutes)), comparable(slowly(lines)));
      },
    ),
  );
});

test('any bytes between good lines cost only themselves', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3000 }), fc.nat(3000), (noise, cut) => {
      const summer = new AccessSummer({ ...options, empty: false });
      const text = Buffer.concat([Buffer.from(line()), noise, Buffer.from(`\n${line()}`)]);
      summer.feed(Buffer.from(text.subarray(0, cut)));
      summer.feed(Buffer.from(text.subarray(cut)));
      summer.close();
      const whole = told(summer.take(1)).get(`${start} a.example`)!;
      assert.equal(whole.requests, 2);
      assert.equal(summer.lineCount, 2 + summer.malformed);
    }),
  );
});

test('saved sums that were tampered with are refused', () => {
  const summer = new AccessSummer(options);
  summer.feed(Buffer.from(line()));
  const saved = summer.save();
  const again = new AccessSummer(options);
  again.load(saved);
  assert.deepEqual(again.save(), saved);
  assert.throws(() => new AccessSummer(options).load(saved.subarray(0, saved.length - 1)), CorruptError);
  assert.throws(() => new AccessSummer(options).load(Buffer.concat([saved, saved])), CorruptError);
  assert.throws(() => new AccessSummer(options).load(Buffer.alloc(0)), CorruptError);
});

test('a line of the longest length is understood or not, wherever it is cut', () => {
  for (const [more, malformed] of [
    [0, 0],
    [1, 1],
  ] as const) {
    const short = line({ agent: '' }).length;
    const text = line({ agent: 'x'.repeat(65_536 - short + 1 + more) });
    assert.equal(text.length, 65_536 + more);
    for (const cut of [0, 1, 40_000]) {
      const summer = new AccessSummer(options);
      // Room after it, so that it is read where it stands when it is not cut.
      const bytes = Buffer.alloc(text.length + 100).fill(text, 0, text.length, 'latin1');
      summer.feed(bytes.subarray(0, cut));
      summer.feed(bytes.subarray(cut, text.length));
      summer.end();
      assert.deepEqual([summer.lineCount, summer.malformed], [1, malformed], `${more} ${cut}`);
    }
  }
});

test('times beyond 24 days cannot be: sums keep them in 32 bits', () => {
  const longest = 24 * 86_400_000;
  assert.equal(only(line({ durationMs: longest, headMs: longest })).slowest, longest);
  assert.equal(sum(line({ durationMs: longest + 1, headMs: 1 })).malformed, 1);
  const two = `${(longest / 2000).toFixed(3)}, ${(longest / 2000 + 1).toFixed(3)}`;
  assert.equal(sum(tried('-, -', two)).malformed, 1);
});
