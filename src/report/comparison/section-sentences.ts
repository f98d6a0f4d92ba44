/** The sentence of each section: what is to be seen, in words and numbers. The verdict's is `verdict-sentence.ts`. */
import { formatCount } from '../../core/format-units.js';
import {
  capitalised,
  duration,
  listed,
  metricValue,
  percent,
  plural,
  settingNumber,
} from '../views/format.js';
import type { ComparedRun, ComparedSweep, Comparison } from './compared-run.js';
import type { ComparisonFacts } from './comparison-facts.js';
import { bestSoFar } from './statistics/best-so-far.js';
import { configDifference } from './statistics/config-difference.js';
import { disagreements } from './statistics/disagreements.js';
import { objectiveValue, runName, runTitle } from './statistics/objective-value.js';
import { paretoFront } from './statistics/pareto-front.js';
import { predictionsOn } from './statistics/predictions-on.js';
import type { VaryingSetting } from './statistics/varying-settings.js';
import { withRun } from './statistics/with-run.js';

export function ofRuns({ runs }: Comparison, { settings, verdict }: ComparisonFacts): string {
  if (runs.length === 1)
    return `One run, ${verdict.results === 1 ? 'which has a result' : 'without a result'}.`;
  const results = `${formatCount(verdict.results)} of ${plural(runs.length, 'run')} ${verdict.results === 1 ? 'has' : 'have'} a result`;
  const count = settings.shown.length;
  if (count === 0) {
    const seeds = new Set(withRun(runs).map(({ seed }) => seed)).size > 1 ? ' but the seed' : '';
    return `${results}; no setting${seeds} tells them apart.`;
  }
  return `${results}; ${count === 1 ? 'one setting tells' : `${count} settings tell`} them apart.`;
}

export function ofCurves({ runs, objective }: Comparison): string {
  const ends = runs.flatMap((run) => {
    const value = objectiveValue(run, objective);
    return value === null ? [] : [value];
  });
  const cut = runs.filter(
    ({ status, curves }) => status !== 'done' && status !== 'running' && curves.length > 0,
  ).length;
  const stopped = cut === 0 ? '' : ` ${capitalised(plural(cut, 'run'))} ended early, at a dot.`;
  const best = runs[0];
  if (ends.length < 2 || best === undefined) return `How each run learned.${stopped}`;
  const sorted = [...ends].sort((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1]!, sorted[sorted.length >> 1]!];
  const median = metricValue(objective.metric, (low + high) / 2);
  return `${runTitle(best)} ends at ${metricValue(objective.metric, ends[0]!)} of ${objective.metric}; the median of all is ${median}.${stopped}`;
}

/** A setting of which the best agree: where they lie within this share of its range. */
const narrow = 0.5;

export function ofParallel(comparison: Comparison, { settings, importances }: ComparisonFacts): string {
  const results = comparison.runs.flatMap((run, index) =>
    objectiveValue(run, comparison.objective) === null ? [] : [index],
  );
  const top = results.slice(0, Math.max(3, Math.ceil(results.length / 10)));
  const told = importances
    .slice(0, 6)
    .flatMap(({ parameter }) => settings.shown.find(({ path }) => path === parameter) ?? [])
    .flatMap((setting) => commonOf(setting, top) ?? [])
    .slice(0, 3);
  if (results.length < 10 || told.length === 0)
    return 'Each line is a run; choose a range on any axis and the whole page follows.';
  return `The best ${top.length} have ${listed(told)}. Choose a range on any axis and the whole page follows.`;
}

function commonOf(
  { path, kind, values, categories }: VaryingSetting,
  top: readonly number[],
): string | undefined {
  const name = path.slice(path.lastIndexOf('.') + 1);
  const ofTop = top.flatMap((run) => values[run] ?? []);
  if (ofTop.length < 3) return undefined;
  if (kind === 'category') {
    const counts = new Map<number, number>();
    for (const value of ofTop) counts.set(value, (counts.get(value) ?? 0) + 1);
    const [common, count] = [...counts].sort((a, b) => b[1] - a[1])[0]!;
    const share = count / ofTop.length;
    return share < 0.7
      ? undefined
      : `${name} ${categories[common] ?? ''}${share < 1 ? ' (most of them)' : ''}`;
  }
  const scale = (value: number) => (kind === 'log-number' ? Math.log(value) : value);
  const all = values.filter((value) => value !== null).sort((a, b) => a - b);
  const sorted = [...ofTop].sort((a, b) => a - b);
  const [low, high] = [sorted[Math.floor(sorted.length * 0.1)]!, sorted[Math.ceil(sorted.length * 0.9) - 1]!];
  const range = scale(all.at(-1)!) - scale(all[0]!);
  if (range === 0 || (scale(high) - scale(low)) / range > narrow) return undefined;
  const [from, to] = [settingNumber(low, 2), settingNumber(high, 2)];
  return from === to ? `${name} ${from}` : `${name} from ${from} to ${to}`;
}

/** With fewer results than this, chance has a great part in what seems important. */
export const resultsToTrust = 30;

export function ofImportance({ importances, verdict: { results } }: ComparisonFacts): string {
  if (importances.length === 0) return 'There are too few results to say which setting mattered.';
  const told = importances.filter(({ share }) => share >= 0.03).slice(0, 3);
  if (told.length === 0) return 'No setting sets the best results apart from the rest.';
  const shares = told.map(
    ({ parameter, share }, i) => `${parameter}${i === 0 ? ' is' : ''} ${percent(share, 0)}`,
  );
  const rough = results < resultsToTrust ? `; with ${results} results, take it as a hint` : '';
  return `Of what sets the best results apart from all, ${listed(shares)} (PED-ANOVA)${rough}.`;
}

