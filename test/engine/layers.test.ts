/** Each layer type and each activation, trained for a step on every engine that is here, against `reference`. */
import { describe, expect, it } from 'vitest';
import type { EngineProvider } from '../../src/engine/engine.js';
import { engineProviders } from '../../src/engine/providers.js';
import { referenceProvider } from '../../src/engine/reference-provider.js';
import type { ModelArtifact, NamedArray } from '../../src/models/model-artifact.js';
import { sharedDefinitions } from '../../src/models/shared-definitions.schema.js';
import { modelToArtifact } from '../../src/models/tfjs-artifact.js';
import {
  dilatedCases,
  image,
  layerCases,
  networkOf,
  sequence,
  type LayerCase,
} from '../models/layer-cases.js';
import { build } from '../models/support.js';
import { bandImages, engineOptions, largestDifference, setupOf } from './support.js';

const activations = (sharedDefinitions['activation'] as unknown as { enum: string[] }).enum;

/** What the layers' own cases, one for each type, leave out. */
const further: readonly LayerCase[] = [
  ['upSampling2d', image, { size: [2, 3] }, [12, 18, 2]],
  ['maxPooling2d', image, { poolSize: 2 }, [3, 3, 2]],
  ['averagePooling2d', image, { poolSize: 2 }, [3, 3, 2]],
  ['conv2d', image, { filters: 3, kernelSize: 3, strides: 2, activation: 'relu' }, [2, 2, 3]],
  ['simpleRNN', sequence, { units: 3 }, [3]],
  ['gru', sequence, { units: 3 }, [3]],
  ['lstm', sequence, { units: 3 }, [3]],
];
const cases = [
  ...[...layerCases, ...dilatedCases, ...further].map((one) => [one[0], one] as const),
  ...activations.map(
    (activation) => [activation, ['activation', image, { activation }, [6, 6, 2]] as LayerCase] as const,
  ),
];

interface Step {
  readonly loss: number;
  readonly weights: readonly NamedArray[];
  readonly lossAfterwards: number;
}

/** A step with a learning rate of 1: what changes in a weight is its gradient. */
async function step(provider: EngineProvider, artifact: ModelArtifact): Promise<Step> {
  const engine = await provider.open(engineOptions);
  const setup = setupOf({ optimizer: { kind: 'sgd', learningRate: 1 } });
  const session = await engine.openTraining(artifact, setup);
  const images = bandImages(8);
  const { lossSum } = await session.trainStep(images, 1);
  const weights = await session.weights();
  const after = await session.evaluate(images, 3);
  await session.close();
  await engine.close();
  return { loss: lossSum, weights, lossAfterwards: after.lossSum };
}

for (const provider of engineProviders.filter((one) => one !== referenceProvider)) {
  const found = await provider.probe(engineOptions);
  if (!found.available) process.stderr.write(`skipped: layers on ${provider.name}, for ${found.reason}\n`);
  describe.skipIf(!found.available)(`a step on ${provider.name} is that on reference`, () => {
    it.each(cases)('%s', async (_, tested) => {
      const model = await build(networkOf(tested), { inputShape: [6, 6, 1], classes: 3 });
      const artifact = await modelToArtifact(model);
      model.dispose();
      const right = await step(referenceProvider, artifact);
      const got = await step(provider, artifact);
      expect(largestDifference([got.loss], [right.loss])).toBeLessThan(1e-4);
      right.weights.forEach(({ name, values }, i) => {
        expect(largestDifference(got.weights[i]!.values, values), name).toBeLessThan(1e-4);
      });
      expect(largestDifference([got.lossAfterwards], [right.lossAfterwards])).toBeLessThan(1e-3);
    });
  });
}
