/** `assay sweep` through the real CLI: a search end to end, what it says, its grid, its workers, its records. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Rig } from '../support/rig.js';
import {
  comparableTrials,
  ranLines,
  sweepExperiment,
  sweepJson,
  writeSweepProject,
} from '../support/sweep-project.js';

let rig: Rig;
beforeEach(() => {
  rig = new Rig();
});
afterEach(() => rig[Symbol.dispose]());

const random = `
objective: { metric: loss, goal: minimize }
space:
  score.x: { uniform: [0, 1] }
sampler: random
trials: 6
workers: 2
`;
const grid = `
objective: { metric: loss, goal: minimize }
space:
  score.x: [0.1, 0.3, 0.9]
  score.kind: [plain, fancy]
sampler: grid
workers: 1
`;

/** What differs from time to time in what is said. */
function steady(text: string): string {
  return text
    .replaceAll(/\d{8}-\d{6}/g, 'STAMP')
    .replaceAll(/\bin \d+(?:\.\d+)? (?:ms|s|min)(?: \d+ s)?/g, 'in TIME');
}

it('searches, records every trial as a run, and gives the best', async () => {
  writeSweepProject(rig, random);
  const result = await sweepJson(rig);
  expect(result.status).toBe('done');
  expect(result.reason).toBe('trials');
  expect(result.counts).toEqual({ done: 6, pruned: 0, paused: 0, failed: 0, infeasible: 0, waiting: 0 });
  const values = result.trials.map(({ assignments, values: [loss] = [] }) => {
    const x = assignments['score.x'] as number;
    expect(loss).toBeCloseTo((x - 0.3) ** 2 + 1, 12);
    return loss!;
  });
  expect(result.best[0]!.trial).toBe(values.indexOf(Math.min(...values)));
  expect(ranLines(rig)).toHaveLength(6);

  const runs = await rig.assay(['runs', '--where', 'sweep = "search"', '--sort', 'loss', '--json']);
  const listed = JSON.parse(runs.stdout) as { runs: { id: string; status: string }[] };
  expect(listed.runs.map(({ id }) => id).sort()).toEqual(result.trials.map(({ run }) => run).sort());
  expect(listed.runs[0]!.id).toBe(result.best[0]!.run);
  expect((await rig.assay(['show', result.best[0]!.run])).code).toBe(0);
});

it('proposes the same, and comes to the same numbers, whatever the number of workers and the executor', async () => {
  writeSweepProject(rig, random);
  const facts = comparableTrials(await sweepJson(rig));
  expect(comparableTrials(await sweepJson(rig, ['--name', 'one', '--workers', '1']))).toEqual(facts);
  expect(comparableTrials(await sweepJson(rig, ['--name', 'here', '--executor', 'inline']))).toEqual(facts);
  // What is cached is not done again, by whomever.
  expect(ranLines(rig)).toHaveLength(6);
});

it('says the size of a grid before it starts, each trial on a line, and how to see and rerun the best', async () => {
  writeSweepProject(rig, grid);
  const { code, stdout, stderr } = await rig.assay(['sweep', sweepExperiment]);
  expect(code).toBe(0);
  expect(stdout).toBe('');
  const lines = steady(stderr).trim().split('\n');
  expect(lines.slice(0, 3)).toEqual([
    'the grid holds 6 configurations',
    expect.stringMatching(/^search · sweep · grid · 1 worker of \d+ threads? · seed 7$/),
    '▸ trial 0 begins: x 0.1, kind plain',
  ]);
  const told = (mark: string): string[] => lines.filter((line) => line.startsWith(mark));
  expect(told('▸')).toEqual(
    [
      '0.1, kind plain',
      '0.1, kind fancy',
      '0.3, kind plain',
      '0.3, kind fancy',
      '0.9, kind plain',
      '0.9, kind fancy',
    ].map((labels, trial) => `▸ trial ${trial} begins: x ${labels}`),
  );
  expect(told('✓')).toEqual([
    '✓ trial 0 done in TIME: loss 1.04 · the best so far',
    '✓ trial 1 done in TIME: loss 1.04',
    '✓ trial 2 done in TIME: loss 1 · the best so far',
    '✓ trial 3 done in TIME: loss 1',
    '✓ trial 4 done in TIME: loss 1.36',
    '✓ trial 5 done in TIME: loss 1.36',
  ]);
  expect(lines.slice(-14)).toEqual([
    'done in TIME with all that the space holds',
    '6 done',
    '',
    'the best (minimize loss):',
    '  1     trial 2  search-STAMP-t0002  x 0.3, kind plain',
    '  1     trial 3  search-STAMP-t0003  x 0.3, kind fancy',
    '  1.04  trial 0  search-STAMP-t0000  x 0.1, kind plain',
    '  1.04  trial 1  search-STAMP-t0001  x 0.1, kind fancy',
    '  1.36  trial 4  search-STAMP-t0004  x 0.9, kind plain',
    '',
    'see the best:  npx assay show search-STAMP-t0002',
    expect.stringMatching(
      /^run it again: {2}npx assay run experiments\/search\.yaml --set score\.x=0\.3 --set score\.kind=plain --threads \d+$/,
    ),
    `list them:     npx assay runs --where 'sweep = "search"' --sort loss`,
    'compare them:  npx assay compare --sweep search',
  ]);
});

