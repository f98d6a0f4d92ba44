/** The setting `schedule` of `train`. Imported at run time by the build alone; everybody else takes the type. */
import Type from 'typebox';
import { kind } from './kind.schema.js';

const warmup = Type.Optional(
  Type.Object(
    {
      epochs: Type.Optional(
        Type.Number({
          description: 'Its length in epochs; may be a fraction.',
          exclusiveMinimum: 0,
          maximum: 100_000,
        }),
      ),
      steps: Type.Optional(
        Type.Integer({ description: 'Its length in steps.', minimum: 1, maximum: 1_000_000_000 }),
      ),
    },
    {
      description:
        'The learning rate grows from near 0 to its full value over this time; the schedule proper begins after it. Absent: no warm-up.',
      additionalProperties: false,
      minProperties: 1,
      maxProperties: 1,
    },
  ),
);

export const ScheduleSettings = Type.Union(
  [
    kind('constant', 'The full learning rate throughout.', { warmup }),
    kind('step', 'Multiplied by a factor every so many epochs.', {
      every: Type.Integer({
        description: 'Epochs from one drop to the next.',
        minimum: 1,
        maximum: 100_000,
        default: 10,
      }),
      factor: Type.Number({
        description: 'What the learning rate is multiplied by at each drop.',
        exclusiveMinimum: 0,
        maximum: 1,
        default: 0.1,
      }),
      warmup,
    }),
    kind('exponential', 'Multiplied by a factor over each epoch, a little at every step.', {
      factor: Type.Number({
        description: 'What the learning rate is multiplied by over one epoch.',
        exclusiveMinimum: 0,
        maximum: 1,
        default: 0.95,
      }),
      warmup,
    }),
    kind('cosine', 'Down along half a cosine until the end of training.', {
      final: Type.Number({
        description: 'The learning rate at the end, as a fraction of the full one.',
        minimum: 0,
        maximum: 1,
        default: 0,
      }),
      warmup,
    }),
    kind('oneCycle', "Up to the full learning rate and down to next to nothing: Smith's one-cycle policy.", {
      peakAt: Type.Number({
        description: 'Where in training the peak is, as a fraction of all steps.',
        minimum: 0,
        maximum: 1,
        default: 0.3,
      }),
      startDivisor: Type.Number({
        description: 'The first learning rate is the full one divided by this.',
        minimum: 1,
        maximum: 1e9,
        default: 25,
      }),
      finalDivisor: Type.Number({
        description: 'The last learning rate is the first one divided by this.',
        minimum: 1,
        maximum: 1e12,
        default: 10_000,
      }),
    }),
  ],
  {
    description: 'How the learning rate changes from step to step.',
    default: { kind: 'constant' },
  },
);
export type ScheduleSettings = Type.Static<typeof ScheduleSettings>;
