/** The verdict in words. What it rests on is `verdict.ts`. */
import { formatCount } from '../../../core/format-units.js';
import { duration, metricValue, percent, plural } from '../../views/format.js';
import type { ComparedRun } from '../compared-run.js';
import { runName, runTitle } from './objective-value.js';
import type { JudgedRun, Verdict } from './verdict.js';

/** So many runs and more, and the best of them owes something to luck. */
const manyRuns = 10;

export function verdictSentence(verdict: Omit<Verdict, 'sentence'>, runs: readonly ComparedRun[]): string {
  const { best, second } = verdict;
  if (best === undefined)
    return runs.length === 0
      ? 'There are no runs.'
      : `No run has a value of ${verdict.objective.metric} yet.`;
  return [winner(verdict, best, second, runs), certainty(verdict, runs), flattery(verdict), cost(best)]
    .filter((part) => part !== '')
    .join(' ');
}

function winner(
  { objective, kind }: Omit<Verdict, 'sentence'>,
  best: JudgedRun,
  second: JudgedRun | undefined,
  runs: readonly ComparedRun[],
): string {
  const name = runTitle(runs[best.run]!);
  const value = metricValue(objective.metric, best.value);
  const interval = best.test === undefined ? '' : `; ${rightOf(best.test)}`;
  if (second === undefined)
    return `${name} is the only run with a result: ${objective.metric} ${value}${interval}.`;
  const other = runName(runs[second.run]!);
  if (kind === 'tie' || best.value === second.value)
    return `${name} and ${other} are level at ${objective.metric} ${value}${interval}.`;
  const less = metricValue(objective.metric, second.value);
  return `${name} is best: ${objective.metric} ${value}, before ${other} with ${less}${interval}.`;
}

function rightOf({ right, images, interval }: NonNullable<JudgedRun['test']>): string {
  const range = `${(interval.low * 100).toFixed(2)} to ${percent(interval.high)}`;
  return `it gets ${formatCount(right)} of ${plural(images, 'test image')} right (95\u202f% interval ${range})`;
}

function certainty(
  { kind, best, second, test }: Omit<Verdict, 'sentence'>,
  runs: readonly ComparedRun[],
): string {
  switch (kind) {
    case 'no-result':
    case 'one-run':
      return '';
    case 'no-evaluation':
      return 'How sure that is can’t be said: which test images each got right is not known.';
    case 'different-images':
      return 'The two were judged on different test images, so that their difference can’t be tested.';
    case 'tie':
    case 'chance':
    case 'better':
    case 'worse-on-test': {
      const [first, other] = [runName(runs[best!.run]!), runName(runs[second!.run]!)];
      const { onlyFirst, onlySecond, p } = test!;
      if (onlyFirst + onlySecond === 0) return 'They get exactly the same test images right.';
      if (onlyFirst === onlySecond)
        return `On the test images they are level: each gets ${formatCount(onlyFirst)} right that the other does not.`;
      const counts = `${formatCount(onlyFirst)} test ${onlyFirst === 1 ? 'image is' : 'images are'} right in ${first} alone, ${formatCount(onlySecond)} in ${other} alone`;
      const tested = `McNemar’s test, ${probability(p)}`;
      if (kind === 'better') return `The lead is significant: ${counts} (${tested}).`;
      if (kind === 'worse-on-test')
        return `On the test images, though, ${other} is significantly better: ${counts} (${tested}).`;
      return `Chance may have decided between them: ${counts} (${tested}).`;
    }
  }
}

/** `p = 0.032`, `p < 0.001`. */
function probability(p: number): string {
  if (p < 0.001) return 'p < 0.001';
  return `p = ${p.toFixed(p < 0.1 ? 3 : 2)}`;
}

function flattery({ chosenOnTest, results }: Omit<Verdict, 'sentence'>): string {
  return chosenOnTest && results >= manyRuns
    ? `It was chosen from ${formatCount(results)} by this very figure, which flatters it a little.`
    : '';
}

function cost({ trainSeconds, parameters }: JudgedRun): string {
  const parts = [
    ...(trainSeconds === null ? [] : [`${duration(trainSeconds)} of training`]),
    ...(parameters === null ? [] : [plural(parameters, 'parameter')]),
  ];
  return parts.length === 0 ? '' : `It cost ${parts.join(' and has ')}.`;
}
