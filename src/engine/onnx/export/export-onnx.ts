/**
 * A trained network as an ONNX model for others to predict with: images in, as the network itself takes them (scaled,
 * [batch, height, width, channels]), its output out, weights inside, ONNX's own operators alone. Writes no file.
 */
import type { ModelArtifact } from '../../../models/model-artifact.js';
import { withSeededMathRandom } from '../../../models/seeded-math-random.js';
import { tf } from '../../../models/tfjs.js';
import { variableOf } from '../../tfjs-weights.js';
import { writeOnnx } from '../emit/onnx-writer.js';
import type { Graph } from '../graph/graph.js';
import { removeDeadNodes } from '../passes/remove-dead-nodes.js';
import { shareCommonSubexpressions } from '../passes/share-common-subexpressions.js';
import { openNetwork, type OpenedNetwork } from '../session/open-network.js';
import { symbolicBackend, tensorFor, valueFor } from '../trace/symbolic-backend.js';
import { forAnyBatchSize } from './any-batch-size.js';

/** Names of the model's input and output. */
const exportedNames = { input: 'images', output: 'predictions' } as const;

/** Two sizes that no side of a network is likely to be by itself, and neither of which divides the other. */
const batches = [5, 7] as const;

/** @throws {ProblemError} `layer-not-lowered` for a layer that has no form in ONNX. */
export async function exportOnnx(artifact: ModelArtifact): Promise<Uint8Array> {
  const opened = await openNetwork(artifact);
  try {
    const [small, large] = batches.map((batch) => ({ batch, graph: trace(opened, artifact, batch) }));
    return writeOnnx(removeDeadNodes(forAnyBatchSize(small!, large!)));
  } finally {
    opened.dispose();
  }
}

function trace(opened: OpenedNetwork, artifact: ModelArtifact, batch: number): Graph {
  const { model } = opened;
  const graph = opened.trace(() => {
    const b = symbolicBackend().begin(true);
    const shape = model.inputs[0]!.shape.slice(1).map((side) => side ?? 1);
    const images = b.input(exportedNames.input, 'float32', [batch, ...shape]);
    let traced: Graph | undefined;
    tf.tidy(() => {
      artifact.weights.forEach(({ values, shape: sides, dtype }, place) => {
        variableOf(model.weights[place]!).assign(tensorFor(b.constant(values, sides, dtype)));
      });
      const output = withSeededMathRandom(
        0,
        () => model.apply(tensorFor(images), { training: false }) as tf.Tensor,
      );
      traced = b.build([{ name: exportedNames.output, value: valueFor(output) }]);
    });
    return traced!;
  });
  return shareCommonSubexpressions(removeDeadNodes(graph));
}
