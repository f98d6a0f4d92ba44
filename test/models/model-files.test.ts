/** The stage `build` from end to end, and the files it leaves. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.js';
import type { ModelArtifact } from '../../src/models/model-artifact.js';
import {
  modelFromArtifact,
  modelToArtifact,
  readModelFolder,
  writeModelFolder,
} from '../../src/models/tfjs-artifact.js';
import { tf, tfLayers } from '../../src/models/tfjs.js';
import { buildStage } from '../../src/stages/build.js';
import type { StageContext } from '../../src/stages/stage.js';
import { build, locate, preset } from './support.js';

const root = mkdtempSync(join(tmpdir(), 'assay-models-'));
afterAll(() => rmSync(root, { recursive: true }));

/** Runs the stage into a new folder; it uses nothing of its context but these. */
async function runStage(name: string, seed = 7) {
  const output = join(root, name);
  mkdirSync(output);
  const settings = {
    network: preset('cnn-small'),
    inputShape: [28, 28, 1],
    classes: 10,
  } as unknown as JsonObject;
  const implementation = await buildStage.load();
  const summary = await implementation.execute({
    settings,
    seed,
    output,
    locate,
  } as unknown as StageContext<never>);
  return { output, summary };
}

const filesOf = (folder: string): Record<string, string> =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'base64')]));

