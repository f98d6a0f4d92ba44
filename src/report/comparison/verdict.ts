/** What won, how sure that is, and what it cost: facts and sentences for whatever format. */
import { formatCount, formatSeconds } from '../../core/format-units.js';
import { wilsonInterval, type Interval } from '../wilson-interval.js';
import type { ComparedRun, Comparison } from './compared-run.js';
import { objectiveValue } from './objective.js';
import { mcnemar, type McNemarResult } from './statistics/mcnemar.js';

export interface Verdict {
  readonly best: ComparedRun;
  /** Of the objective. */
  readonly value: number;
  /** Accuracy on the images that it was judged on, with its 95 % interval. */
  readonly accuracy:
    { readonly share: number; readonly count: number; readonly interval: Interval } | undefined;
  readonly second:
    | {
        readonly run: ComparedRun;
        readonly value: number;
        /** The best is the first; undefined where they were not judged on the same images. */
        readonly test: McNemarResult | undefined;
      }
    | undefined;
}

/** Above it a difference is taken for luck. */
const significance = 0.05;

/** Undefined where no run has a value. */
export function judge({ runs, objective, sweep, images }: Comparison): Verdict | undefined {
  const valued = runs.flatMap((run) => {
    const value = objectiveValue(run, objective, sweep?.objectives);
    return value === undefined ? [] : [{ run, value }];
  });
  const [best, second] = valued;
  if (best === undefined) return undefined;
  return {
    best: best.run,
    value: best.value,
    accuracy: accuracyOf(best.run),
    second: second && { ...second, test: testOf(best.run, second.run, images?.data, images?.labels) },
  };
}

function accuracyOf({ details }: ComparedRun): Verdict['accuracy'] {
  const evaluation = details?.evaluation;
  if (evaluation === undefined) return undefined;
  const { confusion, classes } = evaluation;
  const count = confusion.reduce((sum, cell) => sum + cell, 0);
  if (count === 0) return undefined;
  const right = classes.reduce((sum, _, index) => sum + confusion[index * classes.length + index]!, 0);
  const share = right / count;
  return { share, count, interval: wilsonInterval(share, count) };
}

function testOf(
  first: ComparedRun,
  second: ComparedRun,
  data: string | undefined,
  labels: readonly number[] | undefined,
): McNemarResult | undefined {
  const [a, b] = [first.details?.evaluation, second.details?.evaluation];
  if (a === undefined || b === undefined || labels === undefined) return undefined;
  if (a.data !== data || b.data !== data) return undefined;
  if (a.predicted.length !== labels.length || b.predicted.length !== labels.length) return undefined;
  return mcnemar(a.predicted, b.predicted, labels);
}

/** Five significant digits, without those that say nothing. */
export function showNumber(value: number): string {
  return String(Number(value.toPrecision(5)));
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

/** `trial 12`, or the run's id. */
export function runName({ trial, id }: ComparedRun, { sweep }: Pick<Comparison, 'sweep'>): string {
  return trial !== undefined && trial.sweep === sweep?.name ? `trial ${trial.number}` : id;
}

/** One sentence for each thing to be said; `name` writes a run's name as the format has it. */
export function verdictSentences(
  comparison: Comparison,
  verdict: Verdict,
  name: (text: string) => string = (text) => text,
): string[] {
  const { best, value, accuracy, second } = verdict;
  const { objective } = comparison;
  const nameOf = (run: ComparedRun): string => name(runName(run, comparison));
  const sentences = [
    `${nameOf(best)} is the best of ${countRuns(comparison)}: ${name(objective.metric)} ${showNumber(value)}.`,
  ];
  if (accuracy !== undefined) {
    const { share, count, interval } = accuracy;
    sentences.push(
      `It gets ${percent(share)} of ${formatCount(count)} images right (95 % interval ${percent(interval.low)} to ${percent(interval.high)}).`,
    );
  }
  const cost = costOf(best);
  if (cost !== '') sentences.push(`It cost ${cost}.`);
  if (second !== undefined) sentences.push(secondSentence(nameOf(second.run), second.value, second.test));
  return sentences;
}

function secondSentence(name: string, value: number, test: McNemarResult | undefined): string {
  const start = `The second, ${name}, has ${showNumber(value)}`;
  if (test === undefined) return `${start}.`;
  const { onlyFirst, onlySecond, p } = test;
  const counts = `${formatCount(onlyFirst)} ${onlyFirst === 1 ? 'image' : 'images'} only the best gets right, ${formatCount(onlySecond)} only the second`;
  const shown = p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(3)}`;
  const words =
    p >= significance
      ? 'on the images that may be luck'
      : test.better === 'first'
        ? 'and is significantly worse on the images'
        : 'but is significantly better on the images';
  return `${start}, ${words} (${counts}; McNemar's test, ${shown}).`;
}

function costOf({ seconds, trainSeconds, metrics }: ComparedRun): string {
  const { parameters } = metrics;
  return [
    ...(typeof parameters === 'number' ? [`${formatCount(parameters)} parameters`] : []),
    ...(trainSeconds !== null
      ? [`${formatSeconds(trainSeconds)} of training`]
      : seconds !== null
        ? [formatSeconds(seconds)]
        : []),
  ].join(' and ');
}

/** `24 runs (18 done, 4 pruned, 2 failed)`. */
function countRuns({ runs }: Comparison): string {
  const counts = new Map<string, number>();
  for (const { status } of runs) counts.set(status, (counts.get(status) ?? 0) + 1);
  const all = `${formatCount(runs.length)} ${runs.length === 1 ? 'run' : 'runs'}`;
  if (counts.size === 1 && counts.has('done')) return all;
  return `${all} (${[...counts].map(([status, count]) => `${formatCount(count)} ${status}`).join(', ')})`;
}
