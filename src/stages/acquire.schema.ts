/** The settings of `acquire`. Imported at run time by the build alone; everybody else takes the type. */
import Type from 'typebox';

const size = (split: string, standard: number) =>
  Type.Integer({
    description: `How many ${split} images to draw, as many of each class. Default ${standard}.`,
    minimum: 10,
    maximum: 1_000_000,
    default: standard,
  });

export const AcquireSettings = Type.Object(
  {
    dataset: Type.Enum(['mnist', 'synthetic-digits'], {
      description:
        'The data set. "mnist": 60,000 + 10,000 handwritten digits, from the folder named by ASSAY_DATASETS or downloaded once. "synthetic-digits": digits drawn from the seed, without any download.',
    }),
    synthetic: Type.Object(
      { train: size('training', 10_000), test: size('test', 2_000) },
      {
        description: 'For "synthetic-digits" alone: how many images to draw.',
        additionalProperties: false,
        default: {},
      },
    ),
  },
  { description: 'Gets a data set by name.', additionalProperties: false },
);
export type AcquireSettings = Type.Static<typeof AcquireSettings>;
