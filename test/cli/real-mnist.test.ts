/** Real MNIST from the shared copy goes all the way through; skipped, visibly, where there is no copy. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Rig, sharedDatasets } from '../support/rig.js';

const missing = !existsSync(join(sharedDatasets, 'mnist', 'train-images-idx3-ubyte.gz'));
const small = [
  'preprocess.limit.train=256',
  'preprocess.limit.validation=64',
  'preprocess.limit.test=128',
  'train.epochs=1',
];

it.skipIf(missing)(
  'trains the reference CNN on a little of MNIST and reports it',
  { timeout: 240_000 },
  async () => {
    using rig = new Rig();
    rig.write('package.json', '{ "name": "mnist", "private": true }\n');
    rig.useRepositoryFiles();
    const outcome = await rig.run('experiments/mnist-cnn.yaml', [...small, 'engine=reference'], {
      ASSAY_DATASETS: sharedDatasets,
    });
    expect(outcome.stages.map(({ name, status }) => `${name} ${status}`)).toEqual([
      'acquire ran',
      'preprocess ran',
      'build ran',
      'train ran',
      'evaluate ran',
      'report ran',
    ]);
    expect(outcome.metrics['accuracy']).toBeGreaterThan(0.15);
    expect(existsSync(outcome.report)).toBe(true);
  },
);
