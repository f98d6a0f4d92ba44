/** `assay export`: a small sweep through the real CLI, read back in each format. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEvents } from '../report/export/event-records.js';
import { hasPeers, runPython } from '../support/peers.js';
import { Rig } from '../support/rig.js';
import { smallExperiment, writeSmallProject } from '../support/small-project.js';
import { sweepJson, writeFailingSweep, type SweepJson } from '../support/sweep-project.js';

let rig: Rig;
let sweep: SweepJson;
beforeAll(async () => {
  rig = new Rig();
  writeFailingSweep(rig, `'a "fancy", one'`);
  sweep = await sweepJson(rig);
}, 60_000);
afterAll(() => rig[Symbol.dispose]());

async function exported(format: string): Promise<string> {
  const { code, stderr, stdout } = await rig.assay([
    ...['export', '--sweep', 'search', '--format', format, '--output', `out/${format}`],
  ]);
  expect([code, stdout, stderr.split('\n')[0]]).toEqual([0, '', '6 runs exported:']);
  return join(rig.folder, 'out', format);
}

const ids = (): string[] => sweep.trials.map(({ run }) => run);

interface Row {
  readonly [column: string]: unknown;
}

describe('csv', () => {
  it('has a row a run and a row a point, with numbers as they were measured', async () => {
    const folder = await exported('csv');
    const [header, ...rows] = readFileSync(join(folder, 'runs.csv'), 'utf8').trimEnd().split('\r\n');
    expect(header!.split(',').map((name) => JSON.parse(name) as string)).toEqual([
      ...['run', 'experiment', 'sweep', 'trial', 'state', 'objective', 'status', 'started', 'seconds'],
      ...['trainSeconds', 'evaluateSeconds', 'seed', 'engine', 'metrics.distance', 'metrics.loss'],
      ...[
        'settings.score.uses',
        'settings.score.epochs',
        'settings.score.trouble',
        'settings.score.troubleFrom',
      ],
      ...['settings.score.x', 'settings.score.kind', 'settings.score.y', 'settings.score.milliseconds'],
      ...['reason', 'file', 'command'],
    ]);
    expect(rows).toHaveLength(6);
    expect(rows[2]).toContain(`,2,"done",0.5,"done",`);
    expect(rows[3]).toContain(',0.3,"a ""fancy"", one",0,0,');
    expect(rows[4]).toContain('"pipelines/stages/score.ts threw RangeError: no x from 0.8"');
    const points = readFileSync(join(folder, 'metrics.csv'), 'utf8').trimEnd().split('\r\n');
    expect(points[0]).toBe('"run","stage","scope","metric","step","epoch","seconds","value"');
    expect(points.slice(1)).toHaveLength(4 * 2);
    expect(points[1]).toMatch(new RegExp(`^"${ids()[0]}","score","epoch","loss",1,1,\\d+(\\.\\d+)?,1\\.04$`));
  });
});

describe('json', () => {
  it('has each run whole, and the curves as lists', async () => {
    const folder = await exported('json');
    const read = (name: string): Row[] => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Row[];
    expect(read('runs.json').map(({ id, status }) => [id, status])).toEqual(
      sweep.trials.map(({ run, state }) => [run, state]),
    );
    expect(read('runs.json')[2]).toMatchObject({
      metrics: { loss: 0.5, distance: 0 },
      settings: { 'score.x': 0.3, 'score.kind': 'plain' },
      trial: { sweep: 'search', number: 2, state: 'done', values: [0.5] },
    });
    expect(read('metrics.json')[0]).toMatchObject({
      ...{ run: ids()[0], stage: 'score', scope: 'epoch', metric: 'loss' },
      ...{ steps: [1, 2], epochs: [1, 2], values: [1.04, 0.54] },
      seconds: [expect.any(Number), expect.any(Number)],
    });
  });
});

describe('parquet', () => {
  it('has the types that the values have', async () => {
    const folder = await exported('parquet');
    const file = await asyncBufferFromFile(join(folder, 'runs.parquet'));
    const rows = (await parquetReadObjects({ file })) as Row[];
    expect(rows.map(({ run }) => run)).toEqual(ids());
    expect(rows[3]).toMatchObject({
      ...{ trial: 3n, state: 'done', objective: 0.5, seed: 7n, trainSeconds: null },
      ...{ 'metrics.loss': 0.5, 'settings.score.kind': 'a "fancy", one', 'settings.score.epochs': 2n },
      started: expect.any(Date) as Date,
    });
    expect(rows[4]).toMatchObject({ status: 'failed', objective: null, 'metrics.loss': null });
    const { schema } = await parquetMetadataAsync(file);
    const typeOf = (name: string): unknown => schema.find((element) => element.name === name)?.type;
    expect(['run', 'trial', 'objective', 'settings.score.x'].map(typeOf)).toEqual([
      ...['BYTE_ARRAY', 'INT64', 'DOUBLE', 'DOUBLE'],
    ]);
    const points = (await parquetReadObjects({
      file: await asyncBufferFromFile(join(folder, 'metrics.parquet')),
    })) as Row[];
    expect(points).toHaveLength(8);
    expect(points[1]).toEqual({
      ...{ run: ids()[0], stage: 'score', scope: 'epoch', metric: 'loss', step: 2n, epoch: 2 },
      ...{ seconds: expect.any(Number) as number, value: 0.54 },
    });
  });
});

describe('tensorboard', () => {
  it('has a folder a run with its curves and final metrics', async () => {
    const folder = await exported('tensorboard');
    expect(readdirSync(folder).sort()).toEqual(ids().toSorted());
    const [name] = readdirSync(join(folder, ids()[0]!));
    expect(name).toMatch(/^events\.out\.tfevents\.\d{10}\.assay$/);
    const events = readEvents(readFileSync(join(folder, ids()[0]!, name!)));
    expect(events[0]).toEqual({ time: expect.any(Number) as number, step: 0, version: 'brain.Event:2' });
    expect(events.slice(1).map(({ tag, step, value }) => [tag, step, value])).toEqual([
      ['_hparams_/session_start_info', 0, undefined],
      ['loss', 1, Math.fround(1.04)],
      ['loss', 2, Math.fround(0.54)],
      ['final/distance', 2, Math.fround(0.2)],
      ['final/loss', 2, Math.fround(0.54)],
      ['_hparams_/session_end_info', 0, undefined],
    ]);
    const times = events.map(({ time }) => time);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it.skipIf(!hasPeers)('is read by TensorBoard itself', async () => {
    const folder = await exported('tensorboard');
    const script = `
import json
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
events = EventAccumulator(${JSON.stringify(ids()[0])})
events.Reload()
print(json.dumps([[tag, [[e.step, e.value] for e in events.Scalars(tag)]] for tag in events.Tags()["scalars"]]))`;
    const lines = (await runPython(script, folder)).trim().split('\n');
    expect(JSON.parse(lines.at(-1)!)).toEqual([
      [
        'loss',
        [
          [1, Math.fround(1.04)],
          [2, Math.fround(0.54)],
        ],
      ],
      ['final/distance', [[2, Math.fround(0.2)]]],
      ['final/loss', [[2, Math.fround(0.54)]]],
    ]);
  });
});

describe('hyperparameters in TensorBoard', () => {
  it.skipIf(!hasPeers)(
    'are those that differ, of each run, with how it ended and what it came to',
    async () => {
      const folder = await exported('tensorboard');
      const script = `
import json
from tensorboard.backend.event_processing import data_provider, plugin_event_multiplexer
from tensorboard import context
from tensorboard.plugins import base_plugin
from tensorboard.plugins.hparams import api_pb2, backend_context, get_experiment, list_session_groups
runs = plugin_event_multiplexer.EventMultiplexer()
runs.AddRunsFromDirectory(".")
runs.Reload()
provider = data_provider.MultiplexerDataProvider(runs, ".")
plugin = backend_context.Context(base_plugin.TBContext(data_provider=provider))
nothing = context.RequestContext()
experiment = get_experiment.Handler(nothing, plugin, "", api_pb2.GetExperimentRequest()).run()
statuses = [api_pb2.STATUS_UNKNOWN, api_pb2.STATUS_SUCCESS, api_pb2.STATUS_FAILURE, api_pb2.STATUS_RUNNING]
request = api_pb2.ListSessionGroupsRequest(start_index=0, slice_size=100, include_metrics=True, allowed_statuses=statuses)
groups = list_session_groups.Handler(nothing, plugin, "", request).run().session_groups
value = lambda v: getattr(v, v.WhichOneof("kind"))
print(json.dumps({
    "hparams": sorted(info.name for info in experiment.hparam_infos),
    "metrics": sorted({info.name.tag for info in experiment.metric_infos}),
    "sessions": sorted([
        group.sessions[0].name,
        {name: value(v) for name, v in group.hparams.items()},
        api_pb2.Status.Name(group.sessions[0].status),
        [m.value for m in group.sessions[0].metric_values if m.name.tag == "final/loss"],
    ] for group in groups),
}))`;
      const lines = (await runPython(script, folder)).trim().split('\n');
      const kinds = ['plain', 'a "fancy", one'];
      expect(JSON.parse(lines.at(-1)!)).toEqual({
        hparams: ['score.kind', 'score.x'],
        metrics: ['final/distance', 'final/loss', 'loss'],
        sessions: sweep.trials.map(({ run, trial, values }) => [
          run,
          { 'score.x': [0.1, 0.3, 0.9][trial >> 1], 'score.kind': kinds[trial % 2] },
          trial < 4 ? 'STATUS_SUCCESS' : 'STATUS_FAILURE',
          values === undefined ? [] : [Math.fround(values[0]!)],
        ]),
      });
    },
  );
});

describe('two stages that tell the same', () => {
  it('have curves of their own in TensorBoard', async () => {
    rig.write(
      'pipelines/twice.yaml',
      [
        ...['stages:', '  score: { uses: ./stages/score.ts, with: { x: 0.1 } }'],
        ...['  again: { uses: ./stages/score.ts, with: { x: 0.9 } }', ''],
      ].join('\n'),
    );
    rig.write('experiments/twice.yaml', 'pipeline: ../pipelines/twice.yaml\nseed: 7\n');
    const { run } = await rig.run('experiments/twice.yaml');
    await rig.assay(['export', run, '--format', 'tensorboard', '--output', 'twice']);
    const [name] = readdirSync(join(rig.folder, 'twice', run));
    const events = readEvents(readFileSync(join(rig.folder, 'twice', run, name!)));
    const epochs = events.filter(({ tag }) => tag !== undefined && !/^(_hparams_|final)\//.test(tag));
    expect(epochs.map(({ tag, value }) => [tag, value])).toEqual([
      ['loss', Math.fround(1.04)],
      ['again/loss', Math.fround(1.36)],
    ]);
    const notebook = await rig.assay(['export', run, '--format', 'notebook', '--output', 'twice']);
    expect([notebook.code, notebook.stderr.split('\n')[0]]).toEqual([0, '1 run exported:']);
    // No usual metric is there, no sweep says which: the first by name of those that it has.
    expect(rig.read('twice/runs.ipynb')).toContain('OBJECTIVE = \\"distance\\"\\n');
  });
});

interface Notebook {
  readonly nbformat: number;
  readonly nbformat_minor: number;
  readonly metadata: { readonly kernelspec: { readonly name: string } };
  readonly cells: readonly {
    readonly id: string;
    readonly cell_type: string;
    readonly source: readonly string[];
    readonly outputs?: readonly unknown[];
    readonly execution_count?: null;
  }[];
}

describe('notebook', () => {
  it('is a notebook of format 4.5 with a sentence before each piece of Python', async () => {
    const folder = await exported('notebook');
    const notebook = JSON.parse(readFileSync(join(folder, 'runs.ipynb'), 'utf8')) as Notebook;
    expect([notebook.nbformat, notebook.nbformat_minor, notebook.metadata.kernelspec.name]).toEqual([
      ...[4, 5, 'python3'],
    ]);
    const { cells } = notebook;
    expect(cells.map(({ cell_type }) => cell_type)).toEqual(
      Array.from({ length: cells.length }, (_, i) => (i % 2 === 0 ? 'markdown' : 'code')),
    );
    expect(new Set(cells.map(({ id }) => id)).size).toBe(cells.length);
    for (const { id, cell_type, outputs, execution_count, source } of cells) {
      expect(id).toMatch(/^[\w-]{1,64}$/);
      expect(source.every((line, i) => line.endsWith('\n') || i === source.length - 1)).toBe(true);
      expect([outputs, execution_count]).toEqual(cell_type === 'code' ? [[], null] : [undefined, undefined]);
    }
    expect(cells[1]!.source).toContain('OBJECTIVE = "loss"\n');
    expect(cells[1]!.source).toContain('MAXIMIZE = False\n');
    expect(cells[1]!.source.join('')).toContain(
      'SETTINGS = [\n    "settings.score.x",\n    "settings.score.kind",\n]\n',
    );
    for (const name of ['runs.parquet', 'metrics.parquet', 'runs.csv', 'metrics.csv'])
      expect(existsSync(join(folder, name)), name).toBe(true);
  });

  it.skipIf(!hasPeers)(
    'has cells that run, whether there is Parquet or not',
    async () => {
      const folder = await exported('notebook');
      for (const before of [
        '',
        'import sys\nsys.modules["pyarrow"] = None\nsys.modules["fastparquet"] = None\n',
      ]) {
        const script = `
import json, nbformat, nbclient
notebook = nbformat.read("runs.ipynb", 4)
nbformat.validate(notebook)
notebook.cells[1].source = ${JSON.stringify(before)} + notebook.cells[1].source
nbclient.NotebookClient(notebook, timeout=300).execute()
print(json.dumps([[k for o in c.outputs for k in ([o.name] if o.output_type == "stream" else sorted(o.data))] for c in notebook.cells if c.cell_type == "code"]))`;
        const lines = (await runPython(script, folder)).trim().split('\n');
        const figure = ['image/png', 'text/plain'];
        expect(JSON.parse(lines.at(-1)!)).toEqual([
          ['stdout'],
          ['text/html', 'text/plain'],
          ...[figure, figure, figure],
        ]);
      }
    },
    300_000,
  );
});

describe('a sweep over networks', () => {
  let networks: Rig;
  beforeAll(async () => {
    networks = new Rig();
    writeSmallProject(networks);
    const last = '{ dense: { units: 10, activation: softmax } }';
    networks.write(
      smallExperiment,
      `${networks.read(smallExperiment)}sweep:
  objective: validation.loss
  space:
    build.network:
      - { name: narrow, value: { layers: [flatten, { dense: { units: 4 } }, ${last}] } }
      - { name: linear, value: { layers: [flatten, ${last}] } }
    seed: [1, 2]
  sampler: grid
  workers: 1
`,
    );
    expect((await networks.assay(['sweep', smallExperiment, '--set', 'train.epochs=1'])).code).toBe(0);
    for (const format of ['csv', 'json', 'notebook'])
      expect((await networks.assay(['export', '--format', format, '--output', format])).code).toBe(0);
  }, 120_000);
  afterAll(() => networks[Symbol.dispose]());

  it('has which network each trial had, though it is resolved to its layers', () => {
    const [header, ...rows] = networks
      .read('csv/runs.csv')
      .trimEnd()
      .split('\r\n')
      .map((line) => line.split(','));
    const names = header!.map((name) => JSON.parse(name) as string);
    const column = (name: string): unknown[] => rows.map((row) => row[names.indexOf(name)]);
    expect(column('settings.build.network')).toEqual(['"narrow"', '"narrow"', '"linear"', '"linear"']);
    expect(column('seed')).toEqual(['1', '2', '1', '2']);
    expect(names).toContain('settings.build.network.layers.1.dense.units');
    expect(names).not.toContain('settings.seed');
    expect(names.find((name) => name.startsWith('settings.'))).toBe('settings.build.network');
    const runs = JSON.parse(networks.read('json/runs.json')) as { settings: Row }[];
    expect(runs.map(({ settings }) => settings['build.network'])).toEqual([
      ...['narrow', 'narrow', 'linear', 'linear'],
    ]);
  });

  it('has a notebook of what was searched, not of what follows from it', () => {
    const { cells } = JSON.parse(networks.read('notebook/runs.ipynb')) as Notebook;
    expect(cells[1]!.source.join('')).toContain(
      'SETTINGS = [\n    "settings.build.network",\n    "seed",\n]\n',
    );
  });

  it.skipIf(!hasPeers)(
    'has a notebook whose charts are of these alone',
    async () => {
      const script = `
import json, nbformat, nbclient
notebook = nbformat.read("runs.ipynb", 4)
notebook.cells.append(nbformat.v4.new_code_cell("print([[ax.get_xlabel(), [t.get_text() for t in ax.get_xticklabels()]] for ax in axes.flat if ax.get_visible()], list(best.index), list(best.columns))"))
notebook.cells[7].source = notebook.cells[7].source.replace("plt.show()", "fig.canvas.draw()")
nbclient.NotebookClient(notebook, timeout=300).execute()
print(json.dumps([o.text for c in notebook.cells if c.cell_type == "code" for o in c.outputs if o.output_type == "stream"]))`;
      const lines = (await runPython(script, join(networks.folder, 'notebook'))).trim().split('\n');
      expect(JSON.parse(lines.at(-1)!)).toEqual([
        expect.stringMatching(/^4 runs, \d+ points; 2 settings differ\n$/),
        "[['build.network', ['linear', 'narrow']], ['seed', ['1', '2']]] ['linear', 'narrow'] ['1', '2']\n",
      ]);
    },
    300_000,
  );
});

describe('what is wrong with the input', () => {
  it('is told', async () => {
    const told = async (...args: string[]): Promise<unknown[]> => {
      const { code, stderr } = await rig.assay(['export', ...args]);
      return [code, stderr.split('\n')[0]];
    };
    expect(await told('--format', 'xlsx', '--output', 'out')).toEqual([
      2,
      'error[invalid-option]: expected --format to be csv, json, parquet, tensorboard or notebook, got "xlsx"',
    ]);
    expect(await told('--format', 'csv', '--output', 'out', '--where', 'loss > 100')).toEqual([
      2,
      'error[too-few-runs]: expected at least one run to export, got none',
    ]);
    expect(await told('--format', 'csv', '--output', 'out', '--sweep', 'serch')).toEqual([
      2,
      'error[no-such-sweep]: expected the name of a sweep, got "serch"',
    ]);
    expect(await told('--format', 'csv', '--output', 'package.json/out')).toEqual([
      2,
      'error[invalid-option]: expected --output to lie in a folder, got "package.json/out": package.json is a file',
    ]);
    expect(await told('--format', 'csv', '--output', 'package.json')).toEqual([
      2,
      'error[invalid-option]: expected --output to be a folder, got "package.json", a file',
    ]);
    const whole = async (...args: string[]): Promise<unknown[]> => {
      const { code, stderr } = await rig.assay(['export', ...args]);
      return [code, ...stderr.split('\n').filter((line) => /^(error| {2}fix)/.test(line))];
    };
    const formats = 'csv, json, parquet, tensorboard or notebook';
    expect(await whole('--format', 'csv')).toEqual([
      2,
      'error[invalid-option]: expected --output to be a folder, got nothing',
    ]);
    expect(await whole('--output', 'out')).toEqual([
      2,
      `error[invalid-option]: expected --format to be ${formats}, got nothing`,
    ]);
    for (const [given, meant] of [
      ['tensorboad', 'tensorboard'],
      ['JSON', 'json'],
      ['ipynb', 'notebook'],
    ])
      expect(await whole('--format', given!, '--output', 'out')).toEqual([
        ...[2, `error[invalid-option]: expected --format to be ${formats}, got "${given}"`],
        `  fix: did you mean "${meant}"?`,
      ]);
    const newest = ids().toReversed().slice(0, 5);
    expect(await whole('search', '--format', 'csv', '--output', 'out')).toEqual([
      ...[2, `error[ambiguous-run]: expected "search" to be of one run, got ${newest.join(', ')}, …`],
      '  fix: for the trials of the sweep: --sweep search',
    ]);
  });

  it('is all runs where none is named, and says which files there are', async () => {
    const { stdout } = await rig.assay(['export', '--format', 'csv', '--output', 'all', '--json']);
    expect(JSON.parse(stdout)).toEqual({
      ...{ status: 'done', format: 'csv', runs: 7 },
      files: ['runs.csv', 'metrics.csv'].map((name) => join(rig.folder, 'all', name)),
    });
  });
});
