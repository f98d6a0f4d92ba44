import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/core/json.js';
import type { LayerEntry } from '../../src/models/network.js';
import { sharedDefinitions } from '../../src/models/shared-definitions.schema.js';
import { modelToArtifact } from '../../src/models/tfjs-artifact.js';
import { build, preset } from './support.js';

async function weightsOf(layers: readonly LayerEntry[], seed = 7): Promise<Map<string, Float32Array>> {
  const model = await build({ layers }, { seed });
  const { weights } = await modelToArtifact(model);
  model.dispose();
  return new Map(weights.map(({ name, values }) => [name, values as Float32Array]));
}

const dense = (units: number, kernelInitializer: Json): LayerEntry => ({
  dense: { units, kernelInitializer, name: 'tested' },
});
const kernelOf = async (units: number, initializer: Json): Promise<Float32Array> => {
  const layers = ['flatten', dense(units, initializer), { dense: { units: 10, activation: 'softmax' } }];
  return (await weightsOf(layers)).get('tested/kernel')!;
};
const mean = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const variance = (values: Float32Array): number => {
  const middle = mean(values);
  return mean(values.map((value) => (value - middle) ** 2));
};

const last: LayerEntry = { dense: { units: 10, activation: 'softmax' } };
const recurrent: LayerEntry[] = [
  { reshape: { targetShape: [28, 28] } },
  { bidirectional: { layer: { gru: { units: 8 } } } },
  last,
];

describe('initial weights', () => {
  it('are the same for the same seed, in the same and in another order of building', async () => {
    const first = await modelToArtifact(await build(preset('resnet-mini')));
    await build(preset('lenet5'));
    expect(await modelToArtifact(await build(preset('resnet-mini')))).toEqual(first);
  });

  it('are others for another seed, also where tfjs takes none, and also for seed 0', async () => {
    for (const layers of [recurrent, ['flatten', last]]) {
      const drawn = await Promise.all([7, 8, 0].map((seed) => weightsOf(layers, seed)));
      const kernels = [...drawn[0]!.keys()].filter((name) => name.endsWith('kernel'));
      for (const name of kernels) {
        expect(new Set(drawn.map((weights) => weights.get(name)!.join())).size, name).toBe(3);
      }
    }
    expect(await weightsOf(recurrent, 0)).toEqual(await weightsOf(recurrent, 0));
  });

  it('of a layer do not depend on other layers', async () => {
    const named = { dense: { units: 16, activation: 'relu', name: 'hidden' } };
    const plain = await weightsOf(['flatten', named, last]);
    const more = await weightsOf([
      { conv2d: { filters: 1, kernelSize: 1 } },
      'flatten',
      named,
      { dropout: { rate: 0.1 } },
      last,
    ]);
    expect(more.get('hidden/kernel')).toEqual(plain.get('hidden/kernel'));
    expect(more.get('dense_1/kernel')).toEqual(plain.get('dense_1/kernel'));
  });

  it('of one layer differ from one another, also the two ways of a bidirectional layer', async () => {
    const weights = await weightsOf(recurrent);
    const kernels = [...weights]
      .filter(([name]) => name.includes('kernel'))
      .map(([, values]) => values.join());
    expect(kernels).toHaveLength(5);
    expect(new Set(kernels).size).toBe(5);
  });

  it('draw nothing from Math.random', async () => {
    const random = Math.random;
    let draws = 0;
    Math.random = () => {
      draws++;
      return random();
    };
    try {
      await build({ layers: recurrent });
      await build(preset('resnet-mini'));
    } finally {
      Math.random = random;
    }
    expect(draws).toBe(0);
  });

  it.each<[kind: string, initializer: Json, mean: number, variance: number]>([
    ['zeros', 'zeros', 0, 0],
    ['ones', 'ones', 1, 0],
    ['constant', { kind: 'constant', value: 0.5 }, 0.5, 0],
    ['randomUniform', 'randomUniform', 0, 0.1 ** 2 / 12],
    ['randomUniform from 0', { kind: 'randomUniform', minval: 0, maxval: 1 }, 0.5, 1 / 12],
    ['randomUniform to 0', { kind: 'randomUniform', minval: -1, maxval: 0 }, -0.5, 1 / 12],
    ['randomNormal', { kind: 'randomNormal', mean: 1, stddev: 0.2 }, 1, 0.04],
    // Cut off at two standard deviations.
    ['truncatedNormal', { kind: 'truncatedNormal', stddev: 1 }, 0, 0.774],
    [
      'varianceScaling',
      { kind: 'varianceScaling', scale: 3, mode: 'fanOut', distribution: 'uniform' },
      0,
      3 / 100,
    ],
    ['glorotUniform', 'glorotUniform', 0, 2 / 884],
    ['glorotNormal', 'glorotNormal', 0, (0.774 * 2) / 884],
    ['heUniform', 'heUniform', 0, 2 / 784],
    ['heNormal', 'heNormal', 0, (0.774 * 2) / 784],
    ['leCunUniform', 'leCunUniform', 0, 1 / 784],
    ['leCunNormal', 'leCunNormal', 0, 0.774 / 784],
    ['orthogonal', { kind: 'orthogonal', gain: 2 }, 0, 4 / 784],
  ])('%s have their mean and variance', async (_, initializer, wantedMean, wantedVariance) => {
    const kernel = await kernelOf(100, initializer);
    expect(kernel).toHaveLength(78_400);
    expect(Math.abs(mean(kernel) - wantedMean)).toBeLessThanOrEqual(
      6 * Math.sqrt(wantedVariance / kernel.length),
    );
    expect(Math.abs(variance(kernel) - wantedVariance)).toBeLessThanOrEqual(0.03 * wantedVariance);
  });

  it('have a case for each initializer, and one for the identity', async () => {
    const [names] = (sharedDefinitions['initializer'] as unknown as { anyOf: [{ enum: string[] }] }).anyOf;
    expect(names.enum).toHaveLength(14);
    const identity = await kernelOf(784, { kind: 'identity', gain: 3 });
    expect([identity[0], identity[1], identity[785]]).toEqual([3, 0, 3]);
  });

  it('of an orthogonal layer have columns at right angles', async () => {
    const kernel = await kernelOf(5, 'orthogonal');
    for (let a = 0; a < 5; a++) {
      for (let b = 0; b < 5; b++) {
        let product = 0;
        for (let row = 0; row < 784; row++) product += kernel[row * 5 + a]! * kernel[row * 5 + b]!;
        expect(product).toBeCloseTo(a === b ? 1 : 0, 6);
      }
    }
  });
});
