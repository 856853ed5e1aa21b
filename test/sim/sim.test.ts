import assert from 'node:assert/strict';
import { test } from 'node:test';
import { audit } from './audit.ts';
import { drawTruth } from './draw.ts';
import { liveMonth } from './month.ts';
import { storyOf } from './story.ts';
import { closeTick, endOf, lastTick } from './truth.ts';

test('a simulated month is judged as the truth says, after its close and after what came late', async () => {
  const truth = drawTruth(5, { hosts: 10, planes: 2, probers: 3, tickHours: 12 });
  const whens: string[] = [];
  await liveMonth(truth, 0, {
    progress: () => undefined,
    audit: async ({ office }, when) => {
      const until = when === 'closed' ? closeTick(truth) : Number.MAX_SAFE_INTEGER;
      const found = await audit(office.database(), truth, until, endOf(truth, lastTick(truth)));
      const stories = found.findings.map((finding) => storyOf(truth, finding));
      assert.equal(stories.length, 0, `seed ${truth.seed}, ${when}:\n${stories.join('\n')}`);
      assert.equal(found.statements, truth.hosts.length);
      whens.push(when);
    },
  });
  assert.deepEqual(whens, ['closed', 'revised']);
});
