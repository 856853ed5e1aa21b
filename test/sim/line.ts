import { minuteMs } from './draw.ts';
import { covers, type Stretch } from './stretch.ts';
import type { HostTruth, PlaneTruth, Truth } from './truth.ts';

/** What a host's visitors had to wait: of each minute since the frame's beginning the slowest in ms, −1 without any. */
export function waits(truth: Truth, host: HostTruth): Int32Array {
  const count = Math.floor((truth.to - truth.from) / minuteMs);
  const line = new Int32Array(count);
  const salt = Math.imul(truth.seed ^ Number(host.id.slice(1)), 0x9e3779b1);
  for (let i = 0; i < count; i += 1) {
    const roll = mixed(salt + i);
    line[i] = roll % 5 === 0 ? 3 + ((roll >>> 8) % 400) : -1;
  }
  const each = (list: readonly Stretch[], value: (roll: number) => number): void => {
    for (const { from, to } of list) {
      const last = Math.min(count - 1, Math.ceil((to - truth.from) / minuteMs) - 1);
      for (let i = Math.max(0, Math.floor((from - truth.from) / minuteMs)); i <= last; i += 1)
        line[i] = value(mixed(salt - i));
    }
  };
  // At the limit is not above it (clause 2-4.2).
  each(host.slow, (roll) => [1_500, 1_501, 1_502 + (roll % 6000)][roll % 3]!);
  each(host.down.web, () => -1);
  return line;
}

function mixed(n: number): number {
  let x = n >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

export function indexOf(truth: Truth, minute: number): number {
  return Math.round((minute - truth.from) / minuteMs);
}

/** Which minutes of the frame the plane's log was read whole in: 1 or 0. */
export function readMinutes(truth: Truth, plane: PlaneTruth): Uint8Array {
  const count = Math.floor((truth.to - truth.from) / minuteMs);
  return Uint8Array.from({ length: count }, (_, i) =>
    covers(plane.unread, truth.from + i * minuteMs) ? 0 : 1,
  );
}

/** How long the plane's event loop was held in each minute. */
export function heldMs(truth: Truth, plane: PlaneTruth): Int32Array {
  const line = new Int32Array(Math.floor((truth.to - truth.from) / minuteMs));
  for (const { minute, ms } of plane.held) line[indexOf(truth, minute)] = ms;
  return line;
}