describe('the stage build', () => {
  let first: Awaited<ReturnType<typeof runStage>>;
  beforeAll(async () => {
    first = await runStage('first');
  });

  it('writes a model, a table for people and the same for programs, and says what it is', () => {
    expect(readdirSync(first.output).sort()).toEqual([
      'model.json',
      'summary.json',
      'summary.txt',
      'weights.bin',
    ]);
    expect(first.summary).toEqual({
      metrics: { parameters: 34_826, trainableParameters: 34_826 },
      note: 'cnn-small, 7 layers, 34,826 parameters',
    });
    expect(readFileSync(join(first.output, 'summary.txt'), 'utf8'))
      .toBe(`cnn-small: images of 28×28×1, 10 classes

layer           type          output    parameters
--------------  ------------  --------  ----------
input           input         28×28×1            0
conv2d_1        conv2d        26×26×32         320
maxPooling2d_1  maxPooling2d  13×13×32           0
conv2d_2        conv2d        11×11×64      18,496
maxPooling2d_2  maxPooling2d  5×5×64             0
flatten_1       flatten       1600               0
dropout_1       dropout       1600               0
dense_1         dense         10            16,010

34,826 parameters, all trained
`);
    const summary = JSON.parse(readFileSync(join(first.output, 'summary.json'), 'utf8')) as JsonObject;
    expect(summary).toMatchObject({
      name: 'cnn-small',
      inputShape: [28, 28, 1],
      classes: 10,
      parameters: 34_826,
    });
    expect((summary['layers'] as unknown[])[1]).toEqual({
      name: 'conv2d_1',
      type: 'conv2d',
      outputShape: [26, 26, 32],
      parameters: 320,
      inputs: ['input'],
    });
  });

  it('writes the same bytes for the same settings and seed, and other weights alone for another seed', async () => {
    const before = filesOf(first.output);
    expect(filesOf((await runStage('second')).output)).toEqual(before);
    const other = filesOf((await runStage('other', 8)).output);
    expect(Object.keys(before).filter((name) => other[name] !== before[name])).toEqual(['weights.bin']);
  });

  it('leaves no tensors behind', async () => {
    await runStage('third');
    const before = tf.memory().numTensors;
    await runStage('fourth');
    expect(tf.memory().numTensors).toBe(before);
  });

  it('leaves no tensors behind when the network is refused', async () => {
    const wrong = { layers: ['flatten', { dense: { units: 4, activation: 'softmax' } }] };
    await expect(build(wrong)).rejects.toThrow('one for each class, got 4');
    const before = tf.memory().numTensors;
    await expect(build(wrong)).rejects.toThrow('one for each class, got 4');
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('a model folder', () => {
  it('opens with tf.loadLayersModel and predicts the same', async () => {
    const model = await build(preset('lenet5'));
    const folder = join(root, 'lenet5');
    await writeModelFolder(folder, await modelToArtifact(model));
    // As a program without Assay would: the two files as a tfjs handler for files reads them.
    const manifest = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')) as {
      modelTopology: object;
      weightsManifest: { paths: string[]; weights: { name: string; shape: number[]; dtype: 'float32' }[] }[];
    };
    const [group] = manifest.weightsManifest;
    const bytes = new Uint8Array(readFileSync(join(folder, group!.paths[0]!)));
    const load = () =>
      Promise.resolve({
        modelTopology: manifest.modelTopology,
        weightSpecs: group!.weights,
        weightData: bytes.buffer,
      });
    const loaded = await tfLayers.loadLayersModel({ load });
    const images = tf.randomUniform([3, 28, 28, 1], 0, 1, 'float32', 5);
    const [a, b] = [model, loaded].map((one) => Array.from((one.predict(images) as tf.Tensor).dataSync()));
    expect(b).toEqual(a);
  });

  it('holds no version, no date and no seed', async () => {
    const folder = join(root, 'plain');
    await writeModelFolder(folder, await modelToArtifact(await build(preset('mlp'))));
    const text = readFileSync(join(folder, 'model.json'), 'utf8');
    expect(text).not.toMatch(/4\.22|"seed":\d|20\d\d-/);
    expect(text.endsWith('}\n')).toBe(true);
  });

  it('keeps int32 weights and those that start in the middle of a buffer', async () => {
    const buffer = new Float32Array([9, 1, 2, 3]);
    const artifact: ModelArtifact = {
      topology: { class_name: 'Model', config: {} },
      weights: [
        { name: 'a', shape: [3], dtype: 'float32', values: buffer.subarray(1) },
        { name: 'b', shape: [2, 1], dtype: 'int32', values: Int32Array.of(-1, 2 ** 30) },
        { name: 'c', shape: [], dtype: 'float32', values: Float32Array.of(0.5) },
      ],
    };
    const folder = join(root, 'mixed');
    await writeModelFolder(folder, artifact);
    expect(await readModelFolder(folder)).toEqual({
      ...artifact,
      weights: artifact.weights.map((one) => ({ ...one, values: one.values.slice() })),
    });
  });

  it('is read from several weight files, as tfjs writes large models', async () => {
    const folder = join(root, 'parts');
    const artifact = await modelToArtifact(await build(preset('mlp')));
    await writeModelFolder(folder, artifact);
    const bytes = readFileSync(join(folder, 'weights.bin'));
    writeFileSync(join(folder, 'part1.bin'), bytes.subarray(0, 1001));
    writeFileSync(join(folder, 'part2.bin'), bytes.subarray(1001));
    const manifest = readFileSync(join(folder, 'model.json'), 'utf8');
    writeFileSync(join(folder, 'model.json'), manifest.replace('"weights.bin"', '"part1.bin","part2.bin"'));
    expect(await readModelFolder(folder)).toEqual(artifact);
  });

  it('that is broken is refused in a sentence', async () => {
    const folder = join(root, 'broken');
    await writeModelFolder(folder, await modelToArtifact(await build(preset('mlp'))));
    const [file, weights] = [join(folder, 'model.json'), join(folder, 'weights.bin')];
    const manifest = readFileSync(file, 'utf8');
    const bytes = readFileSync(weights);

    writeFileSync(weights, bytes.subarray(4));
    await expect(readModelFolder(folder)).rejects.toThrow(
      `expected weights.bin beside ${file} to be 407080 bytes long, got 407076`,
    );
    writeFileSync(weights, Buffer.concat([bytes, bytes.subarray(0, 4)]));
    await expect(readModelFolder(folder)).rejects.toThrow(
      `expected weights.bin beside ${file} to be 407080 bytes long, got 407084`,
    );
    writeFileSync(
      file,
      manifest.replace('"float32","name":"dense_1/kernel"', '"float16","name":"dense_1/kernel"'),
    );
    await expect(readModelFolder(folder)).rejects.toThrow(
      `expected the dtype of weight "dense_1/kernel" to be float32 or int32, got "float16" in ${file}`,
    );
    writeFileSync(file, '{');
    await expect(readModelFolder(folder)).rejects.toThrow(`expected ${file} to be JSON, and it is not`);
    writeFileSync(file, '{"format":"graph-model"}');
    await expect(readModelFolder(folder)).rejects.toThrow(
      `expected ${file} to be a layers-model of TensorFlow.js, with modelTopology and weightsManifest`,
    );
  });

  it('is loaded with the weights that were saved, though tfjs would apply constraints to them', async () => {
    const kernelConstraint = tfLayers.constraints.maxNorm({ maxValue: 1 });
    const dense = tfLayers.layers.dense({ units: 2, inputShape: [3], kernelConstraint });
    const made = tfLayers.sequential({ layers: [dense] });
    const artifact = await modelToArtifact(made);
    artifact.weights[0]!.values.fill(5);
    const loaded = await modelFromArtifact(artifact);
    expect((await modelToArtifact(loaded)).weights).toEqual(artifact.weights);
    made.dispose();
    loaded.dispose();
  });

  it('loads without drawing random numbers for weights that are replaced at once', async () => {
    const artifact = await modelToArtifact(await build(preset('resnet-mini')));
    const random = Math.random;
    let draws = 0;
    Math.random = () => {
      draws++;
      return random();
    };
    try {
      await modelFromArtifact(artifact);
    } finally {
      Math.random = random;
    }
    expect(draws).toBe(0);
  });
});
