import { durationMs, tickAt } from './canvas.ts';
import type { ItemFile } from './file.ts';
import type { Scene } from './judge.ts';
import { bad, good } from './observed.ts';

/** docs/semantics.md §5, deadline: late is from `due` until it is done; all other time is good. `worked` null: elapsed time. */
export function lateLine(
  scene: Scene,
  within: string | { workingHours: number },
  items: readonly ItemFile[],
  worked: Uint8Array | null,
): Uint8Array {
  const { canvas, first, last, see } = scene;
  const line = new Uint8Array(canvas.count).fill(good);
  const needMs =
    typeof within === 'string' ? durationMs(within) : Math.round(within.workingHours * 3_600_000);
  if (needMs % canvas.tickMs !== 0) throw new Error('a deadline of broken ticks');
  see(worked === null ? 'elapsed time' : 'working time');
  if (needMs === 0) see('nothing allowed');
  if (worked?.includes(1) === false && items.length > 0) see('no working time at all');
  for (const item of items) {
    const opened = tickAt(canvas, Date.parse(item.opened));
    if (canvas.from + opened * canvas.tickMs !== Date.parse(item.opened)) continue; // after all that is judged
    let due = opened;
    let need = needMs;
    while (need > 0 && due < canvas.count) {
      if (worked === null || worked[due] === 1) need -= canvas.tickMs;
      due += 1;
    }
    // Not due on this strip.
    if (need > 0) due = Number.POSITIVE_INFINITY;
    const done = item.done === null ? canvas.count : tickAt(canvas, Date.parse(item.done));
    for (let tick = due; tick < done; tick += 1) {
      if (line[tick] === bad) see('late stretches overlap');
      line[tick] = bad;
    }
    if (opened < first) see('opened before the month');
    if (opened >= first && opened < last && due >= last) see('due after the month');
    if (item.done === null) see('never done');
    else if (done < canvas.count) {
      if (done < due) see('done in time');
      else see(done === due ? 'done exactly when due' : 'done late');
    }
  }
  if (scene.file.items?.some((item) => scene.file.terms.guarantees.every(({ id }) => id !== item.for))) {
    see('item of no guarantee');
  }
  return line;
}
