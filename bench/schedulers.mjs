/**
 * What a scheduler costs the sweep: milliseconds for a report and for a promotion, while a sweep of 10,000 trials fills
 * up, and for making it again from as many recorded trials. Build first.
 *   node bench/schedulers.mjs [TRIALS]
 */
import { createScheduler } from '../dist/sweep/schedulers/create-scheduler.js';

const trials = Number(process.argv[2] ?? 10_000);
const maxEpochs = 81;
const round = (milliseconds) => Number(milliseconds.toFixed(5));

function measure(settings) {
  const scheduler = createScheduler(settings, { maxEpochs, seed: 0, trials: [] });
  const recorded = [];
  const spent = { report: 0, promote: 0 };
  const counts = { report: 0, promote: 0 };
  const timed = (what, call) => {
    const started = performance.now();
    const answer = call();
    spent[what] += performance.now() - started;
    counts[what]++;
    return answer;
  };
  const train = (trial) => {
    trial.state = 'running';
    for (;;) {
      const epoch = trial.reports.length + 1;
      // Any fixed numbers do; these are in no order.
      const value = ((trial.number * 7919) % 10_007) / 10_007 + 1 / epoch;
      trial.reports.push([epoch, value]);
      const verdict = timed('report', () => scheduler.report(trial.number, epoch, value));
      if (epoch === maxEpochs) {
        trial.state = 'done';
        scheduler.end(trial.number, 'done');
      } else if (verdict === 'continue') continue;
      else trial.state = verdict === 'pause' ? 'paused' : 'pruned';
      return;
    }
  };
  for (;;) {
    const last = recorded.length >= trials;
    const promoted = timed('promote', () => scheduler.promote(last));
    if (promoted !== undefined) train(recorded[promoted]);
    else if (last) break;
    else {
      recorded.push({ number: recorded.length, state: 'waiting', reports: [] });
      train(recorded.at(-1));
    }
  }
  const started = performance.now();
  createScheduler(settings, { maxEpochs, seed: 0, trials: recorded });
  return {
    scheduler: settings.kind,
    trials,
    reports: counts.report,
    reportMilliseconds: round(spent.report / counts.report),
    promoteMilliseconds: round(spent.promote / counts.promote),
    restoreMilliseconds: round(performance.now() - started),
  };
}

for (const settings of [
  { kind: 'median', startupTrials: 5, warmupEpochs: 3 },
  { kind: 'asha', minEpochs: 1, reduction: 3 },
  { kind: 'hyperband', minEpochs: 1, reduction: 3 },
]) {
  console.log(JSON.stringify(measure(settings)));
}
