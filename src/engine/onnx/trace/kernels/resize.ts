/** tfjs kernels that make images larger or smaller, and their gradients: products with matrices that shapes alone decide. */
import type { Shape, Value } from '../../graph/graph.js';
import { matMul } from '../../graph/operators/linear.js';
import { reshape } from '../../graph/operators/shape.js';
import type { KernelCall, Lowerings } from '../lowering.js';

type Four = [number, number, number, number];

/** Resizing along one axis is a product with a matrix of shares, whichever way of interpolating. */
function resizeMatrix(from: number, to: number, attrs: ResizeAttributes, bilinear: boolean): Float32Array {
  const { alignCorners, halfPixelCenters } = attrs;
  const scale = alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to;
  const matrix = new Float32Array(to * from);
  for (let i = 0; i < to; i++) {
    const at = halfPixelCenters ? (i + 0.5) * scale - (bilinear ? 0.5 : 0) : i * scale;
    if (bilinear) {
      const low = Math.max(0, Math.floor(at));
      const high = Math.min(from - 1, Math.ceil(at));
      const share = at - low;
      matrix[i * from + low]! += 1 - share;
      matrix[i * from + high]! += share;
    } else {
      const nearest = alignCorners ? Math.round(at) : Math.floor(at);
      matrix[i * from + Math.max(0, Math.min(from - 1, nearest))]! += 1;
    }
  }
  return matrix;
}

interface ResizeAttributes {
  readonly alignCorners: boolean;
  readonly halfPixelCenters?: boolean;
}

/** x [n, h, w, c] resized to [n, H, W, c], or with `back` a gradient the other way: rows, then columns. */
function resize(
  call: KernelCall,
  x: Value,
  small: Shape,
  large: readonly [number, number],
  bilinear: boolean,
  back: boolean,
): Value {
  const { b } = call;
  const attrs = call.attrs as unknown as ResizeAttributes;
  const matrix = (from: number, to: number): Value => {
    const values = resizeMatrix(from, to, attrs, bilinear);
    if (!back) return b.constant(values, [to, from], 'float32');
    const turned = values.map((_, i) => values[(i % to) * from + Math.floor(i / to)]!);
    return b.constant(turned, [from, to], 'float32');
  };
  const [, h, w, c] = small as Four;
  const n = x.shape[0]!;
  const [toH, toW] = back ? [h, w] : large;
  const rows = matMul(b, matrix(h, large[0]), reshape(b, x, [n, x.shape[1]!, x.shape[2]! * c]));
  const columns = matMul(b, matrix(w, large[1]), reshape(b, rows, [n * toH, x.shape[2]!, c]));
  return reshape(b, columns, [n, toH, toW, c]);
}

const resizeForward =
  (bilinear: boolean) =>
  (call: KernelCall): Value => {
    const images = call.input('images');
    return resize(call, images, images.shape, call.attrs['size'] as [number, number], bilinear, false);
  };
const resizeBackward =
  (bilinear: boolean) =>
  (call: KernelCall): Value => {
    const [images, dy] = [call.input('images'), call.input('dy')];
    return resize(call, dy, images.shape, [dy.shape[1]!, dy.shape[2]!], bilinear, true);
  };

export const resizeKernels: Lowerings = {
  ResizeBilinear: resizeForward(true),
  ResizeBilinearGrad: resizeBackward(true),
  ResizeNearestNeighbor: resizeForward(false),
  ResizeNearestNeighborGrad: resizeBackward(false),
};
