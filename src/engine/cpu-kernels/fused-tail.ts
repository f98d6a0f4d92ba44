/** What a fused kernel does to its product: bias, then activation. The product is the kernel's own, so in place. */
import { tf } from '../../models/tfjs.js';
import { makeTensor, valuesOf, type KernelArguments } from './tensor-access.js';

/** Activations that are a kernel of one input; others (prelu, leakyrelu) need more and are left to tfjs. */
const activationKernels: Readonly<Record<string, string>> = {
  relu: 'Relu',
  relu6: 'Relu6',
  elu: 'Elu',
  sigmoid: 'Sigmoid',
};

/** Whether `fusedTail` can do this; if not, the whole kernel is left to tfjs. */
export function canFuse({ inputs, attrs }: KernelArguments): boolean {
  const activation = attrs['activation'] as string | undefined;
  const { bias } = inputs;
  const plainBias =
    bias === undefined || bias === null || (bias.dtype === 'float32' && bias.shape.length <= 1);
  return (
    plainBias && (activation === undefined || activation === 'linear' || activation in activationKernels)
  );
}

/** Adds a bias along the last axis and applies the activation. Takes `product` over. */
export function fusedTail(
  { inputs, attrs, backend }: KernelArguments,
  shape: readonly number[],
  product: Float32Array,
): tf.TensorInfo {
  const { bias } = inputs;
  if (bias !== undefined && bias !== null) {
    const values = valuesOf(backend, bias);
    const length = values.length;
    for (let i = 0, j = 0; i < product.length; i++) {
      product[i]! += values[j]!;
      if (++j === length) j = 0;
    }
  }
  const result = makeTensor(backend, shape, product);
  const kernelName = activationKernels[attrs['activation'] as string];
  if (kernelName === undefined) return result;
  const kernel = tf.getKernel(kernelName, 'cpu');
  const activated = kernel.kernelFunc({ inputs: { x: result }, attrs: {}, backend }) as tf.TensorInfo;
  backend.disposeData(result.dataId);
  return activated;
}
