/**
 * How many trials a second N workers run, against what N of them could at best: trials of one stage that sleeps 50 ms, so
 * that all else is overhead. Through the executor alone. `node bench/sweep-throughput.mjs [trials] [workers] [milliseconds]`
 * after `npm run build`.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { trialWorkerProgram } from '../dist/cli/trial-setup.js';
import { createProcessExecutor } from '../dist/sweep/executors/process-executor.js';

const [trials = 400, workers = availableParallelism(), milliseconds = 50] = process.argv.slice(2).map(Number);

const folder = mkdtempSync(join(tmpdir(), 'assay-bench-'));
const write = (path, text) => {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
};
write('package.json', '{ "name": "bench", "private": true }\n');
write(
  'pipelines/stages/wait.ts',
  `import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
export default {
  schema: { type: 'object', properties: { milliseconds: { type: 'number' }, x: { type: 'number' } }, additionalProperties: false },
  async execute({ settings, output }) {
    await sleep(settings.milliseconds);
    writeFileSync(output + '/x.txt', String(settings.x));
    return { metrics: { x: settings.x } };
  },
};
`,
);
write(
  'pipelines/wait.yaml',
  `stages:\n  wait: { uses: ./stages/wait.ts, with: { milliseconds: ${milliseconds}, x: 0 } }\n`,
);
write('experiments/wait.yaml', 'pipeline: ../pipelines/wait.yaml\nengine: reference\n');

const setup = { file: join(folder, 'experiments/wait.yaml'), set: [], threads: 1, verify: false };
const executor = createProcessExecutor({ program: trialWorkerProgram, slots: workers, setup });
let events = 0;
const listener = { started() {}, event: () => events++, decide: () => 'continue' };
const run = (trial) =>
  executor.submit({ trial, run: `trial-${trial}`, assignments: { 'wait.x': trial }, asks: false }, listener);

try {
  await Promise.all(Array.from({ length: 4 * workers }, (_, i) => run(-1 - i)));
  const parentBefore = process.cpuUsage();
  const started = performance.now();
  const outcomes = await Promise.all(Array.from({ length: trials }, (_, i) => run(i)));
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(parentBefore);
  const failed = outcomes.filter(({ status }) => status !== 'done');
  if (failed.length > 0) throw new Error(JSON.stringify(failed[0]));
  const best = (workers * 1000) / milliseconds;
  const rate = trials / seconds;
  console.log(
    `${trials} trials of ${milliseconds} ms on ${workers} workers: ${seconds.toFixed(2)} s, ${rate.toFixed(1)} trials/s, ` +
      `${((100 * rate) / best).toFixed(1)} % of ${best}; ${((seconds * 1000 * workers) / trials - milliseconds).toFixed(2)} ms a trial beside the stage; ` +
      `parent ${((user + system) / 1000 / trials).toFixed(2)} ms of processor time a trial; ${events} events`,
  );
} finally {
  await executor.close();
  rmSync(folder, { recursive: true, force: true });
}
