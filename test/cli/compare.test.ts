/** `assay compare`: a small sweep and a few trained networks through the real CLI, compared in each format. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Rig } from '../support/rig.js';
import { smallExperiment, writeSmallProject } from '../support/small-project.js';
import {
  sweepExperiment,
  sweepJson,
  writeFailingSweep,
  writeSweepProject,
  type SweepJson,
} from '../support/sweep-project.js';

interface CompareJson {
  readonly title: string;
  readonly objective: unknown;
  readonly verdict: {
    readonly kind: string;
    readonly best: { readonly run: string; readonly test?: { readonly images: number } };
    readonly test: { readonly onlyFirst: number; readonly onlySecond: number } | null;
  };
  readonly varying: readonly string[];
  readonly sweep: { readonly name: string; readonly spans: readonly { readonly trial: number }[] } | null;
  readonly runs: readonly {
    readonly id: string;
    readonly metrics: Readonly<Record<string, number>>;
    readonly report?: string;
    readonly command: string;
    readonly trainSeconds: number | null;
    readonly curves: readonly { readonly key: string; readonly values: readonly number[] }[];
    readonly details?: {
      readonly model?: { readonly layers: readonly unknown[] };
      readonly evaluation?: { readonly predicted: readonly number[]; readonly data: string };
    };
  }[];
  readonly images: {
    readonly shape: readonly number[];
    readonly labels: readonly number[];
    readonly images: readonly { readonly index: number; readonly pixels: string }[];
  } | null;
}

async function compared(rig: Rig, ...args: string[]): Promise<CompareJson> {
  const { code, stdout, stderr } = await rig.assay(['compare', '--format', 'json', ...args]);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as CompareJson;
}

/** Durations differ from time to time. */
function steady(text: string): string {
  return text
    .replaceAll(/\d+(?:\.\d+)? (?:ms|s|min)(?: \d+ s)?\b/g, 'TIME')
    .replaceAll(/--threads \d+/g, '--threads N');
}

