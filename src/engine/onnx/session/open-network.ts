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
import { LayerNotLowered } from '../../engine-problems.js';
import { NotLowered } from '../trace/lowering.js';
import { enterSymbolicBackend, symbolicBackend } from '../trace/symbolic-backend.js';
import { SymbolicDraws } from '../trace/symbolic-draws.js';

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
    watch.layers.length = 0;
    try {
      return work();
    } catch (error) {
      throw explain(error, watch.layers);
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

/** Remembers the layers that were running when something was thrown, the innermost first. */
function watchLayers(model: tfLayers.LayersModel): { readonly layers: NamedLayer[] } {
  const watch = { layers: [] as NamedLayer[] };
  for (const live of liveLayers(model)) {
    const layer = live as NamedLayer;
    const call = layer.call.bind(layer);
    layer.call = (inputs: tf.Tensor | tf.Tensor[], options) => {
      try {
        return call(inputs, options);
      } catch (error) {
        watch.layers.push(layer);
        throw error;
      }
    };
  }
  return watch;
}

const missingKernel = /[Kk]ernel '(\w+)' (?:not registered )?for backend/;

function explain(error: unknown, layers: readonly NamedLayer[]): unknown {
  if (!(error instanceof Error) || error instanceof ProblemError) return error;
  const kernel = error instanceof NotLowered ? error.message : missingKernel.exec(error.message)?.[1];
  if (kernel !== undefined) {
    return new LayerNotLowered(
      layers.map((layer) => ({ name: layer.name, type: layer.getClassName() })),
      kernel,
    );
  }
  const [reason] = error.message.split('\n', 1);
  return new ProblemError({
    code: 'network-not-trainable',
    message: `tfjs can't train this network: ${reason}`,
  });
}
