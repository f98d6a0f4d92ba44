/** A run that was killed or stopped goes on where it was and ends as if nothing had happened. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sha256 } from '../../src/core/digest.js';
import { RandomStream } from '../../src/core/random.js';
import { Rig, type JsonOutcome } from '../support/rig.js';
import { smallExperiment, writeSmallProject } from '../support/small-project.js';

const kills = 20;
/** Distorted images come from a thread of its own, which has to die with the run. */
const set = ['train.epochs=6', 'acquire.synthetic.train=600', 'preprocess.augmentation.shift=2'];
let undisturbed: JsonOutcome;
let undisturbedMilliseconds: number;
let reference: Rig;

function project(): Rig {
  const rig = new Rig();
  writeSmallProject(rig);
  return rig;
}

const artifactOf = (outcome: JsonOutcome, stage: string): string =>
  outcome.stages.find(({ name }) => name === stage)!.artifact;

function weightsDigest(rig: Rig, outcome: JsonOutcome): string {
  const digest = artifactOf(outcome, 'train');
  return sha256(
    readFileSync(join(rig.folder, '.assay', 'artifacts', digest.slice(0, 2), digest, 'weights.bin')),
  );
}

beforeAll(async () => {
  reference = project();
  const started = performance.now();
  undisturbed = await reference.run(smallExperiment, set);
  undisturbedMilliseconds = performance.now() - started;
});
afterAll(() => reference[Symbol.dispose]());

it(`ends with the same weights after SIGKILL at ${kills} random moments`, { timeout: 300_000 }, async () => {
  const random = new RandomStream(20261123, 'kills');
  const expected = weightsDigest(reference, undisturbed);
  for (let kill = 0; kill < kills; kill++) {
    using rig = project();
    const args = ['run', smallExperiment, '--json', ...set.flatMap((pair) => ['--set', pair])];
    const { child, finished } = rig.start(args);
    const timer = setTimeout(() => child.kill('SIGKILL'), random.uniform(50, undisturbedMilliseconds));
    await finished;
    clearTimeout(timer);
    const outcome = await rig.run(smallExperiment, set);
    expect(weightsDigest(rig, outcome)).toBe(expected);
    expect(outcome.metrics).toEqual(undisturbed.metrics);
  }
});

it('stops at Ctrl-C with exit code 130, is recorded as interrupted, and goes on to the same end', async () => {
  using rig = project();
  const args = ['run', smallExperiment, ...set.flatMap((pair) => ['--set', pair])];
  const { child, finished } = rig.start(args);
  child.stderr?.on('data', (text: string) => {
    if (text.includes('epoch 2/6')) child.kill('SIGINT');
  });
  const { code, stderr } = await finished;
  expect(code, stderr).toBe(130);
  expect(stderr).toContain('run the same command again to go on from here');
  const listed = await rig.assay(['runs', '--json', '--where', 'status = "interrupted"']);
  expect((JSON.parse(listed.stdout) as { runs: unknown[] }).runs).toHaveLength(1);
  const where = /^kept: train ((?:in|after) epoch \d, step \d+)$/m.exec(stderr)?.[1];
  expect(where, stderr).toBeDefined();
  const plan = await rig.assay(['plan', ...args.slice(1)]);
  expect(plan.stdout).toContain(`\n  train       runs     goes on from its checkpoint ${where}\n`);
  const again = await rig.assay(args);
  expect(again.code).toBe(0);
  expect(again.stderr).toMatch(/goes on from its checkpoint/);
  expect(weightsDigest(rig, await rig.run(smallExperiment, set))).toBe(weightsDigest(reference, undisturbed));
});

it('keeps the steps of the first epoch', async () => {
  using rig = project();
  const args = [
    'run',
    smallExperiment,
    '--set',
    'train.epochs=1',
    '--set',
    'train.batchSize=1',
    '--set',
    'acquire.synthetic.train=4000',
  ];
  const { child, finished } = rig.start(args);
  child.stderr?.on('data', (text: string) => {
    // The engine and the images are made ready first; then there are some two thousand steps.
    if (text.includes('▸ train')) setTimeout(() => child.kill('SIGINT'), 1200);
  });
  const { code, stderr } = await finished;
  expect(code, stderr).toBe(130);
  expect(stderr).toMatch(/^kept: train in epoch 1, step \d+$/m);
  const again = await rig.assay(args);
  expect(again.stderr).toMatch(/^ {2}train goes on from its checkpoint in epoch 1, step \d+$/m);
});