describe('a sweep', () => {
  let rig: Rig;
  let sweep: SweepJson;
  beforeAll(async () => {
    rig = new Rig();
    writeFailingSweep(rig, "'<b>| a `bold` @one'");
    sweep = await sweepJson(rig);
  }, 60_000);
  afterAll(() => rig[Symbol.dispose]());

  it('is Markdown for a comment: the verdict, the best, what differs, why some failed', async () => {
    const { code, stdout } = await rig.assay(['compare', '--sweep', 'search', '--format', 'md']);
    expect(code).toBe(0);
    const hostile = '&lt;b&gt;\\| a \\`bold\\` @&#8203;one';
    expect(steady(stdout)).toBe(`### search

Trial 2 and trial 3 are level at loss 0.5000. How sure that is can’t be said: which test images each got right is not known.

| run | \`loss\` | \`x\` | \`kind\` | took |
| --- | ---: | ---: | ---: | ---: |
| \`trial 2\` | **0.5000** | 0.3 | plain | TIME |
| \`trial 3\` | 0.5000 | 0.3 | ${hostile} | TIME |
| \`trial 0\` | 0.5400 | 0.1 | plain | TIME |
| \`trial 1\` | 0.5400 | 0.1 | ${hostile} | TIME |
| \`trial 4\` | failed | 0.9 | plain | TIME |
| \`trial 5\` | failed | 0.9 | ${hostile} | TIME |

- 2 of 6 runs failed: see to that first; the commonest reason: pipelines/stages/score.ts threw RangeError: no x from 0.8.

<details><summary>Why runs failed or were stopped</summary>

- \`trial 4\` failed: pipelines/stages/score.ts threw RangeError: no x from 0.8
- \`trial 5\` failed: pipelines/stages/score.ts threw RangeError: no x from 0.8

</details>

<details><summary>How to run the best again</summary>

\`\`\`sh
npx assay run experiments/search.yaml --set score.x=0.3 --set score.kind=plain --threads N
\`\`\`

</details>
`);
  });

  it('is CSV, the best first, with the settings that differ', async () => {
    const { stdout } = await rig.assay(['compare', '--sweep', 'search', '--format', 'csv']);
    const [header, first] = stdout.split('\r\n');
    expect(header).toContain('"metrics.loss","settings.score.x","settings.score.kind","reason"');
    expect(first!.startsWith(`"${sweep.best[0]!.run}","search","search",2,"done",0.5,"done",`)).toBe(true);
  });

  it('is JSON with when each trial was on which worker, retries too', async () => {
    const { objective, verdict, varying, sweep: told, runs } = await compared(rig, '--sweep', 'search');
    expect(objective).toEqual({ metric: 'loss', goal: 'minimize' });
    expect(verdict.best.run).toBe(sweep.best[0]!.run);
    expect(varying).toEqual(['score.x', 'score.kind']);
    expect(told!.spans.map(({ trial }) => trial).sort()).toEqual([0, 1, 2, 3, 4, 4, 5, 5]);
    expect(runs[0]!.curves).toMatchObject([{ key: 'loss', values: [1, 0.5] }]);
    expect(runs[0]!.command).toBe(
      `npx assay run experiments/search.yaml --set score.x=0.3 --set score.kind=plain --threads ${sweep.threads}`,
    );
  });

  it('can be ordered otherwise, narrowed down, and named', async () => {
    const {
      runs,
      title,
      sweep: told,
    } = await compared(rig, ...['--where', 'status = "done"', '--by', 'distance:max', '--title', 'Far away']);
    expect(title).toBe('Far away');
    // All of one sweep: they are compared as its trials.
    expect(told!.name).toBe('search');
    expect(runs.map(({ metrics }) => metrics['distance']!.toFixed(1))).toEqual(['0.2', '0.2', '0.0', '0.0']);
  });

  it('is a page beside the runs, which links to their reports, unless another place is named', async () => {
    const { code, stdout, stderr } = await rig.assay(['compare', '--sweep', 'search']);
    const file = join(rig.folder, 'runs/comparisons/search.html');
    expect([code, stdout, stderr]).toEqual([
      ...[0, ''],
      `6 runs compared: runs/comparisons/search.html\nopen it: file://${file}\n`,
    ]);
    const page = rig.read('runs/comparisons/search.html');
    expect(page).toContain('Trial 2 and trial 3 are level at loss 0.5000.');
    expect(page).not.toContain('<b>|');
    const told = await rig.assay(['compare', '--sweep', 'search', '--output', 'away/page.html', '--json']);
    expect(JSON.parse(told.stdout)).toMatchObject({ file: join(rig.folder, 'away/page.html'), runs: 6 });
  });

  it('is written and told where nothing can open it', async () => {
    const { code, stderr } = await rig.assay(['compare', '--sweep', 'search', '--open'], { PATH: '' });
    expect(code).toBe(0);
    expect(stderr).toMatch(/\nnothing here opens it by itself: open the line above in a browser\n$/);
  });

  it("takes the user's templates, and tells what is wrong with them", async () => {
    rig.write('mine/partials/oops.hbs', '{{#each runs}}');
    const { code, stderr } = await rig.assay(['compare', '--sweep', 'search', '--template', 'mine']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^mine\/partials\/oops\.hbs:1:1 error\[bad-template\]: /);
    const missing = await rig.assay(['compare', '--sweep', 'search', '--template', 'none']);
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('error[no-template-folder]')]);
  });

  it('goes to a file where one is named', async () => {
    const args = ['compare', '--sweep', 'search', '--format', 'md', '--output', 'notes/search.md', '--json'];
    const { code, stdout } = await rig.assay(args);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      ...{ status: 'done', format: 'md', file: join(rig.folder, 'notes/search.md'), runs: 6 },
      ...{ objective: { metric: 'loss', goal: 'minimize' }, best: sweep.best[0]!.run, value: 0.5 },
      sweep: 'search',
    });
    expect(rig.read('notes/search.md')).toContain('### search\n');
  });

  it('has the format that the ending of the file says, unless that is said', async () => {
    const format = async (output: string, ...args: string[]): Promise<unknown> => {
      const all = ['compare', '--sweep', 'search', '--output', output, '--json', ...args];
      const { stdout } = await rig.assay(all);
      return (JSON.parse(stdout) as { format: unknown }).format;
    };
    expect(await format('ended/search.md')).toBe('md');
    expect(rig.read('ended/search.md')).toMatch(/^### search\n/);
    expect(await format('ended/search.CSV')).toBe('csv');
    expect(rig.read('ended/search.CSV')).toMatch(/^"run","experiment",/);
    expect(await format('ended/search.json')).toBe('json');
    expect(JSON.parse(rig.read('ended/search.json'))).toMatchObject({ title: 'search' });
    expect(await format('ended/search.html')).toBe('html');
    expect(await format('ended/search')).toBe('html');
    expect(await format('ended/said.md', '--format', 'csv')).toBe('csv');
  });

  it('says what is wrong with the input', async () => {
    const told = async (...args: string[]): Promise<unknown[]> => {
      const { code, stdout, stderr } = await rig.assay(['compare', ...args]);
      return [code, stdout, ...stderr.split('\n').filter((line) => /^(error| {2}fix)/.test(line))];
    };
    expect(await told()).toEqual([
      ...[
        2,
        '',
        'error[invalid-option]: expected what is to be compared to be runs, --sweep or --where, got nothing',
      ],
      "  fix: such as: npx assay compare --sweep NAME, or npx assay compare --where 'accuracy > 0.9'",
    ]);
    expect(await told('--sweep', 'serch', '--format', 'md')).toEqual([
      ...[2, '', 'error[no-such-sweep]: expected the name of a sweep, got "serch"'],
      '  fix: did you mean "search"?',
    ]);
    expect(await told(sweep.trials[0]!.run, '--format', 'md')).toEqual([
      ...[2, '', 'error[too-few-runs]: expected at least 2 runs, got 1'],
      '  fix: see `npx assay runs` and `npx assay status` for what there is',
    ]);
    expect(await told('--sweep', 'search', '--by', 'los', '--format', 'md')).toEqual([
      ...[2, '', 'error[no-common-metric]: expected at least 2 of the runs to have the metric "los", got 0'],
      '  fix: did you mean "loss"?',
    ]);
    expect(await told('--sweep', 'search', '--format', 'pdf')).toEqual([
      ...[2, '', 'error[invalid-option]: expected --format to be html, md, csv or json, got "pdf"'],
    ]);
    for (const [given, meant] of [
      ['htm', 'html'],
      ['HTML', 'html'],
      ['markdown', 'md'],
    ])
      expect(await told('--sweep', 'search', '--format', given!)).toEqual([
        ...[2, '', `error[invalid-option]: expected --format to be html, md, csv or json, got "${given}"`],
        `  fix: did you mean "${meant}"?`,
      ]);
    const newest = sweep.trials
      .map(({ run }) => run)
      .toReversed()
      .slice(0, 5);
    expect(await told('search', '--format', 'md')).toEqual([
      ...[2, '', `error[ambiguous-run]: expected "search" to be of one run, got ${newest.join(', ')}, …`],
      '  fix: for the trials of the sweep: --sweep search',
    ]);
    expect(await told('--sweep', 'search', '--title', ' ', '--template', '')).toEqual([
      ...[2, '', 'error[invalid-option]: expected --title to be some text, got " "'],
      'error[invalid-option]: expected --template to be a folder, got ""',
    ]);
    expect(await told('--sweep', 'search', '--output', 'pipelines')).toEqual([
      ...[2, '', 'error[invalid-option]: expected --output to be a file, got "pipelines", a folder'],
      '  fix: name a file in it: --output pipelines/NAME',
    ]);
    expect(await told('--sweep', 'search', '--output', 'package.json/page.html')).toEqual([
      ...[2, ''],
      'error[invalid-option]: expected --output to lie in a folder, got "package.json/page.html": package.json is a file',
    ]);
    expect(await told('--where', 'los > 1', '--format', 'md')).toEqual([
      ...[2, '', '  fix: did you mean "loss"?'],
    ]);
    expect(await told('--sweep', 'search', '--sweep', 'other')).toEqual([
      ...[2, ''],
      `error: option '--sweep <name>' argument 'other' is invalid. There may be one; of several: --where 'sweep = "search" or sweep = "other"'`,
    ]);
    const [run] = sweep.trials.map((trial) => trial.run);
    expect(await told(run!, run!)).toEqual([
      ...[2, '', 'error[too-few-runs]: expected at least 2 runs, got 1'],
      '  fix: name another: a run that is named twice counts once',
    ]);
  });
});

