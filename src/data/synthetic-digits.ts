/**
 * The data set `synthetic-digits`: 28×28 digits drawn from a seed, with no download. Each image depends on the seed,
 * its split and its place alone. How a digit is drawn is `synthetic/digit-artist.ts`'s business.
 */
import { permutation, RandomStream } from '../core/random.js';
import type { Dataset, DatasetRequest, DatasetSource } from './dataset-source.js';
import type { LabelledImages } from './image-batch.js';
import { DigitArtist, digitSize } from './synthetic/digit-artist.js';

export interface SyntheticDigitsOptions {
  /** Images in each split; every class has as many, but for the remainder of a division by 10. */
  readonly train: number;
  readonly test: number;
}

/** Raised whenever the same seed would draw other images. */
const generatorVersion = 1;
/** Images drawn between two looks at the signal. */
const imagesAtOnce = 1000;

/** The data set `synthetic-digits`. */
export function syntheticDigits(options: SyntheticDigitsOptions): DatasetSource {
  return { name: 'synthetic-digits', load: (request) => drawDataset(options, request) };
}

async function drawDataset(
  { train, test }: SyntheticDigitsOptions,
  request: DatasetRequest,
): Promise<Dataset> {
  const total = train + test;
  const artist = new DigitArtist();
  let done = 0;
  const drawSplit = async (split: 'train' | 'test', count: number): Promise<LabelledImages> => {
    const size = digitSize * digitSize;
    const pixels = new Uint8Array(count * size);
    const labels = Int32Array.from(
      permutation(count, new RandomStream(request.seed, 'synthetic-digits', split)),
      (place) => place % 10,
    );
    for (let i = 0; i < count; i++) {
      if (i % imagesAtOnce === 0) {
        // Lets a Ctrl-C through.
        await new Promise((resolve) => setImmediate(resolve));
        request.signal.throwIfAborted();
        request.onProgress({ done, total, unit: 'images' });
      }
      artist.draw(labels[i]!, new RandomStream(request.seed, 'synthetic-digits', split, i), pixels, i * size);
      done++;
    }
    return { count, shape: [digitSize, digitSize, 1], pixels, labels };
  };
  const images = { train: await drawSplit('train', train), test: await drawSplit('test', test) };
  request.onProgress({ done, total, unit: 'images' });
  return {
    ...images,
    classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
    source: {
      kind: 'generated',
      generator: 'synthetic-digits',
      version: generatorVersion,
      seed: request.seed,
      train,
      test,
    },
  };
}
