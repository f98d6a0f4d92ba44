/**
 * A million points written during a sweep, by the recorder, from events of trials that run side by side, while four
 * other processes read without a pause (two by SQLite alone, two by `tracking`), and for comparison without readers: the
 * rate, the size, how large the log became, and whether anybody was ever told that the database is locked. Run
 * `npm run build` before.
 *   node bench/million-points.mjs [POINTS] [--write]      --write puts the numbers into bench/results/
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers';
import { fileURLToPath } from 'node:url';
import Sqlite from 'better-sqlite3';
import { openTracking } from '../dist/tracking/tracking.js';
import { began, beginning, ending, epochEnd, ofSweep, step, sweepHeader } from './support/sweep-events.mjs';

const points = Number(process.argv.slice(2).find((argument) => /^\d+$/.test(argument)) ?? 1_000_000);
const readers = 4;
/** Side by side; each step tells four metrics. */
const workers = 4;
const stepsPerTrial = 1000;
const epochs = 5;
const stepsPerEpoch = stepsPerTrial / epochs;
const trials = Math.ceil(points / (4 * stepsPerTrial));
/** Events come in bursts, as messages of workers do; in between the process does other things. */
const burst = 50;

function startReader(folder, kind) {
  const worker = fileURLToPath(new URL('support/hammer-worker.mjs', import.meta.url));
  const child = spawn(process.execPath, [worker, folder, kind], { stdio: ['pipe', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  const ended = new Promise((done) => child.on('close', () => done(JSON.parse(output))));
  return { stop: () => child.stdin.end(), ended };
}

/** All events of one trial, as a generator, so that trials can take turns. */
function* trialEvents(number) {
  const time = began + number * 1000;
  yield* beginning(number, time);
  for (let index = 1; index <= stepsPerTrial; index++) {
    const epoch = Math.ceil(index / stepsPerEpoch);
    yield step(number, epoch, index, time + index);
    if (index % stepsPerEpoch === 0) yield* epochEnd(number, epoch, index, time + index);
  }
  yield* ending(number, epochs, stepsPerEpoch, time + stepsPerTrial);
}

async function measure(readerCount) {
  const folder = mkdtempSync(join(tmpdir(), 'assay-million-points-'));
  try {
    const tracking = openTracking(folder).value;
    const problems = [];
    const recorder = tracking.sweepRecorder({ onProblem: ({ message }) => problems.push(message) });
    const listen = (body) => recorder.listen(ofSweep(body, began));
    listen({ type: 'sweep-started', header: sweepHeader(trials), resumed: false });
    const hammers = Array.from({ length: readerCount }, (_, index) =>
      startReader(folder, index % 2 === 0 ? 'sqlite' : 'tracking'),
    );
    if (readerCount > 0) await new Promise((done) => setTimeout(done, 1000));
    let next = 0;
    let largestLog = 0;
    let busy = 0;
    const started = performance.now();
    const open = [];
    while (next < trials || open.length > 0) {
      while (open.length < workers && next < trials) open.push(trialEvents(next++));
      const events = open.shift();
      const start = performance.now();
      let done = false;
      for (let count = 0; count < burst && !done; count++) {
        const { value, done: ended } = events.next();
        done = ended;
        if (!ended) listen(value);
      }
      busy += performance.now() - start;
      if (!done) open.push(events);
      largestLog = Math.max(
        largestLog,
        statSync(join(folder, 'assay.sqlite-wal'), { throwIfNoEntry: false })?.size ?? 0,
      );
      await new Promise((later) => setImmediate(later));
    }
    listen({ type: 'sweep-ended', status: 'done', reason: 'trials', seconds: 1 });
    recorder.close();
    const seconds = (performance.now() - started) / 1000;
    for (const hammer of hammers) hammer.stop();
    const reports = await Promise.all(hammers.map(({ ended }) => ended));
    tracking.close();
    const file = join(folder, 'assay.sqlite');
    const database = new Sqlite(file, { readonly: true });
    const count = database.prepare('SELECT count(*) FROM points').pluck().get();
    const whole = database.pragma('integrity_check', { simple: true });
    database.close();
    const bytes = statSync(file).size;
    return {
      readers: readerCount,
      pointsWritten: count,
      seconds: Number(seconds.toFixed(2)),
      pointsPerSecond: Math.round(count / seconds),
      recordingSeconds: Number((busy / 1000).toFixed(2)),
      databaseBytes: bytes,
      bytesPerPoint: Number((bytes / count).toFixed(1)),
      largestLogBytes: largestLog,
      integrity: whole,
      problemsOfTheWriter: problems,
      readersReports: reports,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const results = [await measure(0), await measure(readers)];
const machine = { cpu: cpus()[0]?.model ?? '', cores: availableParallelism(), node: process.version };
const text = `${JSON.stringify({ machine, trials, sideBySide: workers, results }, null, 2)}\n`;
console.log(text);
if (process.argv.includes('--write')) {
  writeFileSync(new URL('results/million-points.json', import.meta.url), text);
}
