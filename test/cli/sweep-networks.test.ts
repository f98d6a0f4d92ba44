/** A sweep over networks that are really trained: counted before, shared up to where trials differ, paused and promoted. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Rig } from '../support/rig.js';
import { smallExperiment, writeSmallProject } from '../support/small-project.js';
import type { SweepJson } from '../support/sweep-project.js';

let rig: Rig;
beforeEach(() => {
  rig = new Rig();
  writeSmallProject(rig);
});
afterEach(() => rig[Symbol.dispose]());

function addSweep(lines: string): void {
  const block = lines
    .trim()
    .split('\n')
    .map((line) => `  ${line}\n`)
    .join('');
  rig.write(smallExperiment, `${rig.read(smallExperiment)}sweep:\n${block}`);
}

const networks = `
objective: validation.loss
space:
  build.network:
    - { name: narrow, value: { layers: [flatten, { dense: { units: 4 } }, { dense: { units: 10, activation: softmax } }] } }
    - { name: wide, value: { layers: [flatten, { dense: { units: 32 } }, { dense: { units: 10, activation: softmax } }] } }
    - { name: broken, value: { layers: [flatten, flatten, { dense: { units: 10, activation: softmax } }] } }
  train.batchSize: [32, 64]
sampler: grid
workers: 2
threads: 1
`;

async function sweep(args: readonly string[] = []): Promise<SweepJson> {
  const { code, stdout, stderr } = await rig.assay(['sweep', smallExperiment, '--json', ...args]);
  expect(code, stdout + stderr).toBe(0);
  return JSON.parse(stdout) as SweepJson;
}

it('tells networks that can not be built apart from failures, and does what trials share once', async () => {
  addSweep(networks);
  const result = await sweep();
  expect(result.counts).toMatchObject({ done: 4, infeasible: 2, failed: 0 });
  expect(
    result.trials.filter(({ state }) => state === 'infeasible').map(({ problem }) => problem?.code),
  ).toEqual(['layer-input', 'layer-input']);
  const made = async (stage: string): Promise<number> => {
    const statuses = await Promise.all(
      result.trials.map(async ({ run }) => {
        const { stdout } = await rig.assay(['show', run, '--json']);
        const { stages } = JSON.parse(stdout) as { stages: { name: string; status: string }[] };
        return stages.find(({ name }) => name === stage)?.status;
      }),
    );
    return statuses.filter((status) => status === 'ran').length;
  };
  expect(await made('acquire')).toBe(1);
  expect(await made('preprocess')).toBe(1);
  expect(await made('build')).toBe(2);
  expect(await made('train')).toBe(4);
});

it('counts a network before it is trained where a constraint asks for that', async () => {
  addSweep(`${networks}constraints: ["parameters <= 10000"]`);
  const { stderr } = await rig.assay(['sweep', smallExperiment]);
  expect(stderr.match(/^✓ trial \d done/gm)).toHaveLength(2);
  expect(stderr.match(/^▸ .*$/gm)?.join()).toMatch(/^[^,]*narrow.*narrow/);
  expect(stderr).toContain('2 done\n4 configurations not begun because infeasible\n');
  expect(stderr).not.toContain('wide');
});

it('trains no epoch twice under ASHA: paused trials go on from their checkpoints', async () => {
  addSweep(`
objective: validation.loss
space: { train.optimizer.learningRate: { logUniform: [0.0001, 0.1] } }
sampler: random
scheduler: { asha: { minEpochs: 1, reduction: 3 } }
trials: 6
workers: 2
threads: 1`);
  const result = await sweep();
  expect(result.counts['paused']).toBeGreaterThan(0);
  expect(result.counts['done']).toBeGreaterThan(0);
  for (const { run, state, epochs } of result.trials) {
    expect(epochs).toBe(state === 'done' ? 3 : 1);
    const { stdout } = await rig.assay(['show', run, '--json']);
    expect((JSON.parse(stdout) as { status: string }).status).toBe(state);
  }
});
