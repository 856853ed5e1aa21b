/** The clock port: only shells hold one; everything pure is handed its instants. Epoch milliseconds. */
export interface Clock {
  now(): number;
}

export const realClock: Clock = { now: () => Date.now() };

/** A clock that stands where it is put: for tests and for feeding history through the ordinary flows. */
export interface VirtualClock extends Clock {
  set(at: number): void;
}

export function virtualClock(start: number): VirtualClock {
  let at = start;
  return {
    now: () => at,
    set: (next) => {
      at = next;
    },
  };
}
