import assert from 'node:assert/strict';
import { parseConfig } from '../../src/config.ts';
import { isRefusal } from '../../src/refusal.ts';
import type { Random } from './random.ts';
import { type FuzzTarget, tryInputs, withoutSome } from './target.ts';

interface Given {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Flags and variables as nobody sets them. */
export const settings: FuzzTarget = {
  name: 'settings',
  about:
    'any flags and variables are a configuration in every bound, or refused naming the one that is wrong',
  run: (random, count) =>
    tryInputs<Given>(random, count, {
      make: (own) => ({ args: args(own), env: env(own) }),
      check,
      *smaller({ args: list, env: set }) {
        for (const fewer of withoutSome(list)) yield { args: fewer, env: set };
        yield { args: list, env: {} };
      },
      show: (given) => Buffer.from(JSON.stringify(given)),
    }),
};

const names = [
  'data',
  'host',
  'port',
  'hosts-port',
  'hosts-tls-port',
  'ftp-port',
  'database',
  'interval',
  'ready-file',
];
const values = [
  '',
  '0',
  '1',
  '60',
  '61',
  '8080',
  '65535',
  '65536',
  '-1',
  '1e3',
  '0x10',
  ' 80',
  '00080',
  '１２',
  'NaN',
  '--port',
  '-',
  '--',
  '127.0.0.1',
  '::1',
  'localhost',
  '0.0.0.0.0',
  'postgres://a@b/c',
  'postgres:',
  'http://x',
  'postgres://a b',
  './data',
  '\0',
  '../..',
  'x'.repeat(5000),
  '__proto__',
];

function args(random: Random): readonly string[] {
  return Array.from({ length: random.size(8) }, () => {
    const name = random.chance(0.9) ? random.pick(names) : random.pick([...values, 'constructor']);
    const kind = random.below(4);
    if (kind === 0) return [`--${name}=${random.pick(values)}`];
    if (kind === 1) return [`--${name}`];
    if (kind === 2) return [random.pick(values)];
    return [`--${name}`, random.pick(values)];
  }).flat();
}

function env(random: Random): Readonly<Record<string, string>> {
  const pairs = Array.from({ length: random.size(4) }, () => {
    const name = `HOSTPLEDGE_${random.pick(names).toUpperCase().replaceAll('-', '_')}`;
    return [name, random.pick(values)] as const;
  });
  return Object.fromEntries(pairs);
}

function check({ args: list, env: set }: Given): void {
  const config = parseConfig(list, set);
  if (isRefusal(config)) {
    assert.match(config.code, /^config-/);
    assert.ok(config.rule !== '');
    const said = [...list, ...Object.keys(set), ...names.map((name) => `--${name}`)];
    assert.ok(
      said.some((one) => one === config.path || one.startsWith(`${config.path}=`)),
      `no such: ${config.path}`,
    );
    return;
  }
  for (const port of [config.port, config.hostsPort, config.hostsTlsPort, config.ftpPort]) {
    assert.ok(Number.isInteger(port) && port >= 0 && port <= 65_535);
  }
  assert.ok(Number.isInteger(config.interval) && config.interval >= 1 && config.interval <= 60);
  assert.ok(config.data !== '' && !config.data.includes('\0') && config.host !== '');
  assert.ok(config.database === null || URL.canParse(config.database));
}
