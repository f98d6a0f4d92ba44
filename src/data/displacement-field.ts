/**
 * Elastic deformation's displacements after P. Simard, D. Steinkraus and J. Platt, "Best Practices for Convolutional
 * Neural Networks Applied to Visual Document Analysis", ICDAR 2003: uniform noise in [-1, 1] at each pixel, smoothed by
 * a Gaussian of `sigma` pixels, multiplied by `alpha`; beyond the image there is none, so it fades towards the edge.
 *
 * Noise that is smoothed so much need not be drawn at each pixel: one number stands for a cell about `sigma` wide, as
 * large as the sum of its pixels' noise would be (the field's spread is the same to 1 in 10,000). Nor need the field be
 * summed up at each pixel: it is asked for at the knots of a coarse grid. Owns no image and draws no numbers.
 */
export interface ElasticSettings {
  readonly alpha: number;
  readonly sigma: number;
}

/** Beyond this many standard deviations the Gaussian's weights are left out: together they are under 0.3 %. */
const reach = 3;

/** Along one axis: the weight of each cell's noise at each knot, for the cells near enough to count. */
interface AxisWeights {
  readonly cells: number;
  readonly knots: number;
  /** Cells that count at a knot: `taps` of them from `first[knot]` on. */
  readonly taps: number;
  readonly first: Int32Array;
  readonly weights: Float64Array;
}

export class DisplacementField {
  /** Numbers that `evaluate` takes: one for each cell. */
  readonly draws: number;
  readonly #alpha: number;
  readonly #across: AxisWeights;
  readonly #down: AxisWeights;
  /** Noise smoothed downwards only, x and y in turn: knot rows × cell columns. */
  readonly #halfSmooth: Float64Array;

  /** @param spacing pixels between knots; the first lies on pixel 0. */
  constructor(
    { alpha, sigma }: ElasticSettings,
    [height, width]: readonly [number, number, ...number[]],
    spacing: number,
    [knotRows, knotColumns]: readonly [number, number],
  ) {
    // Of noise in 16 bits.
    this.#alpha = alpha / 32768;
    this.#across = axisWeights(width, sigma, spacing, knotColumns);
    this.#down = axisWeights(height, sigma, spacing, knotRows);
    this.draws = this.#across.cells * this.#down.cells;
    this.#halfSmooth = new Float64Array(knotRows * this.#across.cells * 2);
  }

  /**
   * Displacements at each knot, row by row, into `toX` and `toY`, in pixels.
   * @param bits random numbers, from `from` on; the halves of one are the noise of a cell in x and in y.
   */
  evaluate(bits: Int32Array, from: number, toX: Float64Array, toY: Float64Array): void {
    const alpha = this.#alpha;
    const half = this.#halfSmooth;
    const down = this.#down;
    const columns = this.#across.cells;
    for (let row = 0, at = 0; row < down.knots; row++) {
      const noise = from + down.first[row]! * columns;
      const weights = row * down.taps;
      for (let column = 0; column < columns; column++, at += 2) {
        let x = 0;
        let y = 0;
        for (let tap = 0; tap < down.taps; tap++) {
          const weight = down.weights[weights + tap]!;
          const drawn = bits[noise + tap * columns + column]!;
          x += weight * ((drawn << 16) >> 16);
          y += weight * (drawn >> 16);
        }
        half[at] = alpha * x;
        half[at + 1] = alpha * y;
      }
    }
    const { knots, taps, first, weights } = this.#across;
    for (let row = 0, at = 0; row < down.knots; row++) {
      for (let knot = 0; knot < knots; knot++, at++) {
        const start = (row * columns + first[knot]!) * 2;
        let x = 0;
        let y = 0;
        for (let tap = 0; tap < taps; tap++) {
          const weight = weights[knot * taps + tap]!;
          x += weight * half[start + 2 * tap]!;
          y += weight * half[start + 2 * tap + 1]!;
        }
        toX[at] = x;
        toY[at] = y;
      }
    }
  }
}

function axisWeights(size: number, sigma: number, spacing: number, knots: number): AxisWeights {
  // No wider than sigma, where Gaussians side by side add up evenly; no narrower than the pixels that Simard draws for.
  const cells = Math.min(size, Math.ceil(size / sigma));
  const width = size / cells;
  const taps = Math.min(cells, 2 * Math.ceil((reach * sigma) / width) + 1);
  const first = new Int32Array(knots);
  const weights = new Float64Array(knots * taps);
  // Independent noise adds up as the square root of its number.
  const factor = Math.sqrt(width) / (Math.sqrt(2 * Math.PI) * sigma);
  for (let knot = 0; knot < knots; knot++) {
    const place = (knot * spacing + 0.5) / width - 0.5;
    first[knot] = Math.min(cells - taps, Math.max(0, Math.round(place) - (taps >> 1)));
    for (let tap = 0; tap < taps; tap++) {
      const distance = ((first[knot]! + tap - place) * width) / sigma;
      weights[knot * taps + tap] = factor * Math.exp(-(distance ** 2) / 2);
    }
  }
  return { cells, knots, taps, first, weights };
}
