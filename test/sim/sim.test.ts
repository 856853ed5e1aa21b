import assert from 'node:assert/strict';
import { test } from 'node:test';
import { audit } from './audit.ts';
import { drawTruth } from './draw.ts';
import { auditHarmed } from './harm.ts';
import { liveMonth } from './month.ts';
import { storyOf } from './story.ts';
import { closeTick, endOf, lastTick } from './truth.ts';
import { liveYears } from './years.ts';

const seed = 5;
/** `npm run sim -- --harm --order` tries every harm, and every month in another order. */
const tried = [
  'an hour of rounds is forgotten',
  'a dead time is five seconds shorter',
  'a posting is doubled',
];
const truth = drawTruth(seed, { hosts: 3, planes: 2, probers: 2, tickHours: 24 });

/** Lives the month, looked at when it is closed and when everything late was told; then harms its store. */
async function live(harmed: (name: string, findings: number) => void): Promise<void> {
  await liveMonth(truth, 0, {
    progress: () => undefined,
    audit: async ({ office }, when) => {
      const until = when === 'closed' ? closeTick(truth) : Number.MAX_SAFE_INTEGER;
      const found = await audit(office.database().db, truth, until, endOf(truth, lastTick(truth)));
      const stories = found.findings.map((finding) => storyOf(truth, finding));
      assert.equal(stories.length, 0, `seed ${seed}, ${when}:\n${stories.join('\n')}`);
      assert.equal(found.statements, truth.hosts.length);
      if (when === 'revised')
        for (const name of tried)
          harmed(name, (await auditHarmed(office.database(), truth, name)).findings.length);
    },
  });
}

test('a simulated month is judged as the truth says', async () => {
  const noticed: Record<string, number> = {};
  await live((name, findings) => {
    noticed[name] = findings;
  });
  for (const [name, findings] of Object.entries(noticed)) assert.ok(findings > 0, `unnoticed: ${name}`);
  assert.equal(Object.keys(noticed).length, tried.length);
});

test('years of renewals are judged as the truth says, month by month', () => {
  const lived = liveYears(seed, 4, 2);
  assert.deepEqual(lived.findings, []);
  assert.equal(lived.months, 96);
  assert.ok(lived.breached > 0 && lived.revisions > 0);
});
