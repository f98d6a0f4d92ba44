/** The suite of the contract, run over every scheduler. */
import { describe } from 'vitest';
import { schedulerSuite } from './scheduler-suite.js';

describe('none', () => schedulerSuite(() => ({ kind: 'none' })));

describe('median', () => {
  schedulerSuite(({ minEpochs }) => ({ kind: 'median', startupTrials: 3, warmupEpochs: minEpochs }));
});

describe('asha', () => {
  schedulerSuite(({ minEpochs, reduction }) => ({ kind: 'asha', minEpochs, reduction }));
});

describe('hyperband', () => {
  schedulerSuite(({ minEpochs, reduction }) => ({ kind: 'hyperband', minEpochs, reduction }));
});
