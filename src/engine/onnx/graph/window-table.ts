/** Makes and turns round the tables of windows that `operators/macro.ts` explains. Knows geometry, no graph. */
import type { WindowTable } from './operators/macro.js';

/** A window over an image: sides vertical before horizontal. */
export interface WindowGeometry {
  readonly input: readonly [number, number];
  readonly output: readonly [number, number];
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  /** Rows of zeros above, columns of zeros to the left; below and to the right as many as the output needs. */
  readonly before: readonly [number, number];
}

export function windowTable({
  input,
  output,
  kernel,
  strides,
  dilations,
  before,
}: WindowGeometry): WindowTable {
  const [kh, kw] = kernel;
  const window = kh * kw;
  const rows = new Int32Array(output[0] * output[1] * window);
  let at = 0;
  for (let oy = 0; oy < output[0]; oy++) {
    for (let ox = 0; ox < output[1]; ox++) {
      for (let ky = 0; ky < kh; ky++) {
        const y = oy * strides[0] - before[0] + ky * dilations[0];
        for (let kx = 0; kx < kw; kx++) {
          const x = ox * strides[1] - before[1] + kx * dilations[1];
          const inside = y >= 0 && y < input[0] && x >= 0 && x < input[1];
          rows[at++] = inside ? y * input[1] + x : -1;
        }
      }
    }
  }
  return { rows, window, places: output };
}

/**
 * The table by which the gradient goes back: element j of the window at input place q is the output place whose window
 * has q as its element j, of which there is at most one.
 */
export function turnRound(
  { rows, window }: WindowTable,
  inputPlaces: readonly [number, number],
): WindowTable {
  const turned = new Int32Array(inputPlaces[0] * inputPlaces[1] * window).fill(-1);
  rows.forEach((row, i) => {
    if (row < 0) return;
    const at = row * window + (i % window);
    if (turned[at] !== -1) throw new Error('two windows look at one row by the same element');
    turned[at] = Math.floor(i / window);
  });
  return { rows: turned, window, places: inputPlaces };
}
