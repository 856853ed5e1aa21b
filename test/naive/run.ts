import { randomInt } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { compare, told } from './pair.ts';
import { missing, newTally, printed } from './situation.ts';

/**
 * `npm run laws [-- --months N --seed N]`: judges random months twice, by the core and by the naive judge, and
 * prints in how many months each situation was met. Exit status 1 at the first month on which they part.
 */
function main(): number {
  const { values } = parseArgs({
    options: {
      months: { type: 'string', default: '20000' },
      seed: { type: 'string', default: String(randomInt(2 ** 30)) },
    },
  });
  const [months, seed] = [Number(values.months), Number(values.seed)];
  if (!Number.isSafeInteger(months) || months < 1 || !Number.isSafeInteger(seed) || seed < 0) {
    console.error('usage: laws [--months N] [--seed N]');
    return 2;
  }
  const tally = newTally();
  const begun = performance.now();
  for (let i = 0; i < months; i += 1) {
    const quarrel = compare(seed + i, tally);
    if (quarrel !== null) {
      console.error(told(quarrel));
      return 1;
    }
    if ((i + 1) % 2000 === 0) console.error(`${i + 1} of ${months} months agree`);
  }
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  console.log(`seeds ${seed} to ${seed + months - 1}: both judges agree on ${months} months (${seconds} s)`);
  console.log(printed(tally));
  const never = missing(tally);
  console.log(never.length === 0 ? 'every situation was met' : `never met: ${never.join(' · ')}`);
  return 0;
}

process.exitCode = main();
