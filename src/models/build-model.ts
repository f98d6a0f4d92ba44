/**
 * A live tfjs network from its YAML form. Owns shapes: every layer is checked as it is put on the one before, so that
 * what doesn't fit is told by the layer's position and name, never by a stack of tfjs. Wiring is `network-plan.ts`'s.
 */
import { ProblemError } from '../core/problem.js';
import { checkDilation } from './dilation-rule.js';
import { isMerge } from './layer-facts.js';
import { createLayer } from './layer-options.js';
import { inputName, planNetwork } from './network-plan.js';
import {
  checkInputForm,
  checkOutput,
  checkOutputShape,
  layerRefused,
  networkFails,
  tooManyParameters,
  type Locate,
} from './network-shapes.js';
import type { Network, PlannedLayer } from './network.js';
import { withSeededMathRandom } from './seeded-math-random.js';
import { onCpuBackend, tf, tfLayers } from './tfjs.js';
import { guardWeights, TooManyParameters } from './weight-guard.js';

export interface BuildRequest {
  /** Height, width, channels. */
  readonly inputShape: readonly [number, number, number];
  /** How many outputs the last layer must have. */
  readonly classes: number;
  /** Of the initial weights. */
  readonly seed: number;
  /** Where a setting stands, by its path inside the stage's settings: `['network', 'layers', 3, 'conv2d']`. */
  readonly locate: Locate;
}

/**
 * Builds a network with its initial weights. The same network, shape and seed give the same weights, bit for bit, on
 * every machine; a layer's weights depend on its name and its own shape alone.
 * @throws {ProblemError} for wiring (`network-plan.ts`), shapes that do not fit, outputs that are not one probability
 * for each class, and networks too large.
 * @returns a functional model, its layers named as planned; the caller disposes it.
 */
export async function buildNetwork(network: Network, request: BuildRequest): Promise<tfLayers.LayersModel> {
  const layers = planNetwork(network, request.locate);
  return onCpuBackend(() => assemble(network.name ?? 'network', layers, request));
}

function assemble(
  name: string,
  layers: readonly PlannedLayer[],
  request: BuildRequest,
): tfLayers.LayersModel {
  const image = tfLayers.input({ shape: [...request.inputShape], name: inputName });
  const outputs = new Map<string, tfLayers.SymbolicTensor>([[inputName, image]]);
  const made: tfLayers.layers.Layer[] = [];
  const count = { total: 0 };
  try {
    for (const planned of layers) {
      const inputs = planned.inputs.map((from) => ({ from, tensor: outputs.get(from)! }));
      const shapes = inputs.map(({ from, tensor }) => ({ from, shape: tensor.shape.slice(1) as number[] }));
      checkDilation(planned, request.locate);
      checkInputForm(planned, shapes, request.locate);
      let output: tfLayers.SymbolicTensor;
      try {
        const layer = createLayer(planned.type, planned.name, planned.config, shapes[0]!.shape);
        made.push(layer);
        guardWeights(layer, request.seed, [planned.name], count);
        const tensors = inputs.map(({ tensor }) => tensor);
        output = layer.apply(isMerge(planned.type) ? tensors : tensors[0]!) as tfLayers.SymbolicTensor;
      } catch (error) {
        if (error instanceof TooManyParameters)
          throw tooManyParameters(planned, error.layerParameters, request.locate);
        throw layerRefused(planned, shapes, error, request.locate);
      }
      checkOutputShape(planned, shapes, output.shape.slice(1), request.locate);
      outputs.set(planned.name, output);
    }
    const last = layers.at(-1)!;
    const output = outputs.get(last.name)!;
    checkOutput(last, output.shape.slice(1) as number[], request.classes, request.locate);
    const model = tfLayers.model({ inputs: image, outputs: output, name });
    tryOnce(model, request);
    return model;
  } catch (error) {
    for (const layer of made) if (layer.built) layer.dispose();
    throw error;
  }
}

/** Runs an empty image through: what tfjs refuses only when it computes is to fail here, not in the middle of training. */
function tryOnce(model: tfLayers.LayersModel, { inputShape, locate }: BuildRequest): void {
  try {
    withSeededMathRandom(0, () =>
      tf.tidy(() => {
        model.predict(tf.zeros([1, ...inputShape]));
      }),
    );
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw networkFails(error, locate);
  }
}
