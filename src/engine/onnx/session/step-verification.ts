/**
 * `--verify-engine`: loss and gradients of a batch, and the loss of one that is only validated, as the graphs give them, against tfjs's JavaScript backend. Owns the
 * comparison and its tolerance; the session hands over what its graphs computed.
 */
import { ProblemError } from '../../../core/problem.js';
import type { StepVerification } from '../../../core/events.js';
import type { Batch, LabelledImages } from '../../../data/image-batch.js';
import type { ModelArtifact, NamedArray } from '../../../models/model-artifact.js';
import type { EngineIdentity, TrainingSession, TrainingSetup } from '../../engine.js';

/**
 * Of the largest gradient of a weight, and of the loss. Sums of float32 numbers in another order differ by about 1e-6 of
 * it; a wrong kernel is off by a whole factor.
 */
const verificationTolerance = 1e-3;

/** Gradients by the name of their weight. */
export interface StepGradients {
  /** The batch's mean. */
  readonly loss: number;
  readonly gradients: ReadonlyMap<string, Float32Array>;
}

/** Works with a session of the engine `reference` that has these weights and takes plain steps. */
async function onReference<T>(
  { topology }: ModelArtifact,
  weights: readonly NamedArray[],
  setup: TrainingSetup,
  step: number,
  work: (session: TrainingSession) => Promise<T>,
): Promise<T> {
  const { openReferenceEngine } = await import('../../reference-engine.js');
  const identity: EngineIdentity = { name: 'reference', versions: {}, numerics: {} };
  const engine = await openReferenceEngine(identity);
  const plain: TrainingSetup = { ...setup, optimizer: { kind: 'sgd', learningRate: 1 }, clipping: {} };
  const session = await engine.openTraining({ topology, weights }, plain);
  try {
    await session.restore({ step, arrays: weights });
    return await work(session);
  } finally {
    await session.close();
    await engine.close();
  }
}

/**
 * The same by the engine `reference`, as the change of the weights in one step of plain gradient descent at a learning
 * rate of 1.
 * @param weights as they are before the step; @param step its number, which decides what layers draw.
 */
export async function referenceGradients(
  artifact: ModelArtifact,
  weights: readonly NamedArray[],
  setup: TrainingSetup,
  batch: Batch,
  step: number,
): Promise<StepGradients> {
  return onReference(artifact, weights, setup, step, async (session) => {
    const { lossSum, count } = await session.trainStep(batch, 1);
    const after = await session.weights();
    const gradients = new Map(
      after.map(({ name, values }, i) => {
        const before = weights[i]!.values;
        return [name, Float32Array.from(values, (value, at) => before[at]! - value)];
      }),
    );
    return { loss: lossSum / count, gradients };
  });
}

/** The mean loss of a batch that is not trained on, by the engine `reference`. */
export async function referenceLoss(
  artifact: ModelArtifact,
  weights: readonly NamedArray[],
  setup: TrainingSetup,
  images: LabelledImages,
): Promise<number> {
  return onReference(artifact, weights, setup, 0, async (session) => {
    const { lossSum, count } = await session.evaluate(images, images.count);
    return lossSum / count;
  });
}

/** Of a batch that was not trained on. @throws {ProblemError} `engine-disagrees`. */
export function compareLosses(found: number, reference: number): void {
  errorOf('the validation loss', Math.abs(found - reference), Math.abs(reference));
}

/**
 * How far off the loss is, and the gradient that is farthest off, as shares.
 * @throws {ProblemError} `engine-disagrees` for the first number that is too far off.
 */
export function compareGradients(
  found: StepGradients,
  reference: StepGradients,
): Pick<StepVerification, 'lossError' | 'gradientError'> {
  const lossError = errorOf('the loss', Math.abs(found.loss - reference.loss), Math.abs(reference.loss));
  let gradientError = 0;
  for (const [name, gradient] of found.gradients) {
    const expected = reference.gradients.get(name)!;
    let largest = 0;
    let farthest = 0;
    gradient.forEach((value, i) => {
      largest = Math.max(largest, Math.abs(expected[i]!));
      farthest = Math.max(farthest, Math.abs(value - expected[i]!));
    });
    gradientError = Math.max(gradientError, errorOf(`the gradient of ${name}`, farthest, largest));
  }
  return { lossError, gradientError };
}

/** Differences this small come of the reference's weights being float32 too. */
const rounding = 1e-6;

function errorOf(what: string, difference: number, size: number): number {
  if (difference <= verificationTolerance * size + rounding) return size === 0 ? 0 : difference / size;
  throw new ProblemError({
    code: 'engine-disagrees',
    message: `expected ${what} to be within ${verificationTolerance} of tfjs's, got ${(difference / size).toPrecision(2)} off`,
    fix: 'train with engine: reference, and report the network',
  });
}
