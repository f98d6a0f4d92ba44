/** One experiment, end to end, through the real CLI: what runs, what is cached, what is said. */
import { existsSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Rig, type JsonOutcome } from '../support/rig.js';
import { smallExperiment, writeSmallProject } from '../support/small-project.js';

let rig: Rig;
let first: JsonOutcome;

const statuses = (outcome: JsonOutcome): Record<string, string> =>
  Object.fromEntries(outcome.stages.map(({ name, status }) => [name, status]));

beforeAll(async () => {
  rig = new Rig();
  writeSmallProject(rig);
  first = await rig.run(smallExperiment);
});
afterAll(() => rig[Symbol.dispose]());

it('runs all six stages the first time and leaves a report', () => {
  expect(statuses(first)).toEqual({
    acquire: 'ran',
    preprocess: 'ran',
    build: 'ran',
    train: 'ran',
    evaluate: 'ran',
    report: 'ran',
  });
  expect(first.status).toBe('done');
  expect(first.engine).toBe('reference');
  expect(first.metrics['accuracy']).toBeGreaterThan(0.2);
  expect(existsSync(first.report)).toBe(true);
  expect(readFileSync(first.report, 'utf8')).toContain('<!doctype html>');
});

it('takes everything from the cache the second time, under another run', async () => {
  const again = await rig.run(smallExperiment);
  expect(new Set(Object.values(statuses(again)))).toEqual(new Set(['cached']));
  expect(again.run).not.toBe(first.run);
  expect(again.metrics).toEqual(first.metrics);
  expect(again.stages.map(({ artifact }) => artifact)).toEqual(first.stages.map(({ artifact }) => artifact));
});

it('reruns nothing when only a comment was edited', async () => {
  rig.write(smallExperiment, `# a new comment\n${rig.read(smallExperiment)}`);
  expect(new Set(Object.values(statuses(await rig.run(smallExperiment))))).toEqual(new Set(['cached']));
});

it('says beforehand what an edit of train.epochs reruns, and then reruns just that', async () => {
  rig.write(smallExperiment, rig.read(smallExperiment).replace('train.epochs: 3', 'train.epochs: 4'));
  const plan = await rig.assay(['plan', smallExperiment]);
  expect(plan.code).toBe(0);
  expect(plan.stdout).toMatch(/acquire +cached/);
  expect(plan.stdout).toMatch(/preprocess +cached/);
  expect(plan.stdout).toMatch(/build +cached/);
  expect(plan.stdout).toMatch(/train +runs +train\.epochs: 3 → 4/);
  expect(plan.stdout).toMatch(/evaluate +depends +needs train; stays cached if that output is as before/);
  expect(plan.stdout).toMatch(/report +runs/);
  expect(plan.stdout).toContain('3 of 6 stages cached');
  expect(statuses(await rig.run(smallExperiment))).toEqual({
    acquire: 'cached',
    preprocess: 'cached',
    build: 'cached',
    train: 'ran',
    evaluate: 'ran',
    report: 'ran',
  });
});

it('takes --set over the file, typed as YAML', async () => {
  const outcome = await rig.run(smallExperiment, ['train.epochs=1', 'train.optimizer.learningRate=0.01']);
  expect(statuses(outcome)['train']).toBe('ran');
  const refused = await rig.assay(['run', smallExperiment, '--set', 'train.epochs=many']);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('--set:1:');
  expect(refused.stderr).toContain('got "many"');
});

it('records every run and finds it again', async () => {
  const listed = await rig.assay(['runs', '--json', '--where', 'accuracy >= 0 and train.epochs = 3']);
  expect(listed.code, listed.stderr).toBe(0);
  const { runs } = JSON.parse(listed.stdout) as { runs: { id: string; status: string }[] };
  expect(runs).toHaveLength(3);
  expect(runs.map(({ id }) => id)).toContain(first.run);
  const shown = await rig.assay(['show', first.run]);
  expect(shown.code, shown.stderr).toBe(0);
  expect(shown.stdout).toContain(first.run);
});

