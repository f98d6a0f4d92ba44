/** A batch, or some images of it, as a graph takes it: views, nothing is copied. Owns nothing. */
import type { Batch } from '../../../data/image-batch.js';
import { imageBytes } from '../../../data/labelled-images.js';
import type { OnnxRuntime } from '../../onnx-runtime/onnx-runtime.js';
import { names } from '../trace/graph-names.js';
import type { Tensors } from './training-state.js';

/** `count` images from `first` on. */
export function batchTensors(runtime: OnnxRuntime, batch: Batch, first: number, count: number): Tensors {
  const { shape, pixels, labels, weights } = batch;
  const size = imageBytes(shape);
  const end = first + count;
  const tensors: Tensors = {
    [names.pixels]: runtime.tensor('uint8', pixels.subarray(first * size, end * size), [count, ...shape]),
    [names.labels]: runtime.tensor('int32', labels.subarray(first, end), [count]),
  };
  if (weights !== undefined)
    tensors[names.sampleWeights] = runtime.tensor('float32', weights.subarray(first, end), [count]);
  return tensors;
}