describe('two sweeps', () => {
  let rig: Rig;
  const both = ['--where', 'sweep = "widths" or sweep = "depths"'];
  beforeAll(async () => {
    rig = new Rig();
    for (const [name, x] of [
      ['widths', '[0.1, 0.9]'],
      ['depths', '[0.3, 0.5]'],
    ]) {
      writeSweepProject(
        rig,
        `
objective: [{ metric: loss, goal: maximize }, { metric: distance, goal: minimize }]
space: { score.x: ${x} }
sampler: grid
workers: 1`,
        { 'score.trouble': 'nan', 'score.troubleFrom': 0.8 },
      );
      rig.write(`experiments/${name}.yaml`, rig.read(sweepExperiment));
      expect((await rig.assay(['sweep', `experiments/${name}.yaml`])).code).toBe(0);
    }
  }, 60_000);
  afterAll(() => rig[Symbol.dispose]());

  it('have trials that say of which they are, in the order of the objective that both have', async () => {
    const { objective, sweep, runs } = await compared(rig, ...both);
    expect([objective, sweep]).toEqual([{ metric: 'loss', goal: 'maximize' }, null]);
    expect(runs.map(({ metrics }) => metrics['loss'] ?? null)).toEqual([1.04, 1.04, 1, null]);
    const { stdout } = await rig.assay(['compare', ...both, '--format', 'md']);
    expect(stdout).toContain('Trial 0 of widths and trial 1 of depths are level at loss 1.040.');
    for (const name of ['trial 0 of widths', 'trial 1 of depths', 'trial 0 of depths', 'trial 1 of widths'])
      expect(stdout).toContain(`| \`${name}\` |`);
    await rig.assay(['compare', ...both, '--output', 'both.html']);
    expect(rig.read('both.html')).toContain('"names":["trial 0 of widths","trial 1 of depths",');
  });

  it('keep the page of one order beside that of another', async () => {
    const file = async (...args: string[]): Promise<string> => {
      const { stdout } = await rig.assay(['compare', '--sweep', 'depths', '--json', ...args]);
      return (JSON.parse(stdout) as { file: string }).file.slice(
        join(rig.folder, 'runs/comparisons/').length,
      );
    };
    expect(await file()).toBe('depths.html');
    const byDistance = await file('--by', 'distance');
    expect(byDistance).toMatch(/^depths-[0-9a-f]{8}\.html$/);
    expect(await file('--by', 'distance')).toBe(byDistance);
    expect(await file('--by', 'distance:max')).not.toBe(byDistance);
  });

  it('are ordered by a metric of theirs the way they search it, unless that is said', async () => {
    const values = async (by: string): Promise<unknown[]> =>
      (await compared(rig, ...both, '--by', by)).runs.map(({ metrics }) => metrics['loss'] ?? null);
    expect(await values('loss')).toEqual([1.04, 1.04, 1, null]);
    expect(await values('loss:min')).toEqual([1, 1.04, 1.04, null]);
  });

  it('are not runs, whatever they are named', async () => {
    const named = await rig.assay(['sweep', 'experiments/depths.yaml', '--name', 'night shift']);
    expect(named.code).toBe(0);
    const { code, stderr } = await rig.assay(['compare', 'night shift', '--format', 'md']);
    expect([code, stderr.replace(/\n\n1 problem\n$/, '')]).toEqual([
      2,
      'error[no-such-run]: expected the id of a run, the beginning or end of one, or latest, got "night shift"\n' +
        "  fix: for the trials of the sweep: --sweep 'night shift'",
    ]);
  });

  it('have a number alone where there is one of them, and no single best by several objectives', async () => {
    const { stdout } = await rig.assay(['compare', '--sweep', 'depths', '--format', 'md']);
    expect(stdout).toContain(
      'Trial 1 is best: loss 1.040, before trial 0 with 1.000. How sure that is can’t be said: which test images each got right is not known. ' +
        'By loss and distance together no run betters trial 1 and trial 0: each pays for one with another.',
    );
  });

  it('tell that a trial failed whose run ended without a number', async () => {
    const { stdout } = await rig.assay([
      'compare',
      '--sweep',
      'widths',
      '--by',
      'distance',
      '--format',
      'md',
    ]);
    expect(stdout).toContain('- `trial 1` failed: expected "loss" to be a finite number, got NaN');
  });
});

