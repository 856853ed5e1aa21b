/** A half-open stretch of time `[from, to)` in epoch milliseconds (SEMANTICS §1). */
export type Interval = readonly [from: number, to: number];
