/**
 * What recording a sweep costs the process that runs it, and what reading it back costs, at ten thousand trials, each
 * with about forty settings, six stages and five epochs of four metrics. Run `npm run build` before.
 *   node bench/sweep-recording.mjs [TRIALS] [--write]     --write puts the numbers into bench/results/
 */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTracking } from '../dist/tracking/tracking.js';
import { began, beginning, ending, epochEnd, ofSweep, sweepHeader } from './support/sweep-events.mjs';

const trials = Number(process.argv.slice(2).find((argument) => /^\d+$/.test(argument)) ?? 10_000);
const epochs = 5;
const folder = mkdtempSync(join(tmpdir(), 'assay-sweep-recording-'));
const round = (value, digits = 3) => Number(value.toFixed(digits));

/** Everything that the trials before `number` cost is in the time of their own `listen` calls alone. */
function recordTrial(listen, number, times) {
  const time = began + number * 100;
  const events = [
    ...beginning(number, time),
    ...Array.from({ length: epochs }, (_, index) =>
      epochEnd(number, index + 1, (index + 1) * 100, time + 10 * (index + 1)),
    ).flat(),
    ...ending(number, epochs, 100, time + 90),
  ].map((body) => ofSweep(body, time));
  const start = performance.now();
  for (const event of events) listen(event);
  times.push(performance.now() - start);
}

const statistics = (times) => {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share) => round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]);
  return {
    mean: round(times.reduce((sum, time) => sum + time, 0) / times.length),
    median: at(0.5),
    p99: at(0.99),
    most: at(1),
  };
};

const results = {};
try {
  for (const scheduler of ['asha', 'none']) {
    const place = join(folder, scheduler);
    const tracking = openTracking(place).value;
    const recorder = tracking.sweepRecorder({
      onProblem: ({ message }) => {
        throw new Error(message);
      },
    });
    const begin = { type: 'sweep-started', header: sweepHeader(trials, scheduler), resumed: false };
    recorder.listen(ofSweep(begin, began));
    const times = [];
    const before = process.cpuUsage();
    for (let number = 0; number < trials; number++) recordTrial(recorder.listen, number, times);
    const { user, system } = process.cpuUsage(before);
    recorder.close();
    const reading = performance.now();
    const sweep = (await tracking.sweep('architectures')).value;
    const readMilliseconds = performance.now() - reading;
    const progressing = performance.now();
    await tracking.sweepProgress('architectures');
    const progressMilliseconds = performance.now() - progressing;
    const choosing = performance.now();
    const chosen = await tracking.runs({ where: 'sweep = "architectures"', sort: '-accuracy', limit: 10 });
    const chooseMilliseconds = performance.now() - choosing;
    if (sweep.trials.length !== trials || chosen.value.rows.length !== 10)
      throw new Error('trials are missing');
    tracking.close();
    results[scheduler] = {
      millisecondsPerTrial: statistics(times),
      // Of the processor alone, making the events included: what is left of it when others want the processor, too.
      processorMillisecondsPerTrial: round((user + system) / 1000 / trials),
      ofTheLastThousand: statistics(times.slice(-1000)),
      readSweepMilliseconds: round(readMilliseconds, 1),
      statusMilliseconds: round(progressMilliseconds, 1),
      bestTenRunsOfTheSweepMilliseconds: round(chooseMilliseconds, 1),
      databaseBytes: statSync(join(place, 'assay.sqlite')).size,
    };
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const machine = { cpu: cpus()[0]?.model ?? '', cores: availableParallelism(), node: process.version };
const text = `${JSON.stringify({ machine, trials, epochsPerTrial: epochs, results }, null, 2)}\n`;
console.log(text);
if (process.argv.includes('--write')) {
  writeFileSync(new URL('results/sweep-recording.json', import.meta.url), text);
}
