/** How long and how often a download tries before it gives up. Everything is bounded; tests make the bounds short. */
export interface DownloadLimits {
  /** From sending a request to the head of its answer. */
  readonly answerMilliseconds: number;
  /** Without a byte while the body comes. */
  readonly stallMilliseconds: number;
  /** All files of a data set together, over all mirrors. */
  readonly totalMilliseconds: number;
  /** Tries at one address in a row that bring less than `fruitfulBytes`. */
  readonly attempts: number;
  /** A transfer that broke after this many new bytes doesn't count against `attempts`. */
  readonly fruitfulBytes: number;
  /** Wait before the second try; twice as long before each further one. */
  readonly backoffMilliseconds: number;
  readonly redirects: number;
}

export const standardLimits: DownloadLimits = {
  answerMilliseconds: 10_000,
  stallMilliseconds: 15_000,
  totalMilliseconds: 20 * 60_000,
  attempts: 4,
  fruitfulBytes: 1 << 18,
  backoffMilliseconds: 500,
  redirects: 5,
};
