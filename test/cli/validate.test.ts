/** `assay validate` of files and folders: each problem once, at its cause. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Rig } from '../support/rig.js';
import { smallExperiment, writeSmallProject } from '../support/small-project.js';

let rig: Rig;
beforeEach(() => {
  rig = new Rig();
  writeSmallProject(rig);
});
afterEach(() => rig[Symbol.dispose]());

it('tells once what an experiment and its pipeline have in common', async () => {
  rig.write(
    'pipelines/small.yaml',
    rig.read('pipelines/small.yaml').replace('batchSize: 32', 'batchSize: few'),
  );
  const { code, stderr } = await rig.assay(['validate', smallExperiment, 'pipelines/small.yaml']);
  expect([code, stderr]).toEqual([
    2,
    [
      'pipelines/small.yaml:15:83 error[wrong-type]: expected "train.batchSize" to be an integer from 1 to 65536, got "few"',
      '  15 |   train: { uses: train, needs: [preprocess, build], with: { epochs: 3, batchSize: few } }',
      '     |                                                                                   ^^^',
      '',
      '1 problem',
      '',
    ].join('\n'),
  ]);
});

it('a missing number of classes is told where it is missing alone', async () => {
  const pipeline = rig.read('pipelines/small.yaml').replace('      classes: "${params.classes}"\n', '');
  rig.write('pipelines/small.yaml', pipeline);
  const { code, stderr } = await rig.assay(['validate', smallExperiment]);
  expect([code, stderr]).toEqual([
    2,
    [
      'pipelines/small.yaml:7:5 error[missing-setting]: expected "build.classes" to be an integer from 2 to 100000, got nothing',
      '  7 |     with:',
      '    |     ^^^^',
      '  fix: set build.classes in the experiment, or classes under the stage\'s "with"',
      '',
      '1 problem',
      '',
    ].join('\n'),
  ]);
});

it('checks the files of a folder, and those below it', async () => {
  rig.write('pipelines/networks/tiny.yaml', 'layers: [flatten]\n');
  rig.write('pipelines/networks/notes.txt', 'not YAML');
  expect(await rig.assay(['validate', 'experiments', 'pipelines', smallExperiment])).toEqual({
    code: 0,
    stdout:
      'experiments/small.yaml: experiment, fine\npipelines/networks/tiny.yaml: network, fine\npipelines/small.yaml: pipeline, fine\n',
    stderr: '',
  });
});

it('says that a folder holds no YAML files', async () => {
  rig.write('notes/a.txt', '');
  expect(await rig.assay(['validate', 'notes'])).toEqual({
    code: 2,
    stdout: '',
    stderr: 'error[no-files]: expected notes to hold YAML files, got none\n\n1 problem\n',
  });
});
