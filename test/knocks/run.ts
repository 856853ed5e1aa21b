import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { findPostgres, startPostgres } from '../postgres.ts';
import { knock } from './knocks.ts';

/**
 * `npm run knocks -- [--kills 200] [--seed N] [--postgres]`: kills the processes of a real installation under load and
 * audits what is left (what is promised: docs/proof.md). Exit status 1 when a promise was broken.
 */

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: '200' },
      seed: { type: 'string', default: String(randomInt(2 ** 31)) },
      postgres: { type: 'boolean', default: false },
    },
  });
  const [kills, seed] = [Number(values.kills), Number(values.seed)];
  if (!(Number.isSafeInteger(kills) && kills > 0 && Number.isSafeInteger(seed) && seed >= 0)) {
    console.error('usage: knocks [--kills N] [--seed N] [--postgres]');
    return 2;
  }
  const database = values.postgres ? 'PostgreSQL' : 'PGlite';
  console.log(`${kills} kills on ${database}, seed ${seed}`);
  const ending: (() => unknown)[] = [];
  const t = { after: (work: () => unknown) => void ending.unshift(work) };
  const began = performance.now();
  try {
    const url = values.postgres ? await ownDatabase(ending) : null;
    const { faults, figures, kills: dead } = await knock(t, { kills, seed, database: url, young: 0.3 });
    const count = (role: string) => dead.filter((one) => one.role === role).length;
    const killed = { centre: count('centre'), plane: count('plane'), prober: count('prober') };
    const young = dead.filter(({ agedMs }) => agedMs < 3500).length;
    console.table({ ...killed, 'killed while young': young, ...figures, faults: faults.length });
    for (const fault of faults.slice(0, 50)) console.error(fault);
    console.log(`${Math.round((performance.now() - began) / 1000)} s; again with --seed ${seed}`);
    return faults.length === 0 ? 0 : 1;
  } finally {
    for (const end of ending) await end();
  }
}

async function ownDatabase(ending: (() => unknown)[]): Promise<string> {
  const bin = findPostgres();
  if (bin === null) throw new Error('no PostgreSQL is installed here');
  const server = await startPostgres(bin);
  ending.push(() => server.stop());
  const admin = new pg.Client(`${server.url}/postgres`);
  await admin.connect();
  await admin.query('create database knocks');
  await admin.end();
  return `${server.url}/knocks`;
}

process.exitCode = await main();
