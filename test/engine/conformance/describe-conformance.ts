/**
 * What every engine must compute, by parameter: for each row the loss and every gradient of the first step, and for some
 * predictions, then losses and weights of 20 steps, as tfjs's own JavaScript kernels give them.
 *
 * The contract of an engine tells no gradients, so they are read off Adam's first moments, which after one step from
 * nothing are (1 - beta1) times the gradient: to the last bit of a float32, where a difference of weights would leave few.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine, EngineProvider, TrainingSession, TrainingSetup } from '../../../src/engine/engine.js';
import type { ModelArtifact, NamedArray } from '../../../src/models/model-artifact.js';
import { useCpuBackend } from '../../../src/models/tfjs.js';
import { engineOptions } from '../support.js';
import { artifactOf, batchOf, images, setupOf, type ConformanceCase } from './conformance-case.js';
import { PlainTraining } from './plain-training.js';

/**
 * A gradient may differ by 1e-4 of its largest element. One that is nought but for rounding (of a bias before batch
 * normalisation, say) may differ by 1e-6 of the network's largest.
 */
const gradientTolerance = { own: 1e-4, network: 1e-6 };
const lossTolerance = 1e-4;
/** In 20 steps: of a weight's largest element, and of the first loss, for later ones come near 0. */
const trainingTolerance = 1e-3;
/** Of one prediction, which lies between -1 and 1 in most rows. */
const predictionTolerance = 1e-5;

const beta1 = 0.9;
const learningRate = 0.01;

export function describeConformance(
  provider: EngineProvider,
  groups: Readonly<Record<string, readonly ConformanceCase[]>>,
): void {
  describe(`engine ${provider.name} computes as tfjs does`, () => {
    let engine: Engine;
    beforeAll(async () => {
      engine = await provider.open(engineOptions);
    });
    afterAll(async () => {
      await engine.close();
      await useCpuBackend();
    });
    describe.each(Object.entries(groups))('%s', (_, rows) => {
      it.each(rows.map((one) => [one.name, one] as const))('%s', async (_name, one) => {
        await compare(engine, one);
      });
    });
  });
}

async function compare(engine: Engine, one: ConformanceCase): Promise<void> {
  const artifact = await artifactOf(one);
  const setup = setupOf(one);
  const rate = one.changes?.optimizer?.learningRate ?? learningRate;
  const plain = await PlainTraining.open(artifact, setup);
  const session = await engine.openTraining(artifact, setup);
  try {
    let firstLoss = 0;
    if (one.steps === 20) await comparePredictions(engine, artifact, setup, plain);
    for (let step = 0; step < one.steps; step++) {
      const batch = batchOf(step, one);
      const expected = plain.step(batch, step, rate);
      const { lossSum, correct, count } = await session.trainStep(batch, rate);
      firstLoss ||= Math.abs(expected.loss);
      const [relative, absolute] = step === 0 ? [lossTolerance, 1e-6] : [0, trainingTolerance * firstLoss];
      expect(count).toBe(batch.count);
      if (step === 0) expect(correct, 'images told right').toBe(expected.correct);
      expectClose(`loss of step ${step}`, [lossSum / count], [expected.loss], relative, absolute);
      if (step === 0) await compareGradients(session, one, expected.gradients);
    }
    // The first step of Adam moves each weight by the sign of its gradient, which says nothing new.
    if (one.steps === 1) return;
    const expected = plain.weights();
    const weights = await session.weights();
    expect(weights.map(({ name }) => name)).toEqual([...expected.keys()]);
    for (const { name, values } of weights)
      expectClose(name, values, expected.get(name)!, trainingTolerance, 1e-6);
    const { lossSum, count } = await session.evaluate(images, 8);
    expectClose('validation loss', [lossSum / count], [plain.evaluate(images).loss], trainingTolerance, 1e-6);
  } finally {
    await session.close();
    plain.close();
  }
}

async function comparePredictions(
  engine: Engine,
  artifact: ModelArtifact,
  setup: TrainingSetup,
  plain: PlainTraining,
): Promise<void> {
  const inference = await engine.openInference(artifact);
  const predicted = await inference.predict(images, setup.scaling, images.count);
  await inference.close();
  expectClose('predictions', predicted, plain.evaluate(images).predictions, 0, predictionTolerance);
}

async function compareGradients(
  session: TrainingSession,
  one: ConformanceCase,
  expected: ReadonlyMap<string, Float32Array>,
): Promise<void> {
  if (setupOf(one).optimizer.kind !== 'adam') return;
  const { arrays } = await session.state();
  const slots = new Map(arrays.map((array): [string, NamedArray] => [array.name, array]));
  const largest = Math.max(...[...expected.values()].map(largestOf));
  expect(largest).toBeGreaterThan(0);
  for (const [name, gradient] of expected) {
    const mean = slots.get(`${name}/mean`);
    expect(mean, `${name}/mean`).toBeDefined();
    const got = (mean!.values as Float32Array).map((value) => value / (1 - beta1));
    expectClose(
      `gradient of ${name}`,
      got,
      gradient,
      gradientTolerance.own,
      gradientTolerance.network * largest,
    );
  }
}

const largestOf = (values: ArrayLike<number>): number => {
  let largest = 0;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i]!));
  return largest;
};

/** Fails by name, with the numbers furthest apart. */
function expectClose(
  what: string,
  got: ArrayLike<number>,
  expected: ArrayLike<number>,
  relative: number,
  absolute: number,
): void {
  expect(got.length, `length of ${what}`).toBe(expected.length);
  const allowed = relative * largestOf(expected) + absolute;
  for (let i = 0; i < got.length; i++) {
    const apart = Math.abs(got[i]! - expected[i]!);
    if (!(apart <= allowed)) {
      expect.fail(
        `${what}[${i}] is ${got[i]}, not ${expected[i]}: ${apart} apart, and ${allowed} is allowed`,
      );
    }
  }
}