it('shows plain lines without a terminal, and nothing but JSON on standard output with --json', async () => {
  const plain = await rig.assay(['run', smallExperiment]);
  expect(plain.stdout).toBe('');
  expect(plain.stderr).toMatch(/✓ train cached/);
  expect(plain.stderr).toMatch(/report: .*report\.html/);
});

it('tells where the outputs of stages lie', async () => {
  const outcome = await rig.run(smallExperiment);
  const train = outcome.stages.find(({ name }) => name === 'train')!;
  const folder = join(
    realpathSync(rig.folder),
    '.assay/artifacts',
    train.artifact.slice(0, 2),
    train.artifact,
  );
  expect(outcome).toMatchObject({ model: join(folder, 'model.onnx') });
  expect(await rig.assay(['show', outcome.run, '--path', 'train'])).toEqual({
    code: 0,
    stdout: `${folder}\n`,
    stderr: '',
  });
  const short = `.assay/artifacts/${train.artifact.slice(0, 2)}/${train.artifact}`;
  expect((await rig.assay(['show'])).stdout).toMatch(new RegExp(`^  train +${short}$`, 'm'));
  expect((await rig.assay(['run', smallExperiment])).stderr).toContain(`\nmodel: ${short}/model.onnx\n`);
  const { code, stderr } = await rig.assay(['show', outcome.run, '--path', 'trian']);
  expect([code, stderr]).toEqual([
    2,
    `error[no-such-stage]: expected --path to name a stage of ${outcome.run}, got "trian"\n  fix: did you mean "train"?\n\n1 problem\n`,
  ]);
});

it('says that an output is gone which was thrown away', async () => {
  const id = (await rig.run(smallExperiment)).run;
  rmSync(join(rig.folder, '.assay'), { recursive: true });
  const { code, stderr } = await rig.assay(['show', id, '--path', 'train']);
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /^error\[no-output\]: expected the output of "train" in \.assay\/artifacts\/\S+, got nothing: it was removed from the cache\n {2}fix: make it again: npx assay run experiments\/small\.yaml\n/,
  );
});

it('shows settings as --set takes them, and times to programs in one form', async () => {
  const { run } = await rig.run(smallExperiment, ['train.batchSize=16']);
  const { stdout } = await rig.assay(['show', run]);
  expect(stdout).toMatch(
    /\nsettings\n {2}seed: 7\n {2}engine: "reference"\n {2}params\.classes: 10\n {2}acquire\./,
  );
  expect(stdout).toContain('\n  train.batchSize: 16\n');
  expect(stdout).not.toContain('.with.');
  const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
  const shown = JSON.parse((await rig.assay(['show', run, '--json'])).stdout) as Record<string, string>;
  const listed = JSON.parse((await rig.assay(['runs', '--json', '--limit', '1'])).stdout) as {
    runs: Record<string, string>[];
  };
  const cached = JSON.parse((await rig.assay(['cache', 'ls', '--json'])).stdout) as {
    entries: Record<string, string>[];
  };
  expect(shown['started']).toMatch(iso);
  expect(listed.runs[0]).toMatchObject({ started: shown['started'], ended: shown['ended'] });
  expect(cached.entries[0]!['createdAt']).toMatch(iso);
  expect(cached.entries[0]!['usedAt']).toMatch(iso);
});

it('finds runs by their threads, and does not print two forms at once', async () => {
  const { run } = await rig.run(smallExperiment, ['engine=onnx']);
  const { stdout } = await rig.assay(['runs', '--json', '--where', 'threads >= 1 and engine = "onnx"']);
  expect((JSON.parse(stdout) as { runs: { id: string }[] }).runs.map(({ id }) => id)).toEqual([run]);
  const { code, stdout: refused } = await rig.assay(['runs', '--json', '--csv']);
  expect([code, JSON.parse(refused)]).toEqual([
    2,
    {
      status: 'invalid',
      problems: [{ code: 'invalid-option', message: 'expected --json or --csv, got both' }],
    },
  ]);
});

it('refuses a command that it does not know, with exit code 2', async () => {
  const { code, stderr } = await rig.assay(['rnu']);
  expect(code).toBe(2);
  expect(stderr).toContain("unknown command 'rnu'");
  expect(stderr).toContain('Did you mean run?');
});