describe('trained networks', () => {
  let rig: Rig;
  const ids: string[] = [];
  beforeAll(async () => {
    rig = new Rig();
    writeSmallProject(rig);
    for (const set of [[], ['train.epochs=1'], ['train.optimizer.learningRate=0.01', 'train.batchSize=16']])
      ids.push((await rig.run(smallExperiment, set)).run);
  }, 60_000);
  afterAll(() => rig[Symbol.dispose]());

  it('are told apart on the same test images, with those on which they differ', async () => {
    const { verdict, varying, runs, images } = await compared(rig, ...ids);
    expect(varying).toEqual([...['train.epochs', 'train.batchSize', 'train.optimizer.learningRate']]);
    const accuracies = runs.map(({ metrics }) => metrics['accuracy']!);
    expect(accuracies).toEqual(accuracies.toSorted((a, b) => b - a));
    expect(verdict.best.test!.images).toBe(60);
    expect(images!.shape).toEqual([28, 28, 1]);
    expect(images!.labels).toHaveLength(60);
    const [first, second] = runs.map(({ details }) => details!.evaluation!.predicted);
    const right = (predicted: readonly number[], image: number): boolean =>
      predicted[image] === images!.labels[image];
    const counted = images!.labels.map((_, i) => [right(first!, i), right(second!, i)]);
    expect(verdict.test).toMatchObject({
      onlyFirst: counted.filter(([a, b]) => a === true && b === false).length,
      onlySecond: counted.filter(([a, b]) => a === false && b === true).length,
    });
    const predictions = runs.map(({ details }) => details!.evaluation!.predicted);
    for (const { index, pixels } of images!.images) {
      expect(predictions.some((predicted) => !right(predicted, index))).toBe(true);
      expect(Buffer.from(pixels, 'base64')).toHaveLength(28 * 28);
    }
    expect(images!.images.length).toBeGreaterThan(10);
    for (const { id, report, details, trainSeconds, curves } of runs) {
      expect(report).toBe(`runs/${id}/report.html`);
      expect(details!.model!.layers.length).toBeGreaterThanOrEqual(4);
      expect(trainSeconds).toBeGreaterThan(0);
      expect(curves.map(({ key }) => key)).toContain('validation.accuracy');
    }
  });

  it('have a page that links to the report of each', async () => {
    const { stdout } = await rig.assay(['compare', ...ids, '--json']);
    const { file } = JSON.parse(stdout) as { file: string };
    expect(file).toMatch(/runs\/comparisons\/small-[0-9a-f]{8}\.html$/);
    const page = readFileSync(file, 'utf8');
    for (const id of ids) expect(page).toContain(`../${id}/report.html`);
  });

  it('are told apart image by image where their data was prepared otherwise, not where it is other data', async () => {
    const run = async (...set: string[]): Promise<string> => (await rig.run(smallExperiment, set)).run;
    const scaled = await compared(rig, ids[0]!, await run('preprocess.scaling=standard'));
    expect(scaled.verdict.test).not.toBeNull();
    expect(new Set(scaled.runs.map(({ details }) => details!.evaluation!.data)).size).toBe(1);
    expect(scaled.images!.images.length).toBeGreaterThan(0);
    const others = await compared(rig, ids[0]!, await run('acquire.synthetic.test=50'));
    expect(others.verdict).toMatchObject({ kind: 'different-images', test: null });
    const split = await rig.assay([
      ...['compare', ids[0]!, await run('evaluate.split=validation'), '--format', 'md', '--by', 'parameters'],
    ]);
    expect(split.stdout).toContain(
      'The first was judged on test images, the second on validation images, so that their difference can’t be tested.',
    );
  }, 60_000);

  it('are told apart in Markdown by their layers alone, by their seeds alone', async () => {
    const table = async (...runs: string[]): Promise<string[]> => {
      const { stdout } = await rig.assay(['compare', ...runs, '--format', 'md']);
      return stdout.split('\n').filter((line) => /^\| run|^\| `|^- build/.test(line));
    };
    const network = async (activation: string, more = ''): Promise<string> => {
      const dense = `{ dense: { units: 12, activation: ${activation} } }`;
      const layers = `[flatten, ${dense}${more}, { dense: { units: 10, activation: softmax } }]`;
      return (await rig.run(smallExperiment, ['train.epochs=1', `build.network.layers=${layers}`])).run;
    };
    const [elu, tanh, deep] = [
      await network('elu'),
      await network('tanh'),
      await network('elu', ', { dropout: { rate: 0.1 } }'),
    ];
    const [head, ...rows] = await table(elu, tanh);
    expect(head).toBe('| run | `accuracy` | `activation` | took |');
    expect(rows.map((row) => row.split(' | ')[2]).sort()).toEqual(['elu', 'tanh']);
    const [wide, ...others] = await table(elu, tanh, deep);
    expect(wide).toBe('| run | `accuracy` | `network` | took |');
    expect(others.slice(0, 3).map((row) => row.split(' | ')[2])).toEqual(['1', '2', '3']);
    expect(
      others
        .slice(3)
        .map((line) => line.replace(/ → .*/, ''))
        .sort(),
    ).toEqual([
      expect.stringMatching(/^- build\.network 1 \(\d layers, 9,550 parameters\): flatten$/),
      expect.stringMatching(/^- build\.network 2 \(\d layers, 9,550 parameters\): flatten$/),
      expect.stringMatching(/^- build\.network 3 \(\d layers, 9,550 parameters\): flatten$/),
    ]);
    const seeded = (await rig.run(smallExperiment, ['train.epochs=1', 'seed=8'])).run;
    expect((await table(ids[1]!, seeded))[0]).toBe('| run | `accuracy` | seed | took |');
  }, 60_000);

  it('are compared as well when their artifacts are thrown away', async () => {
    const before = await compared(rig, ...ids);
    rmSync(join(rig.folder, '.assay'), { recursive: true });
    const { runs, images, verdict } = await compared(rig, ...ids);
    expect(runs.map(({ id }) => id)).toEqual(before.runs.map(({ id }) => id));
    expect(runs.map(({ details }) => details)).toEqual([undefined, undefined, undefined]);
    expect([images, verdict.kind, verdict.test]).toEqual([null, 'no-evaluation', null]);
  });
});
