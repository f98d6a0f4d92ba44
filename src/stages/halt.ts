/** The reason with which a stage stops because it was told to after an epoch. What becomes of the run is the runner's. */
import type { EpochVerdict } from './stage.js';

export class Halt extends Error {
  readonly verdict: Exclude<EpochVerdict, 'continue'>;

  constructor(verdict: Exclude<EpochVerdict, 'continue'>) {
    super(verdict === 'pause' ? 'paused after an epoch' : 'stopped after an epoch');
    this.name = 'Halt';
    this.verdict = verdict;
  }
}
