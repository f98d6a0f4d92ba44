/** The settings of `preprocess`. Imported at run time by the build alone; everybody else takes the type. */
import Type from 'typebox';

const limit = (split: string) =>
  Type.Optional(
    Type.Integer({
      description: `At most this many ${split} images, drawn from the seed with the classes' shares kept. Absent: all.`,
      minimum: 1,
      maximum: 100_000_000,
    }),
  );

export const PreprocessSettings = Type.Object(
  {
    scaling: Type.Enum(['unit', 'standard'], {
      description:
        'How pixels (0 to 255) enter the network. "unit": from 0 to 1. "standard": mean 0 and standard deviation 1 over the training images.',
      default: 'unit',
    }),
    validation: Type.Number({
      description:
        "Share of the training images set aside for validation, drawn from the seed with the classes' shares kept. 0: none.",
      minimum: 0,
      maximum: 0.9,
      default: 0.1,
    }),
    limit: Type.Object(
      { train: limit('training'), validation: limit('validation'), test: limit('test') },
      {
        description: 'Fewer images, for quick trials. Applied after validation images were set aside.',
        additionalProperties: false,
        default: {},
      },
    ),
    augmentation: Type.Optional(
      Type.Object(
        {
          shift: Type.Optional(
            Type.Number({
              description: 'Move by up to this many pixels, each way.',
              minimum: 0,
              maximum: 128,
            }),
          ),
          rotate: Type.Optional(
            Type.Number({
              description: 'Turn by up to this many degrees, either way.',
              minimum: 0,
              maximum: 180,
            }),
          ),
          zoom: Type.Optional(
            Type.Number({
              description: 'Enlarge or shrink by up to this fraction: 0.1 is 90 % to 110 %.',
              minimum: 0,
              maximum: 0.9,
            }),
          ),
          stretch: Type.Optional(
            Type.Number({
              description: 'Widen or narrow by up to this fraction, the height staying.',
              minimum: 0,
              maximum: 0.9,
            }),
          ),
          shear: Type.Optional(
            Type.Number({
              description: 'Lean by up to this many degrees, either way, as slanted handwriting does.',
              minimum: 0,
              maximum: 60,
            }),
          ),
          elastic: Type.Optional(
            Type.Object(
              {
                alpha: Type.Number({
                  description:
                    'Strength: displacements in pixels before they are smoothed. 34 suits 28×28 digits.',
                  minimum: 0,
                  maximum: 1000,
                  default: 34,
                }),
                sigma: Type.Number({
                  description: 'Smoothness: standard deviation in pixels of the Gaussian that smooths them.',
                  minimum: 0.5,
                  maximum: 32,
                  default: 4,
                }),
              },
              {
                description: 'Elastic deformation by Simard, Steinkraus and Platt (2003).',
                additionalProperties: false,
              },
            ),
          ),
          erase: Type.Optional(
            Type.Integer({
              description:
                'Blank a square of up to this many pixels a side, anywhere, with the colour of the top left corner.',
              minimum: 0,
              maximum: 1024,
            }),
          ),
        },
        {
          description:
            'Distortions of training images, drawn anew from the seed in each epoch. Absent: none.',
          additionalProperties: false,
        },
      ),
    ),
  },
  {
    description: 'Splits a data set, limits it, and says how its pixels enter the network.',
    additionalProperties: false,
  },
);
export type PreprocessSettings = Type.Static<typeof PreprocessSettings>;
