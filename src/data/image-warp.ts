/**
 * Draws an image anew where each pixel comes from another place: the places are told at the knots of a coarse grid and
 * interpolated in between, then each pixel is interpolated between its four neighbours. Whole numbers with 16 bits after
 * the point throughout, since this runs for every pixel of every training image. Owns no settings: `augmentation.ts`
 * says where pixels come from.
 */
import type { ImageShape } from './image-batch.js';

const one = 65536;
/** Coordinates are held to this many pixels from the image's corner, so that differences fit 32 bits. */
const farthest = 16383;

export class ImageWarp {
  /** Pixels between knots, a power of two; the first knot lies on pixel (0, 0), the last on or beyond the last one. */
  readonly spacing: number;
  readonly knotRows: number;
  readonly knotColumns: number;
  readonly #shape: ImageShape;
  readonly #shift: number;
  readonly #x: Int32Array;
  readonly #y: Int32Array;
  /** Source coordinates at the knots of the row of pixels under way, and their change from row to row. */
  readonly #rowX: Int32Array;
  readonly #rowY: Int32Array;
  readonly #stepX: Int32Array;
  readonly #stepY: Int32Array;

  /** @param mostSpacing pixels between knots at most; infinite where the map is affine, for which corners are enough. */
  constructor(shape: ImageShape, mostSpacing: number) {
    const [height, width] = shape;
    this.#shape = shape;
    let shift = 0;
    while (2 << shift <= mostSpacing && 1 << shift < Math.max(height, width) - 1) shift++;
    this.#shift = shift;
    this.spacing = 1 << shift;
    this.knotRows = Math.ceil((height - 1) / this.spacing) + 1;
    this.knotColumns = Math.ceil((width - 1) / this.spacing) + 1;
    this.#x = new Int32Array(this.knotRows * this.knotColumns);
    this.#y = new Int32Array(this.knotRows * this.knotColumns);
    [this.#rowX, this.#rowY] = [new Int32Array(this.knotColumns), new Int32Array(this.knotColumns)];
    [this.#stepX, this.#stepY] = [new Int32Array(this.knotColumns), new Int32Array(this.knotColumns)];
  }

  /** Says where in the source the knot's pixel comes from. */
  set(knot: number, x: number, y: number): void {
    this.#x[knot] = one * Math.max(-farthest, Math.min(farthest, x));
    this.#y[knot] = one * Math.max(-farthest, Math.min(farthest, y));
  }

  /** Outside the source its edge goes on, so that any background stays what it is. */
  draw(source: Uint8Array, sourceStart: number, target: Uint8Array, targetStart: number): void {
    const [height, width, channels] = this.#shape;
    const row = width * channels;
    const { spacing } = this;
    const rowX = this.#rowX;
    const rowY = this.#rowY;
    const shift = this.#shift;
    const last = this.knotColumns - 1;
    const maxX = (width - 1) * one;
    const maxY = (height - 1) * one;
    let at = targetStart;
    for (let y = 0; y < height; y++) {
      this.#toRow(y);
      for (let knot = 0, x = 0; x < width; knot++) {
        const next = knot < last ? knot + 1 : knot;
        let sx = rowX[knot]!;
        let sy = rowY[knot]!;
        const dx = (rowX[next]! - sx) >> shift;
        const dy = (rowY[next]! - sy) >> shift;
        const end = Math.min(width, x + spacing);
        if (channels === 1) {
          // What follows, for the images that there are most of: a third faster without the innermost loop.
          for (; x < end; x++, sx += dx, sy += dy) {
            const cx = sx < 0 ? 0 : sx > maxX ? maxX : sx;
            const cy = sy < 0 ? 0 : sy > maxY ? maxY : sy;
            const right = cx < maxX ? 1 : 0;
            const below = cy < maxY ? row : 0;
            const a = sourceStart + (cy >> 16) * row + (cx >> 16);
            const fx = (cx >> 8) & 255;
            const topLeft = source[a]!;
            const bottomLeft = source[a + below]!;
            const upper = (topLeft << 8) + (source[a + right]! - topLeft) * fx;
            const lower = (bottomLeft << 8) + (source[a + below + right]! - bottomLeft) * fx;
            target[at++] = ((upper << 8) + (lower - upper) * ((cy >> 8) & 255) + 32768) >> 16;
          }
          continue;
        }
        for (; x < end; x++, sx += dx, sy += dy) {
          const cx = sx < 0 ? 0 : sx > maxX ? maxX : sx;
          const cy = sy < 0 ? 0 : sy > maxY ? maxY : sy;
          const fx = (cx >> 8) & 255;
          const fy = (cy >> 8) & 255;
          const right = cx < maxX ? channels : 0;
          const below = cy < maxY ? row : 0;
          let a = sourceStart + (cy >> 16) * row + (cx >> 16) * channels;
          for (let c = 0; c < channels; c++, a++) {
            const upper = source[a]! * (256 - fx) + source[a + right]! * fx;
            const lower = source[a + below]! * (256 - fx) + source[a + below + right]! * fx;
            target[at++] = (upper * (256 - fy) + lower * fy + 32768) >> 16;
          }
        }
      }
    }
  }

  /** Brings the row's coordinates from the pixels above to those of row `y`. Rows come in order. */
  #toRow(y: number): void {
    const rowX = this.#rowX;
    const rowY = this.#rowY;
    const stepX = this.#stepX;
    const stepY = this.#stepY;
    const columns = this.knotColumns;
    if ((y & (this.spacing - 1)) !== 0) {
      for (let knot = 0; knot < columns; knot++) {
        rowX[knot]! += stepX[knot]!;
        rowY[knot]! += stepY[knot]!;
      }
      return;
    }
    const knotX = this.#x;
    const knotY = this.#y;
    const shift = this.#shift;
    const above = (y >> shift) * columns;
    const below = (y >> shift) + 1 < this.knotRows ? above + columns : above;
    for (let knot = 0; knot < columns; knot++) {
      rowX[knot] = knotX[above + knot]!;
      rowY[knot] = knotY[above + knot]!;
      stepX[knot] = (knotX[below + knot]! - rowX[knot]!) >> shift;
      stepY[knot] = (knotY[below + knot]! - rowY[knot]!) >> shift;
    }
  }
}
