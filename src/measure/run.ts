/** Consecutive observations of one check from one vantage point with one result (SEMANTICS §3). Epoch ms. */
export interface Run {
  readonly first: number;
  readonly last: number;
  readonly result: 'pass' | 'fail';
  readonly count: number;
}

export interface RunSeries {
  readonly vantage: string;
  readonly runs: readonly Run[];
}
