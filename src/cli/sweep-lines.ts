/** What happened to a trial, as one line each: all that is shown where there is no terminal. */
import { formatSeconds } from '../core/format-units.js';
import type { SweepEvent, SweepHeader } from '../core/sweep-events.js';
import { labelsInWords } from '../core/short-paths.js';
import { colours } from './output.js';
import { countOf, showCounts, showMeasured, showRemaining } from './sweep-words.js';
import type { SweepView, TrialView } from './sweep-view.js';

export function startLine(header: SweepHeader): string {
  const { name, trials, sampler, scheduler, workers, threads, seed } = header;
  const facts = [
    ...(trials === undefined ? [] : [countOf(trials, 'trial')]),
    scheduler === 'none' ? sampler : `${sampler}, ${scheduler}`,
    `${countOf(workers, 'worker')} of ${countOf(threads, 'thread')}`,
    `seed ${seed}`,
  ];
  return `${colours.bold(name)} ${colours.dim(`· sweep · ${facts.join(' · ')}`)}`;
}

/** @param before the trial's state until then. */
export function beginLine(trial: TrialView, before: TrialView['state']): string {
  const what =
    before === 'paused'
      ? `is promoted, from epoch ${trial.epochs}`
      : trial.attempt > 1
        ? `begins again, attempt ${trial.attempt}`
        : trial.epochs > 0
          ? `goes on from epoch ${trial.epochs}`
          : 'begins';
  const labels = labelsInWords(trial.labels);
  return `${colours.cyan('▸')} trial ${trial.number} ${what}${labels === '' ? '' : colours.dim(`: ${labels}`)}`;
}

type TrialEnded = Extract<SweepEvent, { type: 'trial-ended' }>;

export function endLine(event: TrialEnded, trial: TrialView, view: SweepView): string {
  const metric = view.header?.objectives[0]?.metric ?? 'objective';
  const took = colours.dim(` in ${formatSeconds(event.seconds)}`);
  const last = trial.last === undefined ? '' : `: ${metric} ${showMeasured(trial.last.value)}`;
  const why = event.problem === undefined ? '' : `: ${event.problem.message}`;
  const name = `trial ${event.trial}`;
  switch (event.state) {
    case 'done': {
      const values = (event.values ?? []).map(
        (value, index) => `${view.header?.objectives[index]?.metric ?? ''} ${showMeasured(value)}`,
      );
      const best = view.best === trial ? colours.green(' · the best so far') : '';
      return `${colours.green('✓')} ${name} done${took}: ${values.join(', ')}${best}`;
    }
    case 'paused':
      return `${colours.yellow('‖')} ${name} paused after epoch ${event.epochs}${took}${last}`;
    case 'pruned':
      return `${colours.yellow('■')} ${name} pruned after epoch ${event.epochs}${took}${last}`;
    case 'failed':
      return `${colours.red('✗')} ${name} failed${took}${why}`;
    case 'infeasible':
      return `${colours.yellow('∅')} ${name} infeasible${took}${why}`;
    case 'waiting':
      return event.problem === undefined
        ? `${colours.yellow('‖')} ${name} stopped${took}: it goes on next time`
        : `${colours.red('✗')} ${name} failed${took}${why}; it is tried again`;
  }
}

/** Told once a minute where there is no terminal. */
export function progressLine(view: SweepView, now: number): string {
  const { best, header } = view;
  const value = best?.values?.[0];
  const facts = [
    showCounts((state) => view.count(state)),
    ...(best === undefined || value === undefined
      ? []
      : [`best ${header?.objectives[0]?.metric ?? ''} ${showMeasured(value)} (trial ${best.number})`]),
    showRemaining(view, now),
  ];
  return facts.filter((fact) => fact !== undefined).join(' · ');
}
