/**
 * Distorting training images: shift, rotation, zoom and elastic deformation in one resampling. What an image looks like
 * in an epoch depends on the seed, the epoch and the image's index alone. Works on bytes; knows nothing of batches.
 *
 * Elastic deformation after P. Simard, D. Steinkraus and J. Platt, "Best Practices for Convolutional Neural Networks
 * Applied to Visual Document Analysis", ICDAR 2003: a field of uniform random displacements in [-1, 1], smoothed by a
 * Gaussian of `sigma` pixels whose weights sum to 1, multiplied by `alpha`.
 */
import { RandomStream } from '../core/random.js';
import type { ImageShape } from './image-batch.js';

/** Each absent setting leaves its distortion out. */
export interface AugmentationSettings {
  /** Moved by up to this many pixels, each way. */
  readonly shift?: number | undefined;
  /** Turned by up to this many degrees, either way. */
  readonly rotate?: number | undefined;
  /** Enlarged or shrunk by up to this fraction: 0.1 is 90 % to 110 %. */
  readonly zoom?: number | undefined;
  /** `alpha` (pixels, before smoothing) is the strength, `sigma` (pixels) the smoothness. Simard's: 34 and 4. */
  readonly elastic?: { readonly alpha: number; readonly sigma: number } | undefined;
}

/** Beyond this many standard deviations the Gaussian's weights are left out: together they are under 0.3 %. */
const kernelReach = 3;

export class Augmenter {
  readonly #settings: AugmentationSettings;
  readonly #shape: ImageShape;
  readonly #seed: number;
  readonly #kernel: Float64Array | undefined;
  /** Displacements in pixels, x and y in turn for each pixel; and room for smoothing. */
  readonly #field: Float64Array;
  readonly #smoothed: Float64Array;

  constructor(settings: AugmentationSettings, shape: ImageShape, seed: number) {
    this.#settings = settings;
    this.#shape = shape;
    this.#seed = seed;
    const elastic =
      settings.elastic !== undefined && settings.elastic.alpha > 0 ? settings.elastic : undefined;
    this.#kernel = elastic === undefined ? undefined : gaussianKernel(elastic.sigma);
    const cells = elastic === undefined ? 0 : shape[0] * shape[1] * 2;
    this.#field = new Float64Array(cells);
    this.#smoothed = new Float64Array(cells);
  }

  /**
   * Draws one image anew.
   * @param source holds the image at `sourceStart`; `target` gets it at `targetStart`. They must not overlap.
   * @param epoch from 0; @param index the image's place in the data set.
   */
  distort(
    source: Uint8Array,
    sourceStart: number,
    target: Uint8Array,
    targetStart: number,
    epoch: number,
    index: number,
  ): void {
    const random = new RandomStream(this.#seed, 'augmentation', epoch, index);
    const { shift = 0, rotate = 0, zoom = 0, elastic } = this.#settings;
    const [height, width, channels] = this.#shape;
    // Every number is drawn, needed or not, so that switching one distortion off leaves the others as they were.
    const angle = (random.uniform(-rotate, rotate) * Math.PI) / 180;
    const scale = 1 / (1 + random.uniform(-zoom, zoom));
    const shiftX = random.uniform(-shift, shift);
    const shiftY = random.uniform(-shift, shift);
    if (this.#kernel !== undefined && elastic !== undefined)
      this.#drawField(random, this.#kernel, elastic.alpha);
    const field = this.#kernel === undefined ? undefined : this.#field;

    // For each pixel of the target, where in the source it comes from: the inverse of shift ∘ zoom ∘ rotation about
    // the centre. Outside the image its edge goes on, so that any background stays what it is.
    const cos = Math.cos(angle) * scale;
    const sin = Math.sin(angle) * scale;
    const centreX = (width - 1) / 2;
    const centreY = (height - 1) / 2;
    const maxX = width - 1;
    const maxY = height - 1;
    const row = width * channels;
    let at = targetStart;
    for (let y = 0; y < height; y++) {
      const dy = y - centreY - shiftY;
      for (let x = 0; x < width; x++) {
        const dx = x - centreX - shiftX;
        let sx = cos * dx + sin * dy + centreX;
        let sy = cos * dy - sin * dx + centreY;
        if (field !== undefined) {
          const cell = (y * width + x) * 2;
          sx += field[cell]!;
          sy += field[cell + 1]!;
        }
        sx = sx < 0 ? 0 : sx > maxX ? maxX : sx;
        sy = sy < 0 ? 0 : sy > maxY ? maxY : sy;
        const left = sx | 0;
        const top = sy | 0;
        const fx = sx - left;
        const fy = sy - top;
        const a = sourceStart + top * row + left * channels;
        const right = left < maxX ? channels : 0;
        const below = top < maxY ? row : 0;
        for (let c = 0; c < channels; c++) {
          const upper = source[a + c]! * (1 - fx) + source[a + right + c]! * fx;
          const lower = source[a + below + c]! * (1 - fx) + source[a + below + right + c]! * fx;
          target[at++] = upper * (1 - fy) + lower * fy + 0.5;
        }
      }
    }
  }

  #drawField(random: RandomStream, kernel: Float64Array, alpha: number): void {
    const [height, width] = this.#shape;
    const field = this.#field;
    for (let i = 0; i < field.length; i += 2) {
      // One draw of 32 bits makes both displacements of a pixel.
      const bits = random.uint32();
      field[i] = alpha * ((bits & 0xffff) / 32767.5 - 1);
      field[i + 1] = alpha * ((bits >>> 16) / 32767.5 - 1);
    }
    smoothRows(field, this.#smoothed, kernel, height, width * 2);
    smoothColumns(this.#smoothed, field, kernel, height, width);
  }
}

function gaussianKernel(sigma: number): Float64Array {
  const reach = Math.ceil(kernelReach * sigma);
  const kernel = Float64Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-((i - reach) ** 2) / (2 * sigma * sigma)),
  );
  const sum = kernel.reduce((total, weight) => total + weight, 0);
  return kernel.map((weight) => weight / sum);
}

/** Convolves along y; beyond the image the field is zero, so displacements fade towards its edge. */
function smoothRows(
  from: Float64Array,
  to: Float64Array,
  kernel: Float64Array,
  height: number,
  rowLength: number,
): void {
  const reach = (kernel.length - 1) / 2;
  to.fill(0);
  for (let y = 0; y < height; y++) {
    const end = Math.min(height - 1, y + reach);
    for (let other = Math.max(0, y - reach); other <= end; other++) {
      const weight = kernel[other - y + reach]!;
      const source = other * rowLength;
      const target = y * rowLength;
      for (let i = 0; i < rowLength; i++) to[target + i]! += weight * from[source + i]!;
    }
  }
}

/** Convolves along x both displacements of each pixel. */
function smoothColumns(
  from: Float64Array,
  to: Float64Array,
  kernel: Float64Array,
  height: number,
  width: number,
): void {
  const reach = (kernel.length - 1) / 2;
  for (let y = 0; y < height; y++) {
    const row = y * width;
    for (let x = 0; x < width; x++) {
      const end = Math.min(width - 1, x + reach);
      let sumX = 0;
      let sumY = 0;
      for (let other = Math.max(0, x - reach); other <= end; other++) {
        const weight = kernel[other - x + reach]!;
        sumX += weight * from[(row + other) * 2]!;
        sumY += weight * from[(row + other) * 2 + 1]!;
      }
      to[(row + x) * 2] = sumX;
      to[(row + x) * 2 + 1] = sumY;
    }
  }
}
