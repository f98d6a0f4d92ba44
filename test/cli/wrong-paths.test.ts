/** Files that are not where they are looked for, and files of another kind: what is said, and which one is suggested. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Rig } from '../support/rig.js';
import { smallExperiment, writeSmallProject } from '../support/small-project.js';

let rig: Rig;
beforeEach(() => {
  rig = new Rig();
  writeSmallProject(rig);
  rig.write('pipelines/networks/tiny.yaml', 'layers: [flatten]\n');
});
afterEach(() => rig[Symbol.dispose]());

const told = async (...args: string[]): Promise<[code: number | string, stderr: string]> => {
  const { code, stderr } = await rig.assay(args);
  return [code, stderr];
};

it('an experiment by its name alone is found in another folder', async () => {
  for (const command of ['run', 'plan', 'validate', 'sweep']) {
    expect(await told(command, 'small')).toEqual([
      2,
      'error[file-not-found]: expected the file to be the path of a file, got "small", which is not there\n' +
        '  fix: did you mean "experiments/small.yaml"?\n\n1 problem\n',
    ]);
  }
});

it('a folder that is not there is no bug', async () => {
  expect(await told('run', 'experimnets/small.yaml')).toEqual([
    2,
    'error[file-not-found]: expected the file to be the path of a file, got "experimnets/small.yaml", which is not there\n' +
      '  fix: did you mean "experiments/small.yaml"?\n\n1 problem\n',
  ]);
});

it('a path in a file is said to be relative to its folder', async () => {
  rig.write(smallExperiment, 'pipeline: pipelines/small.yaml\n');
  expect(await told('run', smallExperiment)).toEqual([
    2,
    [
      'experiments/small.yaml:1:11 error[file-not-found]: expected "pipeline" to be the path of a file, got "pipelines/small.yaml", which is not there (relative to experiments)',
      '  1 | pipeline: pipelines/small.yaml',
      '    |           ^^^^^^^^^^^^^^^^^^^^',
      '  fix: did you mean "../pipelines/small.yaml"?',
      '',
      '1 problem',
      '',
    ].join('\n'),
  ]);
});

it('so is the path of a network, of the file or of --set', async () => {
  rig.write(smallExperiment, `${rig.read(smallExperiment)}  build.network: networks/tiny.yaml\n`);
  const [, inFile] = await told('plan', smallExperiment);
  expect(inFile).toContain('got "networks/tiny.yaml", which is not there (relative to experiments)\n');
  expect(inFile).toContain('  fix: did you mean "../pipelines/networks/tiny.yaml"?\n');
  const [, onLine] = await told('plan', smallExperiment, '--set', 'build.network=networks/tiny.yaml');
  expect(onLine).toContain(
    'got "networks/tiny.yaml", which is not there (relative to the project\'s folder)\n',
  );
  expect(onLine).toContain('  fix: did you mean "pipelines/networks/tiny.yaml"?\n');
});

it.each([
  ['pipelines/small.yaml', 'pipeline', 'name it in an experiment: pipeline: …'],
  ['pipelines/networks/tiny.yaml', 'network', 'name it in an experiment, under set: build.network: …'],
])('%s is no experiment', async (file, kind, fix) => {
  for (const command of ['run', 'plan']) {
    expect(await told(command, file)).toEqual([
      2,
      `error[not-an-experiment]: expected the file to be an experiment, got ${file}, which is a ${kind}\n  fix: ${fix}\n\n1 problem\n`,
    ]);
  }
});