it('gives a command for the best that makes the same run again', async () => {
  writeSweepProject(rig, random);
  const { best, trials } = await sweepJson(rig);
  const [, , ...args] = best[0]!.command.split(' ');
  const again = await rig.assay([...args, '--json']);
  const { metrics, stages } = JSON.parse(again.stdout) as {
    metrics: { loss: number };
    stages: { status: string }[];
  };
  expect(metrics.loss).toBe(trials[best[0]!.trial]!.values![0]);
  expect(stages.map(({ status }) => status)).toEqual(['cached']);
});

it('stops and promotes by ASHA from checkpoints: no epoch is trained twice', async () => {
  writeSweepProject(
    rig,
    `
objective: { metric: loss, goal: minimize }
space: { score.x: { uniform: [0, 1] } }
sampler: random
scheduler: { asha: { minEpochs: 1, reduction: 3 } }
trials: 9
workers: 2`,
    { 'score.epochs': 9 },
  );
  const result = await sweepJson(rig);
  expect(result.counts['done']).toBeGreaterThan(0);
  expect(result.counts['paused']).toBeGreaterThan(0);
  const lines = ranLines(rig);
  expect(new Set(lines).size).toBe(lines.length);
  expect(lines.length).toBeLessThan(9 * 9);
  expect(result.trials.reduce((sum, { epochs }) => sum + epochs, 0)).toBe(lines.length);
});

describe('the small grid of assay run', () => {
  it('is run at once, and only where --set is given a list', async () => {
    writeSweepProject(rig, random);
    const set = ['--set', 'score.x=[0.2,0.4]', '--set', 'score.kind=fancy'];
    const { code, stdout, stderr } = await rig.assay(['run', sweepExperiment, ...set, '--json']);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const { trials } = JSON.parse(stdout) as { trials: { assignments: unknown; values: number[] }[] };
    expect(trials.map(({ assignments }) => assignments)).toEqual([{ 'score.x': 0.2 }, { 'score.x': 0.4 }]);
    const once = await rig.run(sweepExperiment, ['score.x=0.2', 'score.kind=fancy']);
    expect(once.stages[0]!.status).toBe('cached');
  });

  it('leaves an experiment with a sweep alone that is given no list', async () => {
    writeSweepProject(rig, random);
    const { metrics } = await rig.run(sweepExperiment);
    expect(metrics['loss']).toBeCloseTo(1.09, 12);
    expect(ranLines(rig)).toEqual(['x=0 epoch 1']);
  });
});

it('calls a webhook at the end, and takes its failure for a warning', async () => {
  const bodies: unknown[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (part: Buffer) => (text += part.toString()));
    request.on('end', () => {
      bodies.push([request.method, request.headers['content-type'], JSON.parse(text)]);
      response.statusCode = bodies.length === 1 ? 204 : 500;
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    writeSweepProject(rig, `${random}notify: { webhook: "http://127.0.0.1:${port}/done", bell: true }`);
    const { stderr } = await rig.assay(['sweep', sweepExperiment]);
    expect(stderr).not.toContain('warning');
    expect(stderr).not.toContain('\u0007');
    expect(bodies).toEqual([
      ['POST', 'application/json', expect.objectContaining({ sweep: 'search', status: 'done' })],
    ]);
    const again = await rig.assay(['sweep', sweepExperiment]);
    expect(again.code).toBe(0);
    expect(again.stderr).toContain(
      `warning[webhook-failed]: expected http://127.0.0.1:${port}/done to take the sweep's result, got status 500`,
    );
  } finally {
    server.close();
  }
});

describe('what is wrong with the input', () => {
  it('is an experiment without a sweep', async () => {
    writeSweepProject(rig, random);
    rig.write('experiments/plain.yaml', 'pipeline: ../pipelines/search.yaml\n');
    const { code, stderr } = await rig.assay(['sweep', 'experiments/plain.yaml']);
    expect(code).toBe(2);
    expect(stderr).toContain(
      'error[no-sweep]: expected experiments/plain.yaml to have a block "sweep", got none\n  fix: say what to try in it (docs/sweeps.md), or run it once: npx assay run experiments/plain.yaml',
    );
  });

  it('is told all at once', async () => {
    writeSweepProject(rig, random);
    const bad = ['--workers', '0', '--trials', 'many', '--budget', '8', '--executor', 'cloud'];
    const { code, stderr } = await rig.assay(['sweep', sweepExperiment, ...bad]);
    expect(code).toBe(2);
    expect(stderr).toContain('expected --workers to be a whole number from 1 to 1024, got "0"');
    expect(stderr).toContain('expected --trials to be a whole number from 1 to 1000000, got "many"');
    expect(stderr).toContain(
      'expected --budget to be a number with a unit (s, m, h, d, w), such as 30d, got "8"',
    );
    expect(stderr).toContain('expected --executor to be processes or inline, got "cloud"');
    expect(stderr).toContain('4 problems');
  });
});
