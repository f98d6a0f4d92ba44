import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StageEvent } from '../../src/core/events.js';
import { ProblemError } from '../../src/core/problem.js';
import { readDataset } from '../../src/data/dataset-artifact.js';
import { countClasses } from '../../src/data/labelled-images.js';
import { acquireImplementation } from '../../src/stages/acquire-implementation.js';
import { acquireStage } from '../../src/stages/acquire.js';
import type { AcquireSettings } from '../../src/stages/acquire.schema.js';
import type { StageContext } from '../../src/stages/stage.js';

const shared = fileURLToPath(new URL('../../../shared/datasets', import.meta.url));
let output: string;
beforeEach(() => {
  output = mkdtempSync(join(tmpdir(), 'assay-acquire-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(output, { recursive: true });
});

async function acquire(dataset: AcquireSettings['dataset']) {
  const events: StageEvent[] = [];
  // As much of the context as this stage may ask for.
  const context = {
    settings: { dataset, synthetic: { train: 50, test: 20 } },
    seed: 7,
    output,
    signal: new AbortController().signal,
    emit: (event: StageEvent) => events.push(event),
  } as unknown as StageContext<AcquireSettings>;
  return { summary: await acquireImplementation.execute(context), events };
}

describe('acquire', () => {
  it('stores synthetic digits as docs/artifacts.md says', async () => {
    const { summary, events } = await acquire('synthetic-digits');
    expect(readdirSync(output).sort()).toEqual([
      'dataset.json',
      'test-images.npy',
      'test-labels.npy',
      'train-images.npy',
      'train-labels.npy',
    ]);
    expect(readFileSync(join(output, 'dataset.json'), 'utf8')).toBe(
      '{"classes":["0","1","2","3","4","5","6","7","8","9"],"counts":{"test":20,"train":50},"imageShape":[28,28,1],' +
        '"name":"synthetic-digits","source":{"generator":"synthetic-digits","kind":"generated","seed":7,"test":20,' +
        '"train":50,"version":1}}\n',
    );
    expect(summary).toEqual({ note: '50 train, 20 test images, 28×28×1' });
    expect(events.at(-1)).toEqual({ type: 'progress', done: 70, total: 70, unit: 'images' });
  });

  it('depends on the seed for what it draws, not for what it fetches', () => {
    expect(acquireStage.dependsOnSeed({ dataset: 'synthetic-digits' })).toBe(true);
    expect(acquireStage.dependsOnSeed({ dataset: 'mnist' })).toBe(false);
  });

  it('without MNIST and with nobody to ask, says so', async () => {
    vi.stubEnv('ASSAY_DATASETS', '');
    vi.stubEnv('ASSAY_DATA_HOME', output);
    vi.stubEnv('ASSAY_MNIST_MIRRORS', 'http://127.0.0.1:9/mnist');
    const error: unknown = await acquire('mnist').catch((reason: unknown) => reason);
    if (!(error instanceof ProblemError)) throw error;
    expect(error.problems[0]!.code).toBe('no-dataset');
    expect(error.message).toContain(
      '\n  - http://127.0.0.1:9/mnist/train-images-idx3-ubyte.gz could not be reached (connect ECONNREFUSED 127.0.0.1:9)',
    );
  });

  it.skipIf(!existsSync(join(shared, 'mnist')))(
    'stores all of MNIST from a folder that the user brought',
    async () => {
      vi.stubEnv('ASSAY_DATASETS', shared);
      const { summary, events } = await acquire('mnist');
      expect(summary.note).toBe('60,000 train, 10,000 test images, 28×28×1');
      expect(events).toEqual([]);
      expect(statSync(join(output, 'train-images.npy')).size).toBe(128 + 60_000 * 784);
      const { train, test } = readDataset(output);
      expect(countClasses(train.labels, 10)).toEqual([
        5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949,
      ]);
      expect([...test.labels.subarray(0, 10)]).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
    },
  );
});
