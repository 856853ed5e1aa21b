import { parseArgs } from 'node:util';
import { audit } from './audit.ts';
import { drawTruth } from './draw.ts';
import { liveMonth } from './month.ts';
import { storyOf } from './story.ts';
import { closeTick, endOf, lastTick } from './truth.ts';

/** `npm run sim -- [--seed N] [--seeds 20] [--hosts 200] [--years 3]`: exit status 1 when the auditor found something. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      seeds: { type: 'string', default: '1' },
      hosts: { type: 'string', default: '200' },
    },
  });
  let failed = 0;
  for (let seed = Number(values.seed); seed < Number(values.seed) + Number(values.seeds); seed += 1) {
    const truth = drawTruth(seed, { hosts: Number(values.hosts), planes: 3, probers: 3, tickHours: 6 });
    const began = performance.now();
    const tally = await liveMonth(truth, 0, {
      progress: (text) => console.log(`${((performance.now() - began) / 1000).toFixed(1)} s ${text}`),
      audit: async ({ office }, when) => {
        const until = when === 'closed' ? closeTick(truth) : 1_000_000;
        const found = await audit(office.database(), truth, until, endOf(truth, lastTick(truth)));
        const { findings, ...sums } = found;
        console.log(`seed ${seed} ${when}: ${JSON.stringify(sums)}`);
        failed += findings.length;
        for (const finding of findings.slice(0, 8)) console.log(storyOf(truth, finding));
        if (findings.length > 0) console.log(`${findings.length} findings`);
      },
    });
    console.log(JSON.stringify(tally), `${(process.cpuUsage().user / 1e6).toFixed(1)} CPU s`);
  }
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main();
