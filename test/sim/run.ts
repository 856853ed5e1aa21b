import { parseArgs } from 'node:util';
import { type Audit, audit } from './audit.ts';
import { drawTruth } from './draw.ts';
import { auditHarmed, harms } from './harm.ts';
import { liveMonth, type Tally } from './month.ts';
import { storyOf } from './story.ts';
import { checks, closeTick, endOf, lastTick, type Truth } from './truth.ts';
import { liveYears } from './years.ts';

/**
 * `npm run sim -- [--seed N] [--seeds 20] [--hosts 200] [--years 4] [--order] [--harm]`: for each seed a month on
 * the real store and years on the pure core. `--order` lives each month once more with everything told in another
 * order, `--harm` shows that the auditor notices a harmed store. Exit status 1 when something was found.
 */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      seeds: { type: 'string', default: '1' },
      hosts: { type: 'string', default: '200' },
      years: { type: 'string', default: '4' },
      order: { type: 'boolean', default: false },
      harm: { type: 'boolean', default: false },
    },
  });
  const [seed, seeds, hosts, years] = [values.seed, values.seeds, values.hosts, values.years].map(Number);
  if (![seed, seeds, hosts, years].every((one) => Number.isSafeInteger(one) && one! >= 0)) {
    console.error('usage: sim [--seed N] [--seeds N] [--hosts N] [--years N] [--order] [--harm]');
    return 2;
  }
  let found = 0;
  for (let at = seed!; at < seed! + seeds!; at += 1) {
    const began = process.cpuUsage();
    const first = await month(at, hosts!, 0, values.harm);
    found += first.found;
    if (values.order) {
      const second = await month(at, hosts!, 1, false);
      const same = second.digests.join() === first.digests.join();
      found += second.found + (same ? 0 : 1);
      console.log(
        `seed ${at}: told in another order, every case and settlement is ${same ? 'the same' : 'NOT the same'}`,
      );
    }
    const lived = liveYears(at, Math.max(1, Math.round(hosts! / 4)), years!);
    for (const finding of lived.findings.slice(0, 10)) console.log(`  ${finding}`);
    found += lived.findings.length;
    const { user, system } = process.cpuUsage(began);
    console.log(
      `seed ${at}: years: ${lived.months} months, ${lived.breached} breached, ${lived.revisions} revised, ${lived.findings.length} findings; ${((user + system) / 1e6).toFixed(0)} CPU s in all`,
    );
  }
  console.log(found === 0 ? 'nothing was found' : `${found} findings`);
  return found === 0 ? 0 : 1;
}

async function month(seed: number, hosts: number, order: number, harm: boolean) {
  const truth = drawTruth(seed, { hosts, planes: 3, probers: 3, tickHours: hosts < 50 ? 24 : 6 });
  const digests: string[] = [];
  let found = 0;
  if (order === 0) console.log(`seed ${seed}: ${injected(truth)}`);
  const told = await liveMonth(truth, order, {
    progress: (text) => process.stderr.write(`seed ${seed}: ${text}\n`),
    audit: async ({ office }, when) => {
      const until = when === 'closed' ? closeTick(truth) : Number.MAX_SAFE_INTEGER;
      const { db } = office.database();
      const seen = await audit(db, truth, until, endOf(truth, lastTick(truth)));
      digests.push(seen.digest);
      found += seen.findings.length;
      report(seed, when, seen);
      for (const finding of seen.findings.slice(0, 10)) console.log(storyOf(truth, finding));
      if (harm && when === 'revised')
        for (const name of Object.keys(harms)) {
          const noticed = (await auditHarmed(office.database(), truth, name)).findings.length;
          if (noticed === 0) found += 1;
          console.log(`seed ${seed}: harmed, ${name}: ${noticed} findings`);
        }
    },
  });
  if (order === 0) console.log(`seed ${seed}: ${happened(told)}`);
  return { digests, found };
}

function report(seed: number, when: string, seen: Audit): void {
  const { statements, exact, bounded, breached, paidMinor, findings } = seen;
  const held = `${exact} to the millisecond, ${bounded} within bounds`;
  const sums = `${statements} statements (${held}), ${breached} breached, ${(paidMinor / 100).toFixed(2)} CNY owed`;
  console.log(`seed ${seed}: ${when}: ${sums}, ${findings.length} findings`);
}

function injected(truth: Truth): string {
  const { hosts, planes, probers, month: span, restarts } = truth;
  const sum = (counts: readonly number[]): number => counts.reduce((all, one) => all + one, 0);
  const parts = {
    hosts: hosts.length,
    outages: sum(hosts.map(({ down }) => sum(checks.map((check) => down[check].length)))),
    'slow stretches': sum(hosts.map(({ slow }) => slow.length)),
    causes: sum(hosts.map(({ causes }) => causes.length)),
    closings: sum(hosts.map(({ closed }) => closed.length)),
    released: hosts.filter(({ watched }) => watched.to < truth.to).length,
    'plane deaths': sum(planes.map(({ deaths }) => deaths.length)),
    'logs lost': sum(planes.map(({ unread }) => unread.length)),
    'prober lives': sum(probers.map(({ lives }) => lives.length)),
    'of them with a clock askew': sum(
      probers.map(({ lives }) => lives.filter(({ skewMs }) => skewMs !== 0).length),
    ),
    'blind or wrong': sum(probers.map(({ blind, wrong }) => blind.length + wrong.length)),
    'links cut': sum([...probers, ...planes].map(({ cuts }) => cuts.length)),
    'database restarts': restarts.length,
  };
  const told = Object.entries(parts).map(([what, count]) => `${count} ${what}`);
  return `${span.name} in ${span.zone}: ${told.join(', ')}`;
}

function happened({ messages, again, lost, fullSpools, revisions }: Tally): string {
  return `${messages} messages, ${again} of them told again, ${lost} transactions lost, ${fullSpools} times no room in a spool, ${revisions} revisions`;
}

process.exitCode = await main();
