/** `assay compare` of a sweep in which a network can't be built: what the record calls infeasible is no failure. */
import { expect, it } from 'vitest';
import { Rig } from '../support/rig.js';
import { smallExperiment, writeSmallProject } from '../support/small-project.js';

const sweep = `
sweep:
  objective: validation.loss
  space:
    build.network:
      - { name: narrow, value: { layers: [flatten, { dense: { units: 10, activation: softmax } }] } }
      - { name: wide, value: { layers: [flatten, { dense: { units: 12 } }, { dense: { units: 10, activation: softmax } }] } }
      - { name: broken, value: { layers: [flatten, flatten, { dense: { units: 10, activation: softmax } }] } }
  sampler: grid
  workers: 1
  threads: 1
`;

it('tells an infeasible trial apart from failures', async () => {
  using rig = new Rig();
  writeSmallProject(rig);
  rig.write(smallExperiment, `${rig.read(smallExperiment)}${sweep.trimStart()}`);
  expect((await rig.assay(['sweep', smallExperiment, '--name', 'widths'])).code).toBe(0);
  const { code, stdout } = await rig.assay(['compare', '--sweep', 'widths', '--format', 'md']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^\| `trial 2` \| infeasible \|/m);
  expect(stdout).toMatch(/^- `trial 2` infeasible: expected .*flatten/m);
  expect(stdout).not.toMatch(/failed:/);
  const json = await rig.assay(['compare', '--sweep', 'widths', '--format', 'json']);
  const { runs } = JSON.parse(json.stdout) as { runs: { status: string; reason?: string }[] };
  expect(runs.map(({ status }) => status)).toEqual(['done', 'done', 'infeasible']);
  await rig.assay(['compare', '--sweep', 'widths', '--output', 'widths.html']);
  expect(rig.read('widths.html')).toContain('Of 3 runs 1 was infeasible.');
}, 60_000);
