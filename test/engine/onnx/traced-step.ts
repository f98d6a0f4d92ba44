/** Training steps of small networks as graphs, before any pass. */
import type { TrainingSetup } from '../../../src/engine/engine.js';
import type { Graph } from '../../../src/engine/onnx/graph/graph.js';
import { openNetwork } from '../../../src/engine/onnx/session/open-network.js';
import { planTraining } from '../../../src/engine/onnx/session/plan-training.js';
import { type StepKind, traceStep } from '../../../src/engine/onnx/trace/trace-network.js';
import type { ModelArtifact } from '../../../src/models/model-artifact.js';
import { setupOf } from '../support.js';

export async function tracedStep(
  artifact: ModelArtifact,
  {
    count = 4,
    kind = 'whole',
    ...changes
  }: Partial<TrainingSetup> & { count?: number; kind?: StepKind } = {},
): Promise<Graph> {
  const setup = setupOf(changes);
  const opened = await openNetwork(artifact);
  const { network } = planTraining(opened, setup);
  const { graph } = opened.trace(() => traceStep(network, setup, count, kind));
  opened.dispose();
  return graph;
}
