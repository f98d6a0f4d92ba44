/**
 * Images a second of one core that the distortion of training images makes, setting by setting, on real digits drawn by
 * Assay. Processor time, so that other programs disturb little; the fastest of several rounds.
 *   node bench/augmentation.mjs
 */
import { Augmenter } from '../dist/data/augmentation.js';
import { syntheticDigits } from '../dist/data/synthetic-digits.js';

const rounds = 7;
const count = 5000;
const nothing = () => undefined;
const { train } = await syntheticDigits({ train: count, test: 1 }).load({
  seed: 1,
  signal: new globalThis.AbortController().signal,
  onProgress: nothing,
  onWarning: nothing,
});
const bytes = train.shape.reduce((product, side) => product * side);
const target = new Uint8Array(128 * bytes);

function microseconds(settings) {
  const augmenter = new Augmenter(settings, train.shape, 1);
  let best = Infinity;
  for (let round = 0; round <= rounds; round++) {
    const before = process.cpuUsage();
    for (let index = 0; index < count; index++)
      augmenter.distort(train.pixels, index * bytes, target, (index % 128) * bytes, round, index);
    const { user, system } = process.cpuUsage(before);
    if (round > 0) best = Math.min(best, (user + system) / count);
  }
  return best;
}

const affine = { shift: 2, rotate: 10, zoom: 0.1, stretch: 0.1, shear: 10 };
const settings = {
  shift: { shift: 2 },
  affine,
  elastic: { elastic: { alpha: 34, sigma: 4 } },
  'affine, elastic': { ...affine, elastic: { alpha: 34, sigma: 4 } },
  'affine, elastic, erase': { ...affine, elastic: { alpha: 34, sigma: 4 }, erase: 6 },
  'elastic of sigma 2': { elastic: { alpha: 12, sigma: 2 } },
  'elastic of sigma 8': { elastic: { alpha: 100, sigma: 8 } },
};
const results = Object.entries(settings).map(([name, wanted]) => {
  const time = microseconds(wanted);
  return { name, microsecondsPerImage: Number(time.toFixed(2)), imagesPerSecond: Math.round(1e6 / time) };
});
console.log(JSON.stringify({ rounds, count, shape: train.shape, results }, null, 2));
