/**
 * The form of an experiment's `sweep:`. Imported at run time by the build alone. Whether paths are there, and what values
 * they take, is no matter of form: `judge-space.ts` asks the pipeline.
 */
import Type from 'typebox';
import { ageRule, sizeRule } from '../../core/amounts.js';
import {
  defaultRetries,
  defaultSampler,
  defaultScheduler,
  samplerDefaults,
  schedulerDefaults,
} from './strategies.js';

const closed = { additionalProperties: false } as const;
const whole = (description: string, minimum: number, maximum = 1_000_000) =>
  Type.Integer({ description, minimum, maximum });
const withDefault = (description: string, minimum: number, standard: number) =>
  Type.Optional(
    Type.Integer({ description: `${description} Default ${standard}.`, minimum, maximum: 1_000_000 }),
  );
const age = (description: string) =>
  Type.String({ description, pattern: '^\\d+(\\.\\d+)?\\s*[smhdwSMHDW]$', assayRule: `that is ${ageRule}` });

const text = (description: string, maxLength = 200) =>
  Type.String({ description, minLength: 1, maxLength, pattern: '\\S', assayRule: 'that is not empty' });

/** Any value of a setting, or an entry; which of the two is told by `read-choices.ts`. */
const Choices = Type.Array(Type.Unknown(), { minItems: 1, maxItems: 1000 });
const range = (kind: string, description: string) =>
  Type.Object(
    { [kind]: Type.Array(Type.Number(), { minItems: 2, maxItems: 2, description }) },
    { ...closed, required: [kind] },
  );
const wholeRange = (kind: string, description: string) =>
  Type.Object(
    { [kind]: Type.Array(Type.Integer(), { minItems: 2, maxItems: 2, description }) },
    { ...closed, required: [kind] },
  );

const DistributionSetting = Type.Union(
  [
    Choices,
    Type.Object(
      { choice: { ...Choices, description: 'One of these values, in no order.' } },
      { ...closed, required: ['choice'] },
    ),
    range('uniform', 'Any number from low to high: [low, high].'),
    range('logUniform', 'As uniform, but each power of ten is as likely as any other: [low, high] above 0.'),
    wholeRange('int', 'A whole number: [low, high], both included.'),
    wholeRange('logInt', 'A whole number, each doubling as likely as any other: [low, high], from 1.'),
    Type.Object(
      {
        quantized: Type.Array(Type.Number(), {
          minItems: 3,
          maxItems: 3,
          description: 'low, low + step, low + 2 × step, … up to high: [low, high, step].',
        }),
      },
      { ...closed, required: ['quantized'] },
    ),
    range('normal', 'Normally distributed: [mean, deviation].'),
  ],
  {
    description:
      'What to try: a list of values, or one of choice, uniform, logUniform, int, logInt, quantized, normal.',
  },
);

export const SweepSpace = Type.Record(Type.String(), DistributionSetting, {
  description: 'Dotted path → what to try there.',
  minProperties: 1,
  maxProperties: 1000,
});

/** A value with a name, or with parameters of its own. Read by `read-choices.ts`, and published for editors. */
export const ChoiceEntry = Type.Object(
  {
    name: Type.Optional(text('How people call it. Default: the value, or the name of its file.', 100)),
    value: Type.Unknown({ description: 'The value, as it would stand in set.' }),
    space: Type.Optional({
      ...SweepSpace,
      description: 'Parameters that are there only where this value is chosen.',
    }),
  },
  { ...closed, description: 'A value with a name, or with parameters of its own.' },
);

export const FilesEntry = Type.Object(
  {
    files: text(
      'Each file that matches is a choice: networks/*.yaml, relative to this file. * and ? stand for any part of a name, ** for any folders.',
    ),
  },
  { ...closed, description: 'Each file that matches is a choice, called by its name.' },
);

const oneObjective = Type.Object(
  {
    metric: text('A metric of epochs or of the whole run, such as validation.accuracy.'),
    goal: Type.Optional(
      Type.Enum(['minimize', 'maximize'], {
        description: 'Default: minimize where the name of the metric holds "loss", else maximize.',
      }),
    ),
  },
  closed,
);
const objectiveText = Type.String({
  description: 'A metric by its name; a loss is minimized, everything else maximized.',
  pattern: '^(?=.*\\S).{1,200}$',
  assayRule: 'that names a metric',
});

const Sampler = Type.Union(
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
const Scheduler = Type.Union(
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

export const Sweep = Type.Object(
  {
    name: Type.Optional(
      Type.String({
        description:
          'Unique in the project; the same name goes on with the same sweep. Default: the name of the experiment.',
        minLength: 1,
        maxLength: 100,
        pattern: '^[^\\u0000-\\u001f\\u007f]+$',
        assayRule: 'on one line that is not empty,',
      }),
    ),
    objective: Type.Union(
      [
        objectiveText,
        oneObjective,
        Type.Array(Type.Union([objectiveText, oneObjective]), { minItems: 1, maxItems: 8 }),
      ],
      { description: 'What is better: a metric, with its goal; several for the best compromises.' },
    ),
    space: SweepSpace,
    constraints: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 1000 }), {
        description:
          'Conditions on settings and on "parameters" (of the network): parameters <= 500000. Trials that break one are not trained.',
        maxItems: 100,
      }),
    ),
    sampler: Type.Optional(Sampler),
    scheduler: Type.Optional(Scheduler),
    trials: Type.Optional(whole('How many in all.', 1)),
    budget: Type.Optional(
      Type.Object(
        {
          time: Type.Optional(age('Ends after this much time in all: 8h.')),
          epochs: Type.Optional(whole('Ends after this many epochs over all trials.', 1, 1_000_000_000)),
        },
        { ...closed, minProperties: 1, description: 'When to end, however many trials there are.' },
      ),
    ),
    workers: Type.Optional(whole('Trials at once. Default: one for each core.', 1, 1024)),
    threads: Type.Optional(whole('Threads of each trial. Default: cores ÷ workers.', 1, 1024)),
    retries: Type.Optional(
      whole(`How often a trial that failed or was lost is tried again. Default ${defaultRetries}.`, 0, 100),
    ),
    timeout: Type.Optional(age('What one attempt at a trial may take: 30m. Default: no bound.')),
    memory: Type.Optional(
      Type.String({
        description: 'What one worker may take: 2GB. Default: no bound.',
        pattern: '^\\d+(\\.\\d+)?\\s*([kKmMgGtT]?[bB])$',
        assayRule: `that is ${sizeRule}`,
      }),
    ),
    init: Type.Optional(
      Type.Array(Type.Record(Type.String(), Type.Unknown(), { minProperties: 1 }), {
        description: 'Known-good points, tried first: dotted path → value, a choice also by its name.',
        maxItems: 1000,
      }),
    ),
    failFast: Type.Optional(
      Type.Boolean({ description: 'Ends with the first trial that fails. Default: false.' }),
    ),
    notify: Type.Optional(
      Type.Object(
        {
          webhook: Type.Optional(
            Type.String({
              description: 'An address that is sent a summary when the sweep ends.',
              pattern: '^https?://\\S+$',
              assayRule: 'that is an address (https://…)',
            }),
          ),
          bell: Type.Optional(
            Type.Boolean({ description: 'Rings the bell of the terminal. Default: false.' }),
          ),
        },
        { ...closed, description: 'Who is told when the sweep ends.' },
      ),
    ),
  },
  { ...closed, description: 'Searches over settings: assay sweep.' },
);
