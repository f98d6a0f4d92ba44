/**
 * Weights held to their constraints before the first step: tf.layers does so when it loads a network, and the numbers of
 * the symbolic one are not known to it. Runs one small graph, and for a network without constraints nothing.
 */
import type { ModelArtifact } from '../../../models/model-artifact.js';
import type { OnnxRuntime } from '../../onnx-runtime/onnx-runtime.js';
import { writeOnnx } from '../emit/onnx-writer.js';
import { isConstrained, names, traceConstraints } from '../trace/trace-network.js';
import type { OpenedNetwork } from './open-network.js';

export async function constrainWeights(
  artifact: ModelArtifact,
  opened: OpenedNetwork,
  runtime: OnnxRuntime,
): Promise<ModelArtifact> {
  const { model } = opened;
  const places = [...model.weights.keys()].filter((place) => isConstrained(model.weights[place]));
  if (places.length === 0) return artifact;
  const graph = opened.trace(() => traceConstraints(model, places));
  const session = await runtime.createSession(writeOnnx(graph), { threads: 1 });
  const inputs = places.map((place) => {
    const { values, shape } = artifact.weights[place]!;
    return [names.weight(place), runtime.tensor('float32', values as Float32Array, shape)] as const;
  });
  const outputs = Object.fromEntries(places.map((place) => [names.next(names.weight(place)), null]));
  const held = await session.run(Object.fromEntries(inputs), outputs);
  const weights = artifact.weights.map((weight, place) => {
    const values = held[names.next(names.weight(place))]?.data as Float32Array | undefined;
    return values === undefined ? weight : { ...weight, values: values.slice() };
  });
  await session.release();
  return { ...artifact, weights };
}
