/** What is wrong with a network is told before anything runs, or by the line of the setting that is to blame. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Rig } from '../support/rig.js';
import { smallExperiment, writeSmallProject } from '../support/small-project.js';

let rig: Rig;
beforeEach(() => {
  rig = new Rig();
  writeSmallProject(rig);
});
afterEach(() => rig[Symbol.dispose]());

it.each(['validate', 'plan', 'run'])(
  '%s tells a layer that takes its input from nowhere',
  async (command) => {
    rig.write(
      'pipelines/networks/wired.yaml',
      'layers:\n  - flatten: { name: start }\n  - dense: { units: 10, from: strat, activation: softmax }\n',
    );
    rig.write(smallExperiment, `${rig.read(smallExperiment)}  build.network: wired\n`);
    const { code, stderr } = await rig.assay([command, smallExperiment]);
    expect(code).toBe(2);
    expect(stderr).toBe(
      [
        'pipelines/networks/wired.yaml:3:31 error[unknown-layer-name]: layer 2 (dense) takes its input from "strat", and no layer before it has that name',
        '  3 |   - dense: { units: 10, from: strat, activation: softmax }',
        '    |                               ^^^^^',
        '  fix: did you mean "start"?',
        '',
        '1 problem',
        '',
      ].join('\n'),
    );
  },
);

it('validate tells the same of a network by itself', async () => {
  rig.write('pipelines/networks/wired.yaml', 'layers:\n  - dense: { units: 10, from: strat }\n');
  const { code, stderr } = await rig.assay(['validate', 'pipelines/networks/wired.yaml']);
  expect(code).toBe(2);
  expect(stderr).toContain('pipelines/networks/wired.yaml:2:31 error[unknown-layer-name]: layer 1 (dense)');
});

it('another number of classes than the data has is told where it is set', async () => {
  const { code, stderr } = await rig.assay(['run', smallExperiment, '--set', 'params.classes=12']);
  expect(code).toBe(1);
  expect(stderr).toContain(
    [
      'pipelines/small.yaml:8:16 error[network-mismatch]: expected the network to give 10 numbers an image, one for each class, got one that gives 12',
      '  8 |       classes: "${params.classes}"',
      '    |                ^^^^^^^^^^^^^^^^^^^',
      '  its value comes from here: --set:1:16',
      '  1 | params.classes=12',
      '    |                ^^',
      '  fix: set that to 10, which is what the data has',
    ].join('\n'),
  );
});

it('so are images of another shape', async () => {
  const { code, stderr } = await rig.assay(['run', smallExperiment, '--set', 'build.inputShape=[14, 14, 1]']);
  expect(code).toBe(1);
  expect(stderr).toContain(
    [
      '--set:1:18 error[network-mismatch]: expected the network to take images of 28×28×1, got one that takes 14×14×1',
      '  1 | build.inputShape=[14, 14, 1]',
      '    |                  ^^^^^^^^^^^',
      '  fix: set "build.inputShape" to [28, 28, 1], which is what the data has',
    ].join('\n'),
  );
});
