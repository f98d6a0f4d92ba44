/**
 * Distorting training images: shift, rotation, zoom, stretch, shear and elastic deformation in one resampling, then
 * erasing. What an image looks like in an epoch depends on the seed, the epoch and the image's index alone. Works on
 * bytes; knows nothing of batches.
 */
import { IndexedRandom } from '../core/indexed-random.js';
import { DisplacementField, type ElasticSettings } from './displacement-field.js';
import type { ImageShape } from './image-batch.js';
import { ImageWarp } from './image-warp.js';

/** Each absent setting leaves its distortion out. */
export interface AugmentationSettings {
  /** Moved by up to this many pixels, each way. */
  readonly shift?: number | undefined;
  /** Turned by up to this many degrees, either way. */
  readonly rotate?: number | undefined;
  /** Enlarged or shrunk by up to this fraction: 0.1 is 90 % to 110 %. */
  readonly zoom?: number | undefined;
  /** Widened or narrowed by up to this fraction, the height staying. */
  readonly stretch?: number | undefined;
  /** Leant by up to this many degrees, either way. */
  readonly shear?: number | undefined;
  /** `alpha` (pixels, before smoothing) is the strength, `sigma` (pixels) the smoothness. Simard's: 34 and 4. */
  readonly elastic?: ElasticSettings | undefined;
  /** A square of up to this many pixels a side, anywhere, takes the colour of the top left corner. */
  readonly erase?: number | undefined;
}

/** Which of an image's random numbers is whose. All are there, so that one distortion never shifts another's. */
const drawn = {
  rotate: 0,
  zoom: 1,
  shiftX: 2,
  shiftY: 3,
  stretch: 4,
  shear: 5,
  eraseSide: 6,
  eraseX: 7,
  eraseY: 8,
} as const;
const fieldStart = 9;

const radians = Math.PI / 180;

export class Augmenter {
  readonly #settings: AugmentationSettings;
  readonly #shape: ImageShape;
  readonly #seed: number;
  readonly #warp: ImageWarp;
  readonly #field: DisplacementField | undefined;
  /** Displacements at the knots; all 0 without elastic deformation. */
  readonly #fieldX: Float64Array;
  readonly #fieldY: Float64Array;
  readonly #bits: Int32Array;
  #random: IndexedRandom | undefined;
  #epoch = -1;

  constructor(settings: AugmentationSettings, shape: ImageShape, seed: number) {
    this.#settings = settings;
    this.#shape = shape;
    this.#seed = seed;
    const elastic =
      settings.elastic !== undefined && settings.elastic.alpha > 0 ? settings.elastic : undefined;
    // Knots as far apart as the field is smooth: straight lines between them are off by a tenth of a pixel.
    this.#warp = new ImageWarp(shape, elastic?.sigma ?? Infinity);
    const { spacing, knotRows, knotColumns } = this.#warp;
    if (elastic !== undefined)
      this.#field = new DisplacementField(elastic, shape, spacing, [knotRows, knotColumns]);
    this.#fieldX = new Float64Array(knotRows * knotColumns);
    this.#fieldY = new Float64Array(knotRows * knotColumns);
    this.#bits = new Int32Array(fieldStart + (this.#field?.draws ?? 0));
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
    if (this.#random === undefined || epoch !== this.#epoch) {
      this.#random = new IndexedRandom(this.#seed, 'augmentation', epoch);
      this.#epoch = epoch;
    }
    this.#random.fill(index, this.#bits);
    this.#field?.evaluate(this.#bits, fieldStart, this.#fieldX, this.#fieldY);
    this.#placeKnots();
    this.#warp.draw(source, sourceStart, target, targetStart);
    if (this.#settings.erase !== undefined) this.#erase(this.#settings.erase, target, targetStart);
  }

  /** Uniform on [-most, most). */
  #either(which: number, most = 0): number {
    return (this.#bits[which]! / 0x80000000) * most;
  }

  /** Where each knot comes from: the inverse of shift ∘ zoom ∘ rotation ∘ shear ∘ stretch about the centre. */
  #placeKnots(): void {
    const { shift, rotate, zoom, stretch, shear } = this.#settings;
    const [height, width] = this.#shape;
    const angle = this.#either(drawn.rotate, rotate) * radians;
    const scale = 1 / (1 + this.#either(drawn.zoom, zoom));
    const lean = Math.tan(this.#either(drawn.shear, shear) * radians);
    const narrow = 1 / (1 + this.#either(drawn.stretch, stretch));
    const cos = Math.cos(angle) * scale;
    const sin = Math.sin(angle) * scale;
    const xToX = narrow * (cos - lean * sin);
    const yToX = narrow * (sin + lean * cos);
    const centreX = (width - 1) / 2;
    const centreY = (height - 1) / 2;
    const left = -centreX - this.#either(drawn.shiftX, shift);
    const top = -centreY - this.#either(drawn.shiftY, shift);
    const warp = this.#warp;
    const { spacing, knotRows, knotColumns } = warp;
    for (let row = 0, knot = 0; row < knotRows; row++) {
      const dy = row * spacing + top;
      for (let column = 0; column < knotColumns; column++, knot++) {
        const dx = column * spacing + left;
        const x = xToX * dx + yToX * dy + centreX + this.#fieldX[knot]!;
        const y = cos * dy - sin * dx + centreY + this.#fieldY[knot]!;
        warp.set(knot, x, y);
      }
    }
  }

  /** The square's middle lies anywhere in the image, so that its border is erased as often as its middle. */
  #erase(most: number, target: Uint8Array, start: number): void {
    const [height, width, channels] = this.#shape;
    const below = (which: number, limit: number): number =>
      Math.floor(((this.#bits[which]! >>> 0) / 0x100000000) * limit);
    const side = below(drawn.eraseSide, most + 1);
    const left = below(drawn.eraseX, width) - (side >> 1);
    const top = below(drawn.eraseY, height) - (side >> 1);
    const corner = target.slice(start, start + channels);
    for (let y = Math.max(0, top); y < Math.min(height, top + side); y++) {
      for (let x = Math.max(0, left); x < Math.min(width, left + side); x++)
        target.set(corner, start + (y * width + x) * channels);
    }
  }
}
