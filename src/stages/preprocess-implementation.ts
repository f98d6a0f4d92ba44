/**
 * What `preprocess` does: sets validation images aside, limits each split, works out the scaling. Pixels stay bytes;
 * augmentation is only written down here and done while training (`data/augmentation.ts`).
 */
import { RandomStream } from '../core/random.js';
import { formatCount } from '../core/format-units.js';
import { expected, ProblemError } from '../core/problem.js';
import { readDataset } from '../data/dataset-artifact.js';
import type { LabelledImages } from '../data/image-batch.js';
import { countClasses, pick, type SplitName } from '../data/labelled-images.js';
import { splitNames, writePreparedData, type Preparation } from '../data/prepared-data.js';
import { drawStratified } from '../data/stratified-split.js';
import type { PreprocessSettings } from './preprocess.schema.js';
import type { StageContext, StageImplementation } from './stage.js';

const everyPlace = (images: LabelledImages): Uint32Array =>
  Uint32Array.from({ length: images.count }, (_, i) => i);

export const preprocessImplementation: StageImplementation<PreprocessSettings> = {
  execute(context) {
    return Promise.resolve().then(() => {
      const { settings, seed, inputs } = context;
      const dataset = readDataset(inputs['dataset']!.folder);
      context.signal.throwIfAborted();
      const classes = dataset.classes.length;
      const labels = dataset.train.labels;
      const aside = Math.round(dataset.train.count * settings.validation);
      const { drawn, left } = drawStratified(
        labels,
        everyPlace(dataset.train),
        classes,
        aside,
        (label) => new RandomStream(seed, 'validation-split', label),
      );
      const limited = (split: SplitName, images: LabelledImages, places: Uint32Array): LabelledImages => {
        const limit = settings.limit[split];
        if (limit === undefined || limit >= places.length) return pick(images, places);
        const streamOf = (label: number) => new RandomStream(seed, 'limit', split, label);
        return pick(images, drawStratified(images.labels, places, classes, limit, streamOf).drawn);
      };
      const splits = {
        train: limited('train', dataset.train, left),
        validation: limited('validation', dataset.train, drawn),
        test: limited('test', dataset.test, everyPlace(dataset.test)),
      };
      if (splits.train.count === 0) refuseEmpty(context, dataset.train.count);

      const bySplit = <T>(value: (images: LabelledImages) => T): Record<SplitName, T> => ({
        train: value(splits.train),
        validation: value(splits.validation),
        test: value(splits.test),
      });
      const preparation: Preparation = {
        classes: dataset.classes,
        imageShape: dataset.train.shape,
        counts: bySplit((images) => images.count),
        classCounts: bySplit((images) => countClasses(images.labels, classes)),
        scaling: settings.scaling === 'unit' ? unitScaling : standardScaling(context, splits.train.pixels),
        augmentation: settings.augmentation ?? null,
      };
      writePreparedData(context.output, { ...splits, preparation });
      const counted = splitNames.map((split) => `${formatCount(splits[split].count)} ${split}`);
      return { note: `${counted.join(', ')} images` };
    });
  },
};

const unitScaling: Preparation['scaling'] = { kind: 'unit', scale: 1 / 255, offset: 0 };

/** Mean 0 and (population) standard deviation 1 over all pixels; exact, for it counts how often each byte stands. */
function standardScaling(
  context: StageContext<PreprocessSettings>,
  pixels: Uint8Array,
): Preparation['scaling'] {
  const counts = new Float64Array(256);
  for (const pixel of pixels) counts[pixel]!++;
  const mean = counts.reduce((sum, count, value) => sum + count * value, 0) / pixels.length;
  const variance = counts.reduce((sum, count, value) => sum + count * (value - mean) ** 2, 0) / pixels.length;
  if (variance === 0) {
    throw new ProblemError({
      code: 'constant-images',
      message: expected('the training images', 'of more than one brightness for standard scaling', mean),
      at: context.locate(['scaling']),
      fix: 'use scaling: unit',
    });
  }
  const scale = 1 / Math.sqrt(variance);
  return { kind: 'standard', scale, offset: -mean * scale };
}

function refuseEmpty(context: StageContext<PreprocessSettings>, count: number): never {
  throw new ProblemError({
    code: 'no-training-images',
    message: expected('the training split', 'of at least one image', `0 of ${count}`),
    at: context.locate(['validation']),
    fix: 'set a smaller share aside for validation',
  });
}
