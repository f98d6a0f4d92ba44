/** How the sampler and the scheduler of a sweep may be written. Imported at run time by the build alone. */
import Type from 'typebox';
import { defaultSampler, defaultScheduler, samplerDefaults, schedulerDefaults } from './strategies.js';

const closed = { additionalProperties: false } as const;
const withDefault = (description: string, minimum: number, standard: number) =>
  Type.Optional(
    Type.Integer({ description: `${description} Default ${standard}.`, minimum, maximum: 1_000_000 }),
  );

export const Sampler = Type.Union(
  [
    Type.Enum(Object.keys(samplerDefaults)),
    Type.Object(
      {
        grid: Type.Object(
          {
            steps: withDefault('Values taken of each range.', 1, samplerDefaults.grid.steps),
          },
          { ...closed, description: 'Every combination.' },
        ),
      },
      closed,
    ),
    Type.Object({ random: Type.Object({}, { ...closed, description: 'Drawn at random.' }) }, closed),
    Type.Object(
      { quasiRandom: Type.Object({}, { ...closed, description: 'Spread more evenly than at random.' }) },
      closed,
    ),
    Type.Object(
      {
        tpe: Type.Object(
          {
            startupTrials: withDefault(
              'Trials drawn at random before it begins to model.',
              1,
              samplerDefaults.tpe.startupTrials,
            ),
            candidates: withDefault(
              'Candidates compared for each proposal.',
              1,
              samplerDefaults.tpe.candidates,
            ),
          },
          { ...closed, description: 'Where good trials lie denser than bad ones.' },
        ),
      },
      closed,
    ),
    Type.Object(
      {
        evolution: Type.Object(
          {
            population: withDefault('Trials alive at once.', 2, samplerDefaults.evolution.population),
            tournament: withDefault(
              'Trials of which the best is changed.',
              1,
              samplerDefaults.evolution.tournament,
            ),
          },
          { ...closed, description: 'The best of a few is changed a little; the oldest dies.' },
        ),
      },
      closed,
    ),
  ],
  { description: `What proposes trials. Default: ${defaultSampler}.` },
);

const halving = (description: string, defaults: { minEpochs: number; reduction: number }) =>
  Type.Object(
    {
      minEpochs: withDefault('Epochs before a trial is first compared.', 1, defaults.minEpochs),
      reduction: Type.Optional(
        Type.Integer({
          description: `One of so many goes on; epochs grow by as much. Default ${defaults.reduction}.`,
          minimum: 2,
          maximum: 100,
        }),
      ),
    },
    { ...closed, description },
  );
export const Scheduler = Type.Union(
  [
    Type.Enum(Object.keys(schedulerDefaults)),
    Type.Object(
      { none: Type.Object({}, { ...closed, description: 'Every trial trains to its end.' }) },
      closed,
    ),
    Type.Object(
      {
        median: Type.Object(
          {
            startupTrials: withDefault(
              'Trials that train to their end before any is stopped.',
              1,
              schedulerDefaults.median.startupTrials,
            ),
            warmupEpochs: withDefault(
              'Epochs of each trial in which it is not stopped.',
              0,
              schedulerDefaults.median.warmupEpochs,
            ),
          },
          {
            ...closed,
            description: "Stops a trial that is worse than the median of the others' at that epoch.",
          },
        ),
      },
      closed,
    ),
    Type.Object(
      { asha: halving('The best go on, the others wait for their turn.', schedulerDefaults.asha) },
      closed,
    ),
    Type.Object(
      {
        hyperband: halving(
          'Several halvings that begin with more and fewer epochs.',
          schedulerDefaults.hyperband,
        ),
      },
      closed,
    ),
  ],
  { description: `Which trials are worth more epochs. Default: ${defaultScheduler}.` },
);
