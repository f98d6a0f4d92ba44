/** The settings of `train`. Imported at run time by the build alone; everybody else takes the type. */
import Type from 'typebox';
import { lossNames } from '../engine/loss-names.js';
import { OptimizerSettings } from './train/optimizer.schema.js';
import { ScheduleSettings } from './train/schedule.schema.js';

const bound = (description: string) =>
  Type.Optional(Type.Number({ description, exclusiveMinimum: 0, maximum: 1e9 }));

const clip = Type.Object(
  {
    value: bound('Each element of each gradient to [-value, value].'),
    norm: bound("Each gradient's L2 norm to at most this."),
    globalNorm: bound('The L2 norm over all gradients together to at most this.'),
  },
  {
    description: 'Keeps gradients small, in one of three ways. Absent: they are taken as they are.',
    additionalProperties: false,
    minProperties: 1,
    maxProperties: 1,
  },
);

const earlyStopping = Type.Object(
  {
    metric: Type.Enum(['validation.loss', 'validation.accuracy', 'train.loss', 'train.accuracy'], {
      description: 'What is watched after each epoch. A loss is better lower, an accuracy higher.',
      default: 'validation.loss',
    }),
    patience: Type.Integer({
      description: 'Training ends after this many epochs in a row without a better value.',
      minimum: 1,
      maximum: 100_000,
      default: 5,
    }),
    minDelta: Type.Number({
      description: 'A value is better only when it is so by more than this.',
      minimum: 0,
      maximum: 1e6,
      default: 0,
    }),
    restoreBest: Type.Boolean({
      description: 'Whether the trained network has the weights of the best epoch rather than of the last.',
      default: true,
    }),
  },
  {
    description:
      'Ends training when it no longer helps. Absent: all epochs are trained, the last weights kept.',
    additionalProperties: false,
  },
);

export const TrainSettings = Type.Object(
  {
    epochs: Type.Integer({
      description: 'How many times to go through all training images.',
      minimum: 1,
      maximum: 100_000,
      default: 10,
    }),
    batchSize: Type.Integer({
      description: 'Images in one training step; the last step of an epoch takes what is left.',
      minimum: 1,
      maximum: 65_536,
      default: 128,
    }),
    optimizer: OptimizerSettings,
    schedule: ScheduleSettings,
    loss: Type.Enum([...lossNames], {
      description: 'The loss, by its tfjs name, on one-hot labels.',
      default: 'categoricalCrossentropy',
    }),
    labelSmoothing: Type.Number({
      description: "This share of each label's weight is spread over all classes.",
      minimum: 0,
      exclusiveMaximum: 1,
      default: 0,
    }),
    clip: Type.Optional(clip),
    classWeights: Type.Union(
      [
        Type.Enum(['none', 'balanced']),
        Type.Array(Type.Number({ minimum: 0, maximum: 1e6 }), { minItems: 1, maxItems: 100_000 }),
      ],
      {
        description:
          'A factor on the loss of each class: "none" is 1 for all; "balanced" makes rare classes count as much as common ones (images / (classes × images of the class)); a list gives one factor for each class, in order.',
        default: 'none',
      },
    ),
    earlyStopping: Type.Optional(earlyStopping),
    validationBatchSize: Type.Integer({
      description: 'Images validated at once; bounds memory.',
      minimum: 1,
      maximum: 65_536,
      default: 256,
    }),
  },
  { description: 'Trains a network on prepared images.', additionalProperties: false },
);
export type TrainSettings = Type.Static<typeof TrainSettings>;
