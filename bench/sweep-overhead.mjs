/**
 * What a trial costs the parent of a sweep when ten thousand are recorded already; and how much of N workers' time goes to
 * trials of a stage that takes 50 ms. Run `npm run build` before.
 *   node bench/sweep-overhead.mjs [--recorded 10000] [--trials 500] [--workers N]
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setImmediate } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openExperimentTemplate } from '../dist/config/experiment-template.js';
import { sweepParts } from '../dist/cli/sweep-wire.js';
import { makeSweepHeader } from '../dist/cli/sweep-header.js';
import { withOptions } from '../dist/cli/sweep-options.js';
import { loadStageFile } from '../dist/cli/wire.js';
import { Sweep } from '../dist/sweep/sweep.js';
import { openTracking } from '../dist/tracking/tracking.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  options: {
    recorded: { type: 'string', default: '10000' },
    trials: { type: 'string', default: '500' },
    workers: { type: 'string', default: String(availableParallelism()) },
    json: { type: 'boolean', default: false },
  },
});
const [before, more, workers] = [values.recorded, values.trials, values.workers].map(Number);

const stage = `
import { setTimeout as sleep } from 'node:timers/promises';
import { writeFileSync } from 'node:fs';
import { defineStage } from 'assay';
export default defineStage({
  usesSeed: false,
  schema: { type: 'object', properties: { x: { type: 'number', default: 0 }, y: { type: 'number', default: 0 } }, additionalProperties: false },
  async execute({ settings: { x, y }, output }) {
    const until = performance.now() + 50;
    while (performance.now() < until) await sleep(Math.max(0, until - performance.now()));
    writeFileSync(\`\${output}/x.txt\`, String(x));
    return { metrics: { loss: x + y } };
  },
});
`;
const sweepBlock = (trials) => `pipeline: ../pipelines/p.yaml
seed: 1
sweep:
  objective: { metric: loss, goal: minimize }
  space: { score.x: { uniform: [0, 1] }, score.y: { uniform: [0, 1] } }
  sampler: random
  threads: 1
  trials: ${trials}
`;

function makeProject(trials) {
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-'));
  for (const name of ['pipelines/stages', 'experiments']) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "name": "bench", "private": true }\n');
  writeFileSync(join(folder, 'pipelines/stages/score.ts'), stage);
  writeFileSync(join(folder, 'pipelines/p.yaml'), 'stages:\n  score:\n    uses: ./stages/score.ts\n');
  writeFileSync(join(folder, 'experiments/e.yaml'), sweepBlock(trials));
  return folder;
}

/** Ends every trial in the next turn of the event loop, with the events that a run of one stage has. */
function instantExecutor(slots) {
  let run;
  return {
    name: 'instant',
    slots,
    async submit(job, listener) {
      listener.started(1);
      await setImmediate();
      const event = (body) => listener.event({ ...body, runId: job.run, time: Date.now() });
      const fingerprint = job.run.padEnd(64, '0');
      run ??= {
        experiment: 'e',
        file: 'experiments/e.yaml',
        seed: 1,
        engine: 'onnx',
        versions: {},
        machine: {},
        pid: process.pid,
      };
      const stages = [{ name: 'score', kind: './stages/score.ts', needs: [] }];
      event({
        type: 'run-started',
        run: { ...run, id: job.run, config: { stages: { score: { with: job.assignments } } }, stages },
      });
      event({ type: 'stage-started', stage: 'score', fingerprint, why: [] });
      const metrics = { loss: job.assignments['score.x'] + job.assignments['score.y'] };
      event({
        type: 'stage-ended',
        stage: 'score',
        fingerprint,
        artifact: fingerprint,
        seconds: 0,
        bytes: 1,
        summary: { metrics },
      });
      event({ type: 'run-ended', status: 'done', seconds: 0, metrics });
      return { status: 'done', metrics };
    },
    cancel() {},
    workers: () => [],
    async close() {},
  };
}

/** As an `AbortSignal` that nobody aborts. */
const neverAborted = new globalThis.AbortController().signal;

async function measureOverhead() {
  const folder = makeProject(before + more);
  try {
    const file = join(folder, 'experiments/e.yaml');
    const opened = await openExperimentTemplate({
      file,
      projectRoot: folder,
      set: [],
      loadCustomStage: loadStageFile,
    });
    if (!opened.ok) throw new Error(JSON.stringify(opened.problems));
    const template = opened.value;
    const play = async (trials) => {
      const tracking = openTracking(join(folder, 'runs')).value;
      tracking.claimSweep('e');
      const recorded = (await tracking.sweep('e')).value;
      const request = withOptions(template.sweep, { set: [], trials: String(trials), workers: '4' }).value;
      const header = makeSweepHeader(template.check({}).value, request, recorded);
      const recorder = tracking.sweepRecorder({ onProblem: (problem) => console.error(problem) });
      const parts = sweepParts({
        template,
        request,
        header,
        recorded,
        executor: instantExecutor(4),
        listen: recorder.listen,
        signal: neverAborted,
      });
      const sweep = new Sweep(parts);
      const started = performance.now();
      const cpu = process.cpuUsage();
      await sweep.run();
      const { user, system } = process.cpuUsage(cpu);
      const wall = performance.now() - started;
      recorder.close();
      tracking.close();
      return { wall, cpu: (user + system) / 1000 };
    };
    const first = await play(before);
    const later = await play(before + more);
    return {
      recorded: before,
      trials: more,
      firstMillisecondsPerTrial: Number((first.wall / before).toFixed(3)),
      millisecondsPerTrial: Number((later.wall / more).toFixed(3)),
      processorMillisecondsPerTrial: Number((later.cpu / more).toFixed(3)),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The time between the first trial's begin and the last one's end, as recorded: starting Node is not what is measured. */
async function measureThroughput() {
  const trials = 100 * workers;
  const folder = makeProject(trials);
  try {
    const args = [
      join(root, 'dist/bundle/assay.js'),
      'sweep',
      'experiments/e.yaml',
      '--workers',
      String(workers),
    ];
    const started = performance.now();
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    const whole = (performance.now() - started) / 1000;
    const { default: Database } = await import('better-sqlite3');
    const database = new Database(join(folder, 'runs/assay.sqlite'), { readonly: true });
    // Each worker's first trial begins when the worker is warm; the last of those beginnings is where counting starts.
    const ends = database.prepare('SELECT ended FROM trials ORDER BY ended').pluck().all();
    database.close();
    const from = 10 * workers;
    const to = ends.length - workers;
    const rate = ((to - from) * 1000) / (ends[to - 1] - ends[from - 1]);
    return {
      workers,
      trials,
      wholeSeconds: Number(whole.toFixed(2)),
      trialsPerSecond: Number(rate.toFixed(2)),
      ofPossible: Number((rate / (workers * 20)).toFixed(4)),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const result = {
  machine: `${availableParallelism()} × ${cpus()[0]?.model.trim() ?? 'unknown'}`,
  overhead: await measureOverhead(),
  throughput: await measureThroughput(),
};
console.log(JSON.stringify(result, undefined, 2));
