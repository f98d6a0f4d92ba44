/** Settings that name a folder, by the one there is: `template` of the stage kind `report`. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkExperiment } from '../../src/config/check-experiment.js';
import { formatProblems } from '../../src/core/format-problem.js';
import { loadCustomStage } from '../../src/stages/custom-stage.js';

let projectRoot: string;

beforeAll(() => {
  projectRoot = realpathSync(mkdtempSync(join(tmpdir(), 'assay-folders-')));
  mkdirSync(join(projectRoot, 'experiments', 'mine'), { recursive: true });
  symlinkSync(tmpdir(), join(projectRoot, 'experiments', 'way-out'));
});
afterAll(() => rmSync(projectRoot, { recursive: true, force: true }));

/** What becomes of the setting: its checked value, or the problems as the terminal draws them. */
async function template(path: string, set: readonly string[] = []): Promise<unknown> {
  const folder = join(projectRoot, 'experiments');
  writeFileSync(
    join(folder, 'pipeline.yaml'),
    `stages:
  acquire: { uses: acquire, with: { dataset: mnist } }
  data: { uses: preprocess, needs: acquire }
  build: { uses: build, with: { network: mlp, classes: 10, inputShape: [28, 28, 1] } }
  train: { uses: train, needs: [data, build], with: { epochs: 1 } }
  evaluate: { uses: evaluate, needs: [data, train] }
  report: { uses: report, needs: [train, evaluate], with: { template: ${path} } }
`,
  );
  writeFileSync(join(folder, 'e.yaml'), 'pipeline: pipeline.yaml\n');
  const checked = await checkExperiment({ file: join(folder, 'e.yaml'), projectRoot, set, loadCustomStage });
  if (!checked.ok) return formatProblems(checked.problems);
  return checked.value.stages.find(({ name }) => name === 'report')?.settings['template'];
}

it('is found from the file that names it, and kept relative to the project', async () => {
  expect(await template('./mine')).toBe('experiments/mine');
  expect(await template('../experiments/mine/')).toBe('experiments/mine');
  expect(await template('./nowhere', ['report.template=experiments/mine'])).toBe('experiments/mine');
});

it('is refused when it is not there', async () => {
  expect(await template('./nowhere'))
    .toBe(`experiments/pipeline.yaml:7:71 error[no-folder]: expected "report.template" to be the path of a folder, got "./nowhere", which is not there
  7 |   report: { uses: report, needs: [train, evaluate], with: { template: ./nowhere } }
    |                                                                       ^^^^^^^^^

1 problem`);
});

it('is refused when it lies outside of the project, by a link too', async () => {
  const refusal = (path: string, carets: string) =>
    `experiments/pipeline.yaml:7:71 error[outside-project]: expected "report.template" to be a folder inside the project, got "${path}"
  7 |   report: { uses: report, needs: [train, evaluate], with: { template: ${path} } }
    |                                                                       ${carets}
  fix: copy the folder into the project, and give its path relative to the file that names it

1 problem`;
  expect(await template('../../elsewhere')).toBe(refusal('../../elsewhere', '^^^^^^^^^^^^^^^'));
  expect(await template('./way-out')).toBe(refusal('./way-out', '^^^^^^^^^'));
});
