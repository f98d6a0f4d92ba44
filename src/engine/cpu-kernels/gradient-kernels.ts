/**
 * Gradients that tfjs 4.22 gets wrong on its plain JavaScript backend. Of average pooling: at the borders it divides by the
 * whole window, where the forward kernel divided by what of it lies inside. Of resizing to the nearest pixel: from the
 * second image on it reads the wrong places. Of bilinear resizing: height and width change places. All three are linear, so
 * each number of the input gets back what it was multiplied by. Summed in double precision, rounded once.
 */
import { tf } from '../../models/tfjs.js';
import { makeTensor, valuesOf, type KernelArguments } from './tensor-access.js';

type Shape4 = [batch: number, height: number, width: number, depth: number];

/** What a kernel needs of its call, however the images are called in it. */
function open({ inputs, backend }: KernelArguments, images: string) {
  const [x, dy] = [inputs[images]!, inputs['dy']!];
  const shape = x.shape as Shape4;
  const sums = new Float64Array(shape.reduce((product, side) => product * side, 1));
  return {
    shape,
    outShape: dy.shape as Shape4,
    dy: valuesOf(backend, dy),
    sums,
    close: () => makeTensor(backend, shape, Float32Array.from(sums)),
  };
}

export function averagePoolGradient(call: KernelArguments): tf.TensorInfo {
  const { shape, outShape, dy, sums, close } = open(call, 'input');
  const { filterSize, strides, pad } = call.attrs as {
    filterSize: [number, number];
    strides: [number, number];
    pad: 'valid' | 'same' | number;
  };
  const pool = tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad);
  const [batch, height, width, depth] = shape;
  const [, rows, columns] = outShape;
  for (let b = 0, at = 0; b < batch; b++) {
    for (let row = 0; row < rows; row++) {
      const top = row * pool.strideHeight - pool.padInfo.top;
      const [fromRow, toRow] = [Math.max(0, top), Math.min(height, top + pool.filterHeight)];
      for (let column = 0; column < columns; column++, at += depth) {
        const left = column * pool.strideWidth - pool.padInfo.left;
        const [fromColumn, toColumn] = [Math.max(0, left), Math.min(width, left + pool.filterWidth)];
        const count = (toRow - fromRow) * (toColumn - fromColumn);
        for (let r = fromRow; r < toRow; r++) {
          for (let c = fromColumn; c < toColumn; c++) {
            const to = ((b * height + r) * width + c) * depth;
            for (let d = 0; d < depth; d++) sums[to + d]! += dy[at + d]! / count;
          }
        }
      }
    }
  }
  return close();
}

/** Pixels of the input that one of the output is made of, along one side: the one and the other, and the other's share. */
interface Source {
  readonly first: number;
  readonly second: number;
  readonly share: number;
}

/** As the forward kernels have it. */
function sources(from: number, to: number, alignCorners: boolean, nearest: boolean): readonly Source[] {
  const corners = alignCorners && to > 1 ? 1 : 0;
  const scale = (from - corners) / (to - corners);
  return Array.from({ length: to }, (_, i) => {
    const place = i * scale;
    if (nearest) {
      const only = Math.min(from - 1, alignCorners ? Math.round(place) : Math.floor(place));
      return { first: only, second: only, share: 0 };
    }
    const first = Math.floor(place);
    return { first, second: Math.min(from - 1, Math.ceil(place)), share: place - first };
  });
}

function resizeGradient(call: KernelArguments, nearest: boolean): tf.TensorInfo | undefined {
  const { alignCorners, halfPixelCenters } = call.attrs as Record<string, boolean | undefined>;
  // tfjs has no gradient for these either; tf.layers never asks for them.
  if (halfPixelCenters === true) return undefined;
  const { shape, outShape, dy, sums, close } = open(call, 'images');
  const [batch, height, width, depth] = shape;
  const rows = sources(height, outShape[1], alignCorners === true, nearest);
  const columns = sources(width, outShape[2], alignCorners === true, nearest);
  let at = 0;
  const add = (row: number, column: number, share: number): void => {
    if (share === 0) return;
    for (let d = 0, to = (row * width + column) * depth; d < depth; d++) sums[to + d]! += dy[at + d]! * share;
  };
  for (let b = 0; b < batch; b++) {
    for (const row of rows) {
      const [first, second] = [b * height + row.first, b * height + row.second];
      for (const column of columns) {
        add(first, column.first, (1 - row.share) * (1 - column.share));
        add(first, column.second, (1 - row.share) * column.share);
        add(second, column.first, row.share * (1 - column.share));
        add(second, column.second, row.share * column.share);
        at += depth;
      }
    }
  }
  return close();
}

export const nearestGradient = (call: KernelArguments): tf.TensorInfo | undefined =>
  resizeGradient(call, true);
export const bilinearGradient = (call: KernelArguments): tf.TensorInfo | undefined =>
  resizeGradient(call, false);
