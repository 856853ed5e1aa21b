import assert from 'node:assert/strict';
import { test } from 'node:test';
import { audit } from './audit.ts';
import { drawTruth } from './draw.ts';
import { auditHarmed, harms } from './harm.ts';
import { liveMonth } from './month.ts';
import { storyOf } from './story.ts';
import { closeTick, endOf, lastTick } from './truth.ts';
import { liveYears } from './years.ts';

const seed = 5;
const truth = drawTruth(seed, { hosts: 3, planes: 2, probers: 2, tickHours: 24 });

/** Lives the month and gives what it came to, at its close and when everything late was told. */
async function live(
  order: number,
  harmed: (name: string, findings: number) => void,
): Promise<readonly string[]> {
  const digests: string[] = [];
  await liveMonth(truth, order, {
    progress: () => undefined,
    audit: async ({ office }, when) => {
      const until = when === 'closed' ? closeTick(truth) : Number.MAX_SAFE_INTEGER;
      const found = await audit(office.database().db, truth, until, endOf(truth, lastTick(truth)));
      const stories = found.findings.map((finding) => storyOf(truth, finding));
      assert.equal(stories.length, 0, `seed ${seed}, ${when}:\n${stories.join('\n')}`);
      assert.equal(found.statements, truth.hosts.length);
      digests.push(found.digest);
      if (when === 'revised' && order === 0)
        for (const name of Object.keys(harms))
          harmed(name, (await auditHarmed(office.database(), truth, name)).findings.length);
    },
  });
  return digests;
}

test('a simulated month is judged as the truth says, in whatever order it is told', async () => {
  const noticed: Record<string, number> = {};
  const first = await live(0, (name, findings) => {
    noticed[name] = findings;
  });
  for (const [name, findings] of Object.entries(noticed)) assert.ok(findings > 0, `unnoticed: ${name}`);
  assert.equal(Object.keys(noticed).length, Object.keys(harms).length);
  assert.deepEqual(await live(1, () => undefined), first, `seed ${seed}: told in another order`);
});

test('years of renewals are judged as the truth says, month by month', () => {
  const lived = liveYears(seed, 4, 2);
  assert.deepEqual(lived.findings, []);
  assert.equal(lived.months, 96);
  assert.ok(lived.breached > 0 && lived.revisions > 0);
});
