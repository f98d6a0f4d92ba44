/** The samplers and schedulers that a `sweep:` can name, with the defaults of their settings: one table for schema and reader. */

export const samplerDefaults = {
  grid: { steps: 5 },
  random: {},
  quasiRandom: {},
  tpe: { startupTrials: 10, candidates: 24 },
  evolution: { population: 20, tournament: 5 },
} as const;

export const schedulerDefaults = {
  none: {},
  median: { startupTrials: 5, warmupEpochs: 0 },
  asha: { minEpochs: 1, reduction: 3 },
  hyperband: { minEpochs: 1, reduction: 3 },
} as const;

export const defaultSampler = 'tpe';
export const defaultScheduler = 'none';
/** How often a trial that failed or was lost is tried again. */
export const defaultRetries = 1;
