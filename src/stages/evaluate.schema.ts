/** Settings of the stage kind `evaluate`: meaning, ranges, defaults. Imported at run time only while building. */
import Type from 'typebox';

export const EvaluateSettings = Type.Object(
  {
    split: Type.Union([Type.Literal('train'), Type.Literal('validation'), Type.Literal('test')], {
      default: 'test',
      description: 'The split to judge the network on.',
    }),
    topK: Type.Array(Type.Integer({ minimum: 1, maximum: 1000 }), {
      default: [2, 3],
      maxItems: 16,
      uniqueItems: true,
      description:
        'The values of k for top-k accuracy (top2Accuracy, …). A k from the number of classes upwards, which every network reaches, is left out.',
    }),
    calibrationBins: Type.Integer({
      default: 15,
      minimum: 1,
      maximum: 1000,
      description: 'Bins of equal width for the calibration curve and the expected calibration error.',
    }),
    mistakes: Type.Integer({
      default: 24,
      minimum: 0,
      maximum: 1000,
      description: 'How many of the most confidently wrong images to keep.',
    }),
    batchSize: Type.Integer({
      default: 256,
      minimum: 1,
      maximum: 65536,
      description: 'Images predicted at once; bounds memory.',
    }),
  },
  { additionalProperties: false, description: 'Judges a trained network on one split.' },
);
export type EvaluateSettings = Type.Static<typeof EvaluateSettings>;