export function ofPareto({ runs, objective }: Comparison): string {
  // The first that tells runs apart, as the chart has it.
  const quality =
    ['accuracy', 'validation.accuracy'].find(
      (metric) => new Set(runs.map((run) => objectiveValue(run, { metric }))).size > 1,
    ) ?? objective.metric;
  const points = runs.map((run) => [
    run.metrics['parameters'] ?? null,
    objectiveValue(run, { metric: quality }),
  ]);
  const goal = quality === objective.metric ? objective.goal : 'maximize';
  const front = [...paretoFront(points, ['minimize', goal])];
  const [smallest, largest] = [front[0], front.at(-1)];
  if (smallest === undefined || largest === undefined) return 'What quality costs.';
  const told = (index: number) =>
    `${runName(runs[index]!)} (${formatCount(points[index]![0]!)} parameters, ${metricValue(quality, points[index]![1]!)})`;
  if (front.length === 1)
    return `${runTitle(runs[smallest]!)} has the best ${quality}, ${metricValue(quality, points[smallest]![1]!)}, and of those measured none has fewer parameters (${formatCount(points[smallest]![0]!)}).`;
  return `${capitalised(plural(front.length, 'run'))} can’t be bettered without paying in parameters, from ${told(smallest)} to ${told(largest)}.`;
}

/** @param runs those whose layers are known; `all`: how many there are */
export function ofNetworks(runs: readonly ComparedRun[], all: number): string {
  const different = new Set(runs.map(({ details }) => JSON.stringify(details?.model?.layers)));
  const best = runs[0]!;
  const layers = best.details!.model!.layers;
  const parameters = layers.reduce((sum, layer) => sum + layer.parameters, 0);
  const size = `${plural(layers.length, 'layer')} and ${plural(parameters, 'parameter')}`;
  if (runs.length === 1) return `The network of ${runName(best)} has ${size}.`;
  const count =
    different.size === 1
      ? `${runs.length === all ? 'All' : `The ${runs.length} runs below`} have the same network`
      : `The ${runs.length} runs below have ${different.size} different networks`;
  return `${count}; that of ${runName(best)} has ${size}.`;
}

export function ofMistakes({ runs, images }: Comparison): string {
  const judged =
    images === undefined
      ? []
      : runs.map((run) => predictionsOn(run, images)).filter((known) => known !== undefined);
  const [only] = judged;
  if (images !== undefined && only !== undefined && judged.length === 1) {
    const right = only.filter((said, i) => said === images.labels[i]).length;
    return `Of ${plural(images.labels.length, 'test image')} the one run that was evaluated gets ${formatCount(images.labels.length - right)} wrong.`;
  }
  if (images === undefined || judged.length < 2) return 'Which classes are taken for which.';
  const { counts } = disagreements(judged, images.labels, 0);
  const split = runs.find(({ details }) => details?.evaluation?.data === images.data)!.details!.evaluation!
    .split;
  return `Of ${plural(images.labels.length, `${split} image`)} the ${judged.length} runs whose predictions are known all get ${formatCount(counts.allRight)} right and ${formatCount(counts.allWrong)} wrong; on ${formatCount(counts.divided)} they differ.`;
}

export function ofConfiguration({ runs }: Comparison, { verdict }: ComparisonFacts): string {
  const [a, b] = [runs[verdict.best?.run ?? 0], runs[verdict.second?.run ?? 1]];
  if (a === undefined || b === undefined) return '';
  const { changes } = configDifference(a.config, b.config);
  return changes.length === 0
    ? `${runTitle(a)} and ${runName(b)} are configured alike.`
    : `${runTitle(a)} and ${runName(b)} differ in ${plural(changes.length, 'setting')}.`;
}

export function ofHistory({ runs, objective }: Comparison): string {
  const history = bestSoFar(runs, objective).filter(({ value }) => value !== null);
  const at = history.findLastIndex(({ improved }) => improved);
  const best = history[at];
  if (best === undefined) return 'No run has a result yet.';
  const improvements = history.filter(({ improved }) => improved).length;
  const which = `${runName(runs[best.run]!)}, result ${formatCount(at + 1)} of ${formatCount(history.length)}`;
  return improvements === 1
    ? `The best value came with ${which}: none after it was better.`
    : `The best value came with ${which}, after ${plural(improvements - 1, 'earlier improvement')}.`;
}

export function ofWorkers(sweep: ComparedSweep | undefined): string {
  if (sweep === undefined || sweep.spans.length === 0) return '';
  const workers = new Set(sweep.spans.map(({ worker }) => worker)).size;
  const busy = sweep.spans.reduce((sum, { from, to }) => sum + (to - from) / 1000, 0);
  const ends = sweep.spans.reduce((most, { to }) => Math.max(most, to), -Infinity);
  const begin = sweep.spans.reduce((least, { from }) => Math.min(least, from), Infinity);
  const wall = Math.max(1e-3, (ends - begin) / 1000);
  return `${capitalised(plural(workers, 'worker'))}, busy for ${percent(Math.min(1, busy / (wall * workers)), 0)} of ${duration(wall)}.`;
}
