import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../src/core/digest.js';
import type { JsonObject } from '../../src/core/json.js';
import { ProblemError } from '../../src/core/problem.js';
import { writeDataset } from '../../src/data/dataset-artifact.js';
import type { LabelledImages } from '../../src/data/image-batch.js';
import { writeNpy } from '../../src/data/npy.js';
import { loadPreparedData } from '../../src/data/prepared-data.js';
import { proportionalShares } from '../../src/data/stratified-split.js';
import { preprocessImplementation } from '../../src/stages/preprocess-implementation.js';
import { preprocessStage } from '../../src/stages/preprocess.js';
import type { PreprocessSettings } from '../../src/stages/preprocess.schema.js';
import type { StageContext } from '../../src/stages/stage.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'assay-preprocess-'));
  mkdirSync(join(root, 'dataset'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** Images of 2 × 2; each holds its own place in its first two bytes, so that it can be told from all others. */
function numbered(labels: readonly number[]): LabelledImages {
  const pixels = new Uint8Array(labels.length * 4);
  labels.forEach((label, i) => pixels.set([i >> 8, i & 255, label, 255], i * 4));
  return { count: labels.length, shape: [2, 2, 1], pixels, labels: Int32Array.from(labels) };
}
const places = (images: LabelledImages) =>
  Array.from({ length: images.count }, (_, i) => images.pixels[i * 4]! * 256 + images.pixels[i * 4 + 1]!);

// Three classes in the proportion 6 : 3 : 1.
const trainLabels = Array.from({ length: 1000 }, (_, i) => [0, 0, 1, 0, 0, 1, 2, 0, 1, 0][i % 10]!);
const testLabels = trainLabels.slice(0, 200);

function store(train = numbered(trainLabels), test = numbered(testLabels)): void {
  writeDataset(join(root, 'dataset'), 'numbered', { classes: ['a', 'b', 'c'], train, test, source: {} });
}

async function preprocess(settings: Partial<PreprocessSettings> = {}, seed = 1, name = 'out') {
  const output = join(root, name);
  mkdirSync(output, { recursive: true });
  const dataset = {
    stage: 'acquire',
    type: 'dataset' as const,
    folder: join(root, 'dataset'),
    digest: '',
    summary: {},
  };
  // As much of the context as this stage may ask for; another member would be undefined and fail the test.
  const context = {
    settings: { scaling: 'unit', validation: 0.1, limit: {}, ...settings },
    seed,
    inputs: { dataset },
    output,
    signal: new AbortController().signal,
    locate: () => undefined,
  } as unknown as StageContext<PreprocessSettings>;
  const summary = await preprocessImplementation.execute(context);
  return { output, summary, ...(await loadPreparedData(output)) };
}

describe('preprocess', () => {
  it('writes the files that docs/artifacts.md lists, the same bytes each time', async () => {
    store();
    const one = await preprocess();
    expect(readdirSync(one.output).sort()).toEqual([
      'preparation.json',
      'test-images.npy',
      'test-labels.npy',
      'train-images.npy',
      'train-labels.npy',
      'validation-images.npy',
      'validation-labels.npy',
    ]);
    const two = await preprocess({}, 1, 'again');
    for (const file of readdirSync(one.output)) {
      expect(sha256(readFileSync(join(one.output, file)))).toBe(sha256(readFileSync(join(two.output, file))));
    }
    expect(readFileSync(join(one.output, 'preparation.json'), 'utf8')).toBe(
      '{"augmentation":null,"classCounts":{"test":[120,60,20],"train":[540,270,90],"validation":[60,30,10]},' +
        '"classes":["a","b","c"],"counts":{"test":200,"train":900,"validation":100},"imageShape":[2,2,1],' +
        '"scaling":{"kind":"unit","offset":0,"scale":0.00392156862745098}}\n',
    );
    expect(one.summary).toEqual({ note: '900 train, 100 validation, 200 test images' });
  });

  it('sets validation images aside: none twice, none lost, each with its label', async () => {
    store();
    const { train, validation, test } = await preprocess();
    const all = [...places(train), ...places(validation)].sort((a, b) => a - b);
    expect(all).toEqual(trainLabels.map((_, i) => i));
    for (const split of [train, validation]) {
      expect([...split.labels]).toEqual(places(split).map((place) => trainLabels[place]));
    }
    expect(places(test)).toEqual(testLabels.map((_, i) => i));
  });

  it('draws others for another seed', async () => {
    store();
    const [one, two] = [await preprocess(), await preprocess({}, 2, 'two')];
    expect(places(one.validation)).not.toEqual(places(two.validation));
  });

  it('limits each split, classes keeping their shares, after validation was set aside', async () => {
    store();
    const { preparation, train, validation } = await preprocess({
      limit: { train: 100, validation: 7, test: 10 },
    });
    expect(preparation.classCounts).toEqual({ train: [60, 30, 10], validation: [4, 2, 1], test: [6, 3, 1] });
    // The same images are for validation as without a limit, and for training.
    const whole = await preprocess({}, 1, 'whole');
    expect(places(whole.train)).toEqual(expect.arrayContaining(places(train)));
    expect(places(whole.validation)).toEqual(expect.arrayContaining(places(validation)));
  });

  it('takes all where the limit is beyond what there is', async () => {
    store();
    expect((await preprocess({ limit: { train: 5000 } })).preparation.counts).toEqual({
      train: 900,
      validation: 100,
      test: 200,
    });
  });

  it('may set nothing aside: the split is there, and empty', async () => {
    store();
    const { validation, preparation } = await preprocess({ validation: 0 });
    expect([validation.count, preparation.counts.train]).toEqual([0, 1000]);
    expect(preparation.classCounts.validation).toEqual([0, 0, 0]);
  });

  it('standard scaling gives the training pixels mean 0 and standard deviation 1', async () => {
    store();
    const { train, preparation } = await preprocess({ scaling: 'standard' });
    const { kind, scale, offset } = preparation.scaling;
    expect(kind).toBe('standard');
    const values = [...train.pixels].map((pixel) => pixel * scale + offset);
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    expect(mean).toBeCloseTo(0, 12);
    expect(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length).toBeCloseTo(1, 12);
  });

  it('refuses standard scaling of images that are all of one brightness', async () => {
    const flat = { ...numbered(trainLabels), pixels: new Uint8Array(4000).fill(9) };
    store(flat);
    const problem = {
      code: 'constant-images',
      message: 'expected the training images to be of more than one brightness for standard scaling, got 9',
      at: undefined,
      fix: 'use scaling: unit',
    };
    await expect(preprocess({ scaling: 'standard' })).rejects.toThrow(new ProblemError(problem));
  });

  it('refuses to leave nothing for training', async () => {
    store(numbered([1]));
    await expect(preprocess({ validation: 0.9 })).rejects.toThrow(
      'expected the training split to be of at least one image, got "0 of 1"',
    );
  });

  it('writes augmentation down', async () => {
    store();
    const augmentation = { shift: 2, elastic: { alpha: 34, sigma: 4 } };
    expect((await preprocess({ augmentation })).preparation.augmentation).toEqual(augmentation);
  });

  it('depends on the seed only where it draws', () => {
    const dependsOnSeed = (settings: JsonObject): boolean => preprocessStage.dependsOnSeed(settings);
    expect(dependsOnSeed({ validation: 0, limit: {} })).toBe(false);
    expect(dependsOnSeed({ validation: 0.1, limit: {} })).toBe(true);
    expect(dependsOnSeed({ validation: 0, limit: { test: 5 } })).toBe(true);
  });

  it('refuses a data set whose labels are no classes, are too few, or whose splits differ in shape', async () => {
    store();
    const file = join(root, 'dataset', 'train-labels.npy');
    writeNpy(file, [1000], new Int32Array(1000).fill(3));
    await expect(preprocess()).rejects.toThrow(
      'expected train-labels.npy[0] to be a class from 0 to 2, got 3',
    );
    writeNpy(file, [999], new Int32Array(999));
    await expect(preprocess()).rejects.toThrow(
      'expected train-labels.npy to be one label for each of 1000 images, got 999',
    );
    store(numbered(trainLabels), { ...numbered([0]), shape: [4, 1, 1] });
    await expect(preprocess()).rejects.toThrow(
      'expected test-images.npy to be images of 2×2×1, as train-images.npy, got "4×1×1"',
    );
    writeFileSync(join(root, 'dataset', 'dataset.json'), '{"classes":7}');
    await expect(preprocess()).rejects.toThrow(
      'expected "classes" in dataset.json to be a list of names, got 7',
    );
  });
});

describe('prepared data', () => {
  it('is loaded split by split', async () => {
    store();
    const { output } = await preprocess();
    rmSync(join(output, 'train-images.npy'));
    const some = await loadPreparedData(output, ['validation', 'test']);
    expect([some.validation.count, some.test.count, 'train' in some]).toEqual([100, 200, false]);
  });

  it('may bring weights of the training images, one for each', async () => {
    store();
    const { output, train } = await preprocess();
    expect('weights' in train).toBe(false);
    const write = (weights: Float32Array | Float64Array) =>
      writeNpy(join(output, 'train-weights.npy'), [weights.length], weights);
    const weights = Float32Array.from({ length: train.count }, (_, i) => (i % 7) / 2);
    write(weights);
    const loaded = await loadPreparedData(output);
    expect(loaded.train.weights).toEqual(weights);
    expect('weights' in loaded.validation || 'weights' in loaded.test).toBe(false);
    write(weights.subarray(1));
    await expect(loadPreparedData(output)).rejects.toThrow(
      `expected train-weights.npy to be one weight for each of ${train.count} images, got ${train.count - 1}`,
    );
    for (const [wrong, told] of [
      [-0.5, '-0.5'],
      [NaN, 'NaN'],
      [Infinity, 'Infinity'],
    ] as const) {
      write(weights.map((weight, i) => (i === 3 ? wrong : weight)));
      await expect(loadPreparedData(output)).rejects.toThrow(
        `expected train-weights.npy[3] to be a finite number from 0, got ${told}`,
      );
    }
    write(Float64Array.from(weights));
    await expect(loadPreparedData(output)).rejects.toThrow('to be an array of float32, got float64');
  });

  it('that contradicts itself is refused', async () => {
    store();
    const { output, preparation } = await preprocess();
    const write = (value: unknown) => writeFileSync(join(output, 'preparation.json'), JSON.stringify(value));
    write({ ...preparation, counts: { ...preparation.counts, test: 9 } });
    await expect(loadPreparedData(output)).rejects.toThrow(
      'expected test-images.npy to be of shape (9, 2, 2, 1) as preparation.json says, got "(200, 2, 2, 1)"',
    );
    write({ ...preparation, scaling: { kind: 'unit' } });
    await expect(loadPreparedData(output)).rejects.toThrow(
      'expected "scaling" in preparation.json to be { kind, scale, offset }, got {"kind":"unit"}',
    );
    write(null);
    await expect(loadPreparedData(output)).rejects.toThrow(
      'expected "classes" in preparation.json to be a list of names, got nothing',
    );
    writeFileSync(join(output, 'preparation.json'), '{');
    await expect(loadPreparedData(output)).rejects.toThrow(
      "preparation.json can't be read: Expected property name",
    );
  });
});

describe('shares', () => {
  it('sum to the total and follow the counts, by largest remainder', () => {
    expect(proportionalShares([9, 9, 9, 9, 9, 9, 9, 9, 9, 9], 10)).toEqual(Array(10).fill(1));
    expect(proportionalShares([5421, 6742, 5958], 256)).toEqual([77, 95, 84]);
    expect(proportionalShares([1, 1, 1], 2)).toEqual([1, 1, 0]);
    expect(proportionalShares([3, 0, 4], 7)).toEqual([3, 0, 4]);
    expect(proportionalShares([0, 0], 0)).toEqual([0, 0]);
  });
});
