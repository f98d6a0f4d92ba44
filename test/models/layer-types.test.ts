/** Each layer type that a network file may name: it builds, trains, and survives being saved. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.js';
import { NetworkFile } from '../../src/models/network.schema.js';
import { withSeededMathRandom } from '../../src/models/seeded-math-random.js';
import {
  modelFromArtifact,
  modelToArtifact,
  readModelFolder,
  writeModelFolder,
} from '../../src/models/tfjs-artifact.js';
import { tf } from '../../src/models/tfjs.js';
import { dilatedCases, layerCases, networkOf } from './layer-cases.js';
import { build, schemaErrors } from './support.js';

const folder = mkdtempSync(join(tmpdir(), 'assay-layers-'));
afterAll(() => rmSync(folder, { recursive: true }));

const small = { inputShape: [6, 6, 1], classes: 3 } as const;
const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

describe('layer types', () => {
  it('are all tested here', () => {
    const [bare, mapping] = (
      NetworkFile.properties.layers.items as unknown as {
        anyOf: [{ enum: string[] }, { properties: object }];
      }
    ).anyOf;
    expect(layerCases.map(([type]) => type).sort()).toEqual(Object.keys(mapping.properties).sort());
    expect(bare.enum.filter((type) => !(type in mapping.properties))).toEqual([]);
  });

  it.each(layerCases)('%s builds, trains, saves and loads', async (type, base, settings, shape) => {
    const network = networkOf([type, base, settings, shape]);
    expect(schemaErrors(network)).toEqual([]);
    const model = await build(network, small);
    expect((model.getLayer('tested').outputShape as number[]).slice(1)).toEqual(shape);

    const artifact = await modelToArtifact(model);
    const again = await build(network, small);
    expect(await modelToArtifact(again)).toEqual(artifact);

    const place = join(folder, type);
    await writeModelFolder(place, artifact);
    const read = await readModelFolder(place);
    expect(read).toEqual(artifact);
    const loaded = await modelFromArtifact(read);
    expect((await modelToArtifact(loaded)).topology).toEqual(artifact.topology);

    const images = tf.randomUniform([2, 6, 6, 1], 0, 1, 'float32', 5);
    const outputs = [model, loaded].map((one) => Array.from((one.predict(images) as tf.Tensor).dataSync()));
    expect(outputs[1]).toEqual(outputs[0]);
    expect(outputs[0]!.every(Number.isFinite)).toBe(true);

    // Each setting is in the saved layer: tfjs forgets some of its own, which must then not be offered.
    const layers = (
      artifact.topology['config'] as unknown as { layers: { name: string; config: JsonObject }[] }
    ).layers;
    const saved = layers.find(({ name }) => name === 'tested')!.config;
    for (const key of Object.keys(settings)) expect(saved[snake(key)], key).toBeDefined();

    // And each regularizer reaches the loss.
    const regularizers = JSON.stringify(settings).split('Regularizer":').length - 1;
    expect(tf.tidy(() => loaded.calculateLosses().length)).toBe(regularizers);

    const gradients = withSeededMathRandom(3, () =>
      tf.tidy(() => {
        const loss = (): tf.Scalar => {
          const output = loaded.apply(images, { training: true }) as tf.Tensor;
          return loaded.calculateLosses().reduce((sum, part) => tf.add(sum, part), tf.sum(tf.square(output)));
        };
        return Object.values(tf.variableGrads(loss).grads).map((one) => one.dataSync());
      }),
    );
    expect(gradients).toHaveLength(model.trainableWeights.length);
    expect(gradients.every((one) => one.every(Number.isFinite))).toBe(true);
    for (const one of [model, again, loaded]) one.dispose();
  });

  it.each(dilatedCases)('%s with dilation builds, saves and loads', async (type, base, settings, shape) => {
    const network = networkOf([type, base, settings, shape]);
    expect(schemaErrors(network)).toEqual([]);
    const model = await build(network, small);
    expect((model.getLayer('tested').outputShape as number[]).slice(1)).toEqual(shape);
    const loaded = await modelFromArtifact(await modelToArtifact(model));
    const images = tf.randomUniform([2, 6, 6, 1], 0, 1, 'float32', 5);
    const [made, read] = [model, loaded].map((one) => (one.predict(images) as tf.Tensor).dataSync());
    expect(read).toEqual(made);
    for (const one of [model, loaded]) one.dispose();
  });

  it.each(layerCases.filter(([, , settings]) => Object.keys(settings).length > 0))(
    '%s takes no setting that it does not know',
    (type, base, settings, shape) => {
      const network = networkOf([type, base, { ...settings, colour: 'red' }, shape]);
      const index = network.layers.findIndex((layer) => JSON.stringify(layer).includes('colour'));
      expect(schemaErrors(network)).toContain(`/layers/${index}/${type} must NOT have additional properties`);
    },
  );
});
