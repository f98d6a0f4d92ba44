/** The conformance suite on every engine that is here; one that is not is skipped, and says why. */
import { describe, expect, it } from 'vitest';
import { engineProviders } from '../../src/engine/providers.js';
import { referenceProvider } from '../../src/engine/reference-provider.js';
import { tensorflowProvider } from '../../src/engine/tensorflow-provider.js';
import { tf } from '../../src/models/tfjs.js';
import { describeEngine } from './engine-suite.js';
import { artifactOf, bandImages, engineOptions, setupOf } from './support.js';

for (const provider of engineProviders) {
  const found = await provider.probe(engineOptions);
  if (found.available) {
    describeEngine(provider);
    continue;
  }
  process.stderr.write(`skipped: the engine ${provider.name}, for ${found.reason}\n`);
  describe(`engine ${provider.name}`, () => it.skip(`is not here: ${found.reason}`, () => undefined));
}

it('a layer that tfjs cannot differentiate is a problem with the network', async () => {
  const engine = await referenceProvider.open(engineOptions);
  const session = await engine.openTraining(await artifactOf('withoutGradient'), setupOf());
  await expect(session.trainStep(bandImages(4), 0.01)).rejects.toMatchObject({
    problems: [
      {
        code: 'network-not-trainable',
        message:
          "tfjs can't train this network: Cannot compute gradient: gradient function not found for Greater.",
      },
    ],
  });
  await session.close();
  await engine.close();
});

const withTensorflow = (await tensorflowProvider.probe(engineOptions)).available;

it.skipIf(!withTensorflow)(
  'tensorflow, which loads all of tfjs again, leaves the kernels of reference',
  async () => {
    await referenceProvider.open(engineOptions);
    const kernels = (): ReadonlySet<unknown> =>
      new Set(tf.getKernelsForBackend('cpu').map(({ kernelFunc }) => kernelFunc));
    const before = kernels();
    await tensorflowProvider.open(engineOptions);
    expect(kernels()).toEqual(before);
    expect([...kernels()].every((kernel) => before.has(kernel))).toBe(true);
  },
);
