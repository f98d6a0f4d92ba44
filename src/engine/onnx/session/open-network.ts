/**
 * Makes a network ready to be traced: the live model on the symbolic backend, its layers changed where tf.layers falls
 * short, and the problem told where something has no form in a graph. Owns no numbers.
 */
import { ProblemError } from '../../../core/problem.js';
import type { ModelArtifact } from '../../../models/model-artifact.js';
import { modelFromArtifact } from '../../../models/tfjs-artifact.js';
import type { tf, tfLayers } from '../../../models/tfjs.js';
import { type LiveLayer, liveLayers } from '../../layer-stand-ins/live-layer.js';
import { putLayerStandIns } from '../../layer-stand-ins/put-layer-stand-ins.js';
import { NotLowered } from '../trace/lowering.js';
import { enterSymbolicBackend, symbolicBackend } from '../trace/symbolic-backend.js';
import { SymbolicDraws } from '../trace/trace-network.js';

export interface OpenedNetwork {
  readonly model: tfLayers.LayersModel;
  readonly draws: SymbolicDraws;
  /** Runs a trace; what it can't lower becomes a problem that names layer and kernel. */
  trace<T>(work: () => T): T;
  dispose(): void;
}

export async function openNetwork(artifact: ModelArtifact): Promise<OpenedNetwork> {
  const model = await load(artifact);
  const draws = new SymbolicDraws();
  putLayerStandIns(model, draws);
  const watch = watchLayers(model);
  const trace = <T>(work: () => T): T => {
    const leave = enterSymbolicBackend();
    watch.layer = undefined;
    try {
      return work();
    } catch (error) {
      throw explain(error, watch.layer);
    } finally {
      leave();
    }
  };
  return { model, draws, trace, dispose: () => void model.dispose() };
}

/** Loading runs initializers; what they compute goes into a graph that nobody looks at. */
async function load(artifact: ModelArtifact): Promise<tfLayers.LayersModel> {
  const leave = enterSymbolicBackend();
  symbolicBackend().begin();
  try {
    return await modelFromArtifact(artifact);
  } finally {
    leave();
  }
}

interface NamedLayer extends LiveLayer {
  readonly name: string;
}

/** Remembers the innermost layer that was running when something was thrown. */
function watchLayers(model: tfLayers.LayersModel): { layer: NamedLayer | undefined } {
  const watch: { layer: NamedLayer | undefined } = { layer: undefined };
  for (const live of liveLayers(model)) {
    const layer = live as NamedLayer;
    const call = layer.call.bind(layer);
    layer.call = (inputs: tf.Tensor | tf.Tensor[], options) => {
      try {
        return call(inputs, options);
      } catch (error) {
        watch.layer ??= layer;
        throw error;
      }
    };
  }
  return watch;
}

const missingKernel = /[Kk]ernel '(\w+)' (?:not registered )?for backend/;

function explain(error: unknown, layer: NamedLayer | undefined): unknown {
  if (!(error instanceof Error) || error instanceof ProblemError) return error;
  const kernel = error instanceof NotLowered ? error.message : missingKernel.exec(error.message)?.[1];
  if (kernel !== undefined) {
    const what = layer === undefined ? 'the gradient' : `layer "${layer.name}" (${layer.getClassName()})`;
    return new ProblemError({
      code: 'layer-not-lowered',
      message: `expected ${what} to be made of kernels that the engine onnx has, got ${kernel}`,
      fix: 'use the engine "reference" or "tensorflow", or another layer',
    });
  }
  const [reason] = error.message.split('\n', 1);
  return new ProblemError({
    code: 'network-not-trainable',
    message: `tfjs can't train this network: ${reason}`,
  });
}
