/** The sweep that comes with Assay, opened with the real stages. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openExperimentTemplate } from '../../../src/config/experiment-template.js';
import { formatProblems } from '../../../src/core/format-problem.js';
import { buildNetwork } from '../../../src/models/build-model.js';
import type { Network } from '../../../src/models/network.js';
import { settingsOf } from '../project.js';

const root = join(import.meta.dirname, '../../..');

it('searches over five architectures, and builds the parametric one at every depth', async () => {
  const opened = await openExperimentTemplate({
    file: join(root, 'experiments/architectures.yaml'),
    projectRoot: root,
    loadCustomStage: () => Promise.reject(new Error('no stage of its own')),
  });
  if (!opened.ok) throw new Error(formatProblems(opened.problems));
  const { sweep, check } = opened.value;
  expect(sweep?.trials).toBeGreaterThanOrEqual(24);
  expect(sweep?.scheduler.kind).toBe('asha');
  const networks = sweep?.space.parameters.find(({ path }) => path === 'build.network');
  expect(networks?.choices?.map(({ label }) => label)).toEqual([
    'mlp',
    'lenet5',
    'cnn-small',
    'resnet-mini',
    'parametric',
  ]);

  const parametersAt = async (depth: number, batchNormalization: number): Promise<number> => {
    const checked = check({
      'build.network': 'cnn-parametric',
      'build.parameters.depth': depth,
      'build.parameters.batchNormalization': batchNormalization,
    });
    if (!checked.ok) throw new Error(formatProblems(checked.problems));
    const network = settingsOf(checked.value, 'build')['network'] as unknown as Network;
    const model = await buildNetwork(network, {
      inputShape: [28, 28, 1],
      classes: 10,
      seed: 1,
      locate: () => undefined,
    });
    const count = model.countParams();
    model.dispose();
    return count;
  };
  // Blocks of 16, 32, 64 and 128 filters of 3×3 leave 14×14, 7×7, 4×4 and 2×2 values.
  const dense = (values: number): number => values * 64 + 64 + 64 * 10 + 10;
  const blocks = [9 * 16 + 16, 9 * 16 * 32 + 32, 9 * 32 * 64 + 64, 9 * 64 * 128 + 128];
  const values = [14 * 14 * 16, 7 * 7 * 32, 4 * 4 * 64, 2 * 2 * 128];
  for (const depth of [1, 2, 3, 4]) {
    const convolutions = blocks.slice(0, depth).reduce((sum, block) => sum + block, 0);
    expect(await parametersAt(depth, 0)).toBe(convolutions + dense(values[depth - 1]!));
  }
  expect(await parametersAt(2, 1)).toBe((await parametersAt(2, 0)) + 4 * (16 + 32));
});
