/**
 * The factors of convolutions as matrices that are never laid out whole (im2col by the block): images in NHWC, filters
 * as [height, width, in, out]. Knows nothing of tfjs.
 */
import type { Operand } from './multiply.js';

/**
 * Where on the image an output place looks, along one axis: place o and filter element k look at
 * (o * stride + k * step + shift) / divisor, if that is a whole number on the image.
 */
export interface Axis {
  /** Places of the output. */
  readonly places: number;
  /** Elements of the filter. */
  readonly elements: number;
  /** Size of the image. */
  readonly size: number;
  readonly stride: number;
  readonly step: number;
  readonly shift: number;
  readonly divisor: number;
}

/** The place looked at, or -1 for none. */
function look({ stride, step, shift, divisor, size }: Axis, o: number, k: number): number {
  const at = o * stride + k * step + shift;
  if (at < 0 || at >= size * divisor) return -1;
  if (divisor === 1) return at;
  return at % divisor === 0 ? at / divisor : -1;
}

/** One row for each output place (image, y, x), one inner element for each of its patch (y, x, channel). */
export function patches(images: Float32Array, channels: number, yAxis: Axis, xAxis: Axis): Operand {
  const rowLength = xAxis.size * channels;
  const imageLength = yAxis.size * rowLength;
  const places = yAxis.places * xAxis.places;
  return {
    pack(target, rowFrom, rowCount, innerFrom, innerCount) {
      for (let r = 0; r < rowCount; r++) {
        const row = rowFrom + r;
        const image = Math.floor(row / places);
        const place = row - image * places;
        const oy = Math.floor(place / xAxis.places);
        const ox = place - oy * xAxis.places;
        let to = (r >> 2) * 4 * innerCount + (r & 3);
        let channel = innerFrom % channels;
        let element = (innerFrom - channel) / channels;
        for (let left = innerCount; left > 0; element++, channel = 0) {
          const run = Math.min(channels - channel, left);
          const ky = Math.floor(element / xAxis.elements);
          const y = look(yAxis, oy, ky);
          const x = y < 0 ? -1 : look(xAxis, ox, element - ky * xAxis.elements);
          let from = image * imageLength + y * rowLength + x * channels + channel;
          for (const end = to + 4 * run; to < end; to += 4, from++) target[to] = x < 0 ? 0 : images[from]!;
          left -= run;
        }
      }
    },
  };
}

/** The transpose of `patches`: one row for each element of the patch, one inner element for each output place. */
export function patchesTransposed(images: Float32Array, channels: number, yAxis: Axis, xAxis: Axis): Operand {
  const rowLength = xAxis.size * channels;
  const imageLength = yAxis.size * rowLength;
  const places = yAxis.places * xAxis.places;
  return {
    pack(target, rowFrom, rowCount, innerFrom, innerCount) {
      for (let r = 0; r < rowCount; r++) {
        const row = rowFrom + r;
        const channel = row % channels;
        const element = (row - channel) / channels;
        const ky = Math.floor(element / xAxis.elements);
        const kx = element - ky * xAxis.elements;
        let image = Math.floor(innerFrom / places);
        let oy = Math.floor((innerFrom - image * places) / xAxis.places);
        let ox = innerFrom - image * places - oy * xAxis.places;
        let to = (r >> 2) * 4 * innerCount + (r & 3);
        let y = look(yAxis, oy, ky);
        for (const end = to + 4 * innerCount; to < end; to += 4) {
          const x = y < 0 ? -1 : look(xAxis, ox, kx);
          target[to] = x < 0 ? 0 : images[image * imageLength + y * rowLength + x * channels + channel]!;
          if (++ox === xAxis.places) {
            ox = 0;
            if (++oy === yAxis.places) {
              oy = 0;
              image++;
            }
            y = look(yAxis, oy, ky);
          }
        }
      }
    },
  };
}

/** A filter with one row for each input channel, one inner element for each (y, x, output channel). */
export function filterByInput(filter: Float32Array, inputs: number, outputs: number): Operand {
  return {
    pack(target, rowFrom, rowCount, innerFrom, innerCount) {
      for (let r = 0; r < rowCount; r++) {
        let to = (r >> 2) * 4 * innerCount + (r & 3);
        let output = innerFrom % outputs;
        let element = (innerFrom - output) / outputs;
        for (let p = 0; p < innerCount; p++, to += 4) {
          target[to] = filter[(element * inputs + rowFrom + r) * outputs + output]!;
          if (++output === outputs) {
            output = 0;
            element++;
          }
        }
      }
    },
  };
}
