import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import { Queue, Waits } from './queue.ts';

test('a queue gives back what it took, in that order, however pushes and shifts mix', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 200 }), (pushes) => {
      const queue = new Queue<number>();
      const model: number[] = [];
      for (const [index, push] of pushes.entries()) {
        if (push) {
          queue.push(index);
          model.push(index);
        } else assert.equal(queue.shift(), model.shift());
        assert.equal(queue.first(), model[0]);
      }
    }),
  );
});

test('a long queue stays whole while it lets go of what was taken', () => {
  const queue = new Queue<number>();
  for (let i = 0; i < 10_000; i++) queue.push(i);
  for (let i = 0; i < 10_000; i++) assert.equal(queue.shift(), i);
  assert.equal(queue.shift(), undefined);
});

test('what waits is due after its wait and not before, whatever else waits', () => {
  const waits = new Waits<string>();
  assert.equal(waits.next(), Number.POSITIVE_INFINITY);
  assert.equal(waits.put('slow', 100, 0), 100);
  waits.put('quick', 10, 50);
  waits.put('quick too', 10, 55);
  assert.equal(waits.next(), 60);
  assert.deepEqual([...waits.take(59)], []);
  assert.deepEqual([...waits.take(60)], [{ item: 'quick', due: 60 }]);
  assert.deepEqual(
    [...waits.take(1_000)].map(({ item }) => item),
    ['slow', 'quick too'],
  );
  assert.equal(waits.next(), Number.POSITIVE_INFINITY);
});
