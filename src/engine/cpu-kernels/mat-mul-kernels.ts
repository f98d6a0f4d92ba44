/** tfjs's matrix products (BatchMatMul, _FusedMatMul) by `multiply.ts`. Float32 only; the rest stays tfjs's. */
import { tf } from '../../models/tfjs.js';
import { canFuse, fusedTail } from './fused-tail.js';
import { multiply, strided } from './multiply.js';
import { makeTensor, sizeOf, valuesOf, type KernelArguments } from './tensor-access.js';

interface Product {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export function batchMatMul(call: KernelArguments): tf.TensorInfo | undefined {
  if (!isFloat(call)) return undefined;
  const { shape, values } = product(call);
  return makeTensor(call.backend, shape, values);
}

export function fusedMatMul(call: KernelArguments): tf.TensorInfo | undefined {
  if (!isFloat(call) || !canFuse(call)) return undefined;
  const { shape, values } = product(call);
  return fusedTail(call, shape, values);
}

const isFloat = ({ inputs }: KernelArguments): boolean =>
  inputs['a']!.dtype === 'float32' && inputs['b']!.dtype === 'float32';

/** Shapes were checked by the operation that calls the kernel; batch dimensions broadcast. */
function product({ inputs, attrs, backend }: KernelArguments): Product {
  const a = inputs['a']!;
  const b = inputs['b']!;
  const [aHeight, aWidth] = a.shape.slice(-2) as [number, number];
  const [bHeight, bWidth] = b.shape.slice(-2) as [number, number];
  const [rows, inner] = attrs['transposeA'] === true ? [aWidth, aHeight] : [aHeight, aWidth];
  const columns = attrs['transposeB'] === true ? bHeight : bWidth;
  const [aRow, aInner] = attrs['transposeA'] === true ? [1, aWidth] : [aWidth, 1];
  const [bColumn, bInner] = attrs['transposeB'] === true ? [bWidth, 1] : [1, bWidth];
  const outer = tf.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const aBatches = sizeOf(a.shape.slice(0, -2));
  const bBatches = sizeOf(b.shape.slice(0, -2));
  const batches = Math.max(aBatches, bBatches);
  const aValues = valuesOf(backend, a);
  const bValues = valuesOf(backend, b);
  const values = new Float32Array(batches * rows * columns);
  for (let batch = 0; batch < batches; batch++) {
    multiply(
      strided(aValues, (batch % aBatches) * aHeight * aWidth, aRow, aInner),
      strided(bValues, (batch % bBatches) * bHeight * bWidth, bColumn, bInner),
      rows,
      columns,
      inner,
      values,
      batch * rows * columns,
    );
  }
  return { shape: [...outer, rows, columns], values };
}
