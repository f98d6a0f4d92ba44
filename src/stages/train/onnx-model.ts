/**
 * The trained network as `model.onnx` beside tfjs's format, for whoever predicts with it elsewhere. A network that has no
 * form in ONNX leaves without it, and the run says so. Owns nothing of training.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ProblemError } from '../../core/problem.js';
import { exportOnnx } from '../../engine/onnx/export/export-onnx.js';
import type { ModelArtifact } from '../../models/model-artifact.js';
import type { TrainContext } from './train-context.js';

export async function writeOnnxModel(context: TrainContext, artifact: ModelArtifact): Promise<void> {
  try {
    await writeFile(join(context.output, 'model.onnx'), await exportOnnx(artifact));
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const [cause] = error.problems;
    const message = `the network leaves without model.onnx: ${cause!.message}`;
    context.emit({ type: 'warning', problem: { code: 'no-onnx-model', message } });
  }
}
