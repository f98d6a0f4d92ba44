/** The verdict in words. What it rests on is `verdict.ts`. */
import { formatCount } from '../../../core/format-units.js';
import {
  capitalised,
  duration,
  listed,
  metricValue,
  percent,
  plural,
  toldApart,
} from '../../views/format.js';
import type { ComparedRun } from '../compared-run.js';
import { runName, runTitle } from './objective-value.js';
import type { JudgedRun, Verdict } from './verdict.js';

/** So many runs and more, and the best of them owes something to luck. */
const manyRuns = 10;
/** Of those that no other betters, so many are named. */
const mostNamed = 5;
/** What McNemar's test is about; a lead by another metric is not what it tests. */
const tested = 'accuracy';

export function verdictSentence(verdict: Omit<Verdict, 'sentence'>, runs: readonly ComparedRun[]): string {
  const { best, second } = verdict;
  if (best === undefined)
    return runs.length === 0
      ? 'There are no runs.'
      : `No run has a value of ${verdict.objective.metric} yet.`;
  const parts = [winner(verdict, best, second, runs), certainty(verdict, runs), flattery(verdict)];
  return [...parts, together(verdict, runs), cost(best)].filter((part) => part !== '').join(' ');
}

function winner(
  { objective, level }: Omit<Verdict, 'sentence'>,
  best: JudgedRun,
  second: JudgedRun | undefined,
  runs: readonly ComparedRun[],
): string {
  const name = runTitle(runs[best.run]!);
  const value = metricValue(objective.metric, best.value);
  const interval = best.test === undefined ? '' : `; it gets ${rightOf(best.test)}`;
  if (second === undefined)
    return `${name} is the only run with a result: ${objective.metric} ${value}${interval}.`;
  const other = runName(runs[second.run]!);
  if (best.value === second.value) {
    const rest = level > 2 ? [plural(level - 2, 'other')] : [];
    const right = best.test === undefined ? '' : `; ${runName(runs[best.run]!)} gets ${rightOf(best.test)}`;
    return `${listed([name, other, ...rest])} are level at ${objective.metric} ${value}${right}.`;
  }
  const [more, less] = toldApart(objective.metric, best.value, second.value);
  return `${name} is best: ${objective.metric} ${more}, before ${other} with ${less}${interval}.`;
}

function rightOf({ split, right, images, interval }: NonNullable<JudgedRun['test']>): string {
  const range = `${(interval.low * 100).toFixed(2)} to ${percent(interval.high)}`;
  return `${formatCount(right)} of ${plural(images, `${split} image`)} right (95\u202f% interval ${range})`;
}

function certainty(
  { kind, objective, best, second, test, level }: Omit<Verdict, 'sentence'>,
  runs: readonly ComparedRun[],
): string {
  switch (kind) {
    case 'no-result':
    case 'one-run':
      return '';
    case 'no-evaluation':
      return 'How sure that is can’t be said: which test images each got right is not known.';
    case 'different-images':
      return `${notTheSame(best?.test, second?.test)}, so that their difference can’t be tested.`;
    case 'tie':
    case 'chance':
    case 'better':
    case 'worse-on-test': {
      const [first, other] = [runName(runs[best!.run]!), runName(runs[second!.run]!)];
      const { onlyFirst, onlySecond, p } = test!;
      const split = best!.test?.split ?? 'test';
      // What is compared image by image are two runs, however many are level.
      const two = level > 2 ? 'the first two' : 'they';
      if (onlyFirst + onlySecond === 0)
        return `${capitalised(two)} get exactly the same ${split} images right.`;
      if (onlyFirst === onlySecond)
        return `On the ${split} images ${two} are level: each gets ${formatCount(onlyFirst)} right that the other does not.`;
      const counts = `${formatCount(onlyFirst)} ${split} ${onlyFirst === 1 ? 'image is' : 'images are'} right in ${first} alone, ${formatCount(onlySecond)} in ${other} alone (McNemar’s test, ${probability(p)})`;
      if (kind === 'worse-on-test')
        return `On the ${split} images, though, ${other} is significantly better: ${counts}.`;
      if (objective.metric === tested)
        return kind === 'better'
          ? `The lead is significant: ${counts}.`
          : `Chance may have decided between them: ${counts}.`;
      return kind === 'better'
        ? `It gets significantly more ${split} images right, too: ${counts}.`
        : `On the ${split} images chance may have decided between them: ${counts}.`;
    }
  }
}

function notTheSame(best: JudgedRun['test'], second: JudgedRun['test']): string {
  const [one, other] = [best?.split ?? 'test', second?.split ?? 'test'];
  if (one !== other) return `The first was judged on ${one} images, the second on ${other} images`;
  return `The two were judged on different ${one} images`;
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

/** Several objectives know no single best. */
function together({ front }: Omit<Verdict, 'sentence'>, runs: readonly ComparedRun[]): string {
  if (front === undefined || front.runs.length === 0) return '';
  const names = front.runs.slice(0, mostNamed).map((run) => runName(runs[run]!));
  const rest = front.runs.length - names.length;
  const all = `By ${listed(front.metrics)} together`;
  if (front.runs.length === 1) return `${all} ${names[0]!} is the best, too.`;
  return `${all} no run betters ${listed(rest > 0 ? [...names, plural(rest, 'other')] : names)}: each pays for one with another.`;
}

function cost({ trainSeconds, parameters }: JudgedRun): string {
  const parts = [
    ...(trainSeconds === null ? [] : [`cost ${duration(trainSeconds)} of training`]),
    ...(parameters === null ? [] : [`has ${plural(parameters, 'parameter')}`]),
  ];
  return parts.length === 0 ? '' : `It ${parts.join(' and ')}.`;
}
