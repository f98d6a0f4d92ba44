/** What won, how sure that is and what it cost: the data of the report's first section and its sentence. */
import type { Objective } from '../../../core/sweep-events.js';
import { wilsonInterval, type Interval } from '../../wilson-interval.js';
import type { Comparison, ComparedRun, ComparedSweep, RunDetails } from '../compared-run.js';
import { isKnownData } from './known-data.js';
import { mcnemar, type McNemarResult } from './mcnemar.js';
import { objectiveValue } from './objective-value.js';
import { paretoFront } from './pareto-front.js';
import { predictionsOn } from './predictions-on.js';
import { verdictSentence } from './verdict-sentence.js';

/**
 * - `no-result`: no run has a value of the objective.
 * - `one-run`: only one has.
 * - `no-evaluation`: the images that the two got right are not known, or not whether they are the same.
 * - `different-images`: the two were judged on different test images.
 * - `tie`: as many test images right, and the same value of the objective.
 * - `better`: the best gets more images right, and chance would hardly do that.
 * - `chance`: which is better on the test images, chance may have decided.
 * - `worse-on-test`: the second gets significantly more right; the objective is another metric.
 */
export type VerdictKind =
  | 'no-result'
  | 'one-run'
  | 'no-evaluation'
  | 'different-images'
  | 'tie'
  | 'better'
  | 'chance'
  | 'worse-on-test';

export interface JudgedRun {
  /** Index in the comparison's runs. */
  readonly run: number;
  /** By the objective. */
  readonly value: number;
  /** On the test images; absent where they are not known. */
  readonly test:
    | {
        /** Which images they are: `test`, unless the pipeline says otherwise. */
        readonly split: string;
        readonly right: number;
        readonly images: number;
        readonly accuracy: number;
        readonly interval: Interval;
      }
    | undefined;
  /** Null: not known, as for a stage that was cached. */
  readonly trainSeconds: number | null;
  readonly parameters: number | null;
}

/** What several objectives say together. */
export interface Front {
  readonly metrics: readonly string[];
  /** Indices of the runs that no other betters in all of them, the best by the first objective first. */
  readonly runs: readonly number[];
}

export interface Verdict {
  readonly kind: VerdictKind;
  readonly objective: Objective;
  readonly best: JudgedRun | undefined;
  readonly second: JudgedRun | undefined;
  /** McNemar's test, the best first; where both were judged on the same images. */
  readonly test: McNemarResult | undefined;
  /** How many runs have a result. */
  readonly results: number;
  /** How many have the best one; 1 unless it is a tie. */
  readonly level: number;
  /** Of a sweep with several objectives, which are not weighed against one another; else undefined. */
  readonly front: Front | undefined;
  /** Whether the best was chosen by how it did on the very images that it is judged on, out of several. */
  readonly chosenOnTest: boolean;
  readonly sentence: string;
}

/** Below this p-value a difference is called significant. */
const significance = 0.05;
/** Metrics that no test image has a part in. */
const notOfTest = /^(train|validation)\.|parameters$|seconds$/i;

/** Runs come in the order of the comparison, the best first. */
export function verdictOf(
  comparison: Pick<Comparison, 'runs' | 'objective' | 'images'> & Partial<Pick<Comparison, 'sweep'>>,
): Verdict {
  const { runs, objective, images, sweep } = comparison;
  const judged = runs.flatMap((run, index) => {
    const value = objectiveValue(run, objective);
    return value === null ? [] : [judge(run, index, value)];
  });
  const [best, second] = judged;
  const test =
    best === undefined || second === undefined
      ? undefined
      : testOf(runs[best.run]!, runs[second.run]!, images);
  const found = {
    kind: kindOf(best, second, runs, test),
    objective,
    best,
    second,
    test,
    results: judged.length,
    level: judged.filter(({ value }) => value === best!.value).length,
    front: sweep === undefined ? undefined : frontOf(runs, sweep),
    chosenOnTest: judged.length > 1 && !notOfTest.test(objective.metric),
  };
  return { ...found, sentence: verdictSentence(found, runs) };
}

function frontOf(runs: readonly ComparedRun[], { name, objectives }: ComparedSweep): Front | undefined {
  if (objectives.length < 2) return undefined;
  const points = runs.map(({ trial }) =>
    objectives.map((_, i) =>
      trial?.sweep === name && trial.state === 'done' ? (trial.values?.[i] ?? null) : null,
    ),
  );
  const front = paretoFront(
    points,
    objectives.map(({ goal }) => goal),
  );
  return { metrics: objectives.map(({ metric }) => metric), runs: front };
}

function judge(run: ComparedRun, index: number, value: number): JudgedRun {
  const evaluation = run.details?.evaluation;
  return {
    run: index,
    value,
    test: evaluation === undefined ? undefined : accuracyOf(evaluation),
    trainSeconds: run.trainSeconds,
    parameters: run.metrics.parameters ?? null,
  };
}

function accuracyOf({ split, classes, confusion }: NonNullable<RunDetails['evaluation']>): JudgedRun['test'] {
  const images = confusion.reduce((sum, count) => sum + count, 0);
  if (images === 0) return undefined;
  const right = classes.reduce((sum, _, i) => sum + confusion[i * classes.length + i]!, 0);
  return { split, right, images, accuracy: right / images, interval: wilsonInterval(right / images, images) };
}

function testOf(
  best: ComparedRun,
  second: ComparedRun,
  images: Comparison['images'],
): McNemarResult | undefined {
  if (images === undefined) return undefined;
  const [first, other] = [predictionsOn(best, images), predictionsOn(second, images)];
  return first === undefined || other === undefined ? undefined : mcnemar(first, other, images.labels);
}

function kindOf(
  best: JudgedRun | undefined,
  second: JudgedRun | undefined,
  runs: readonly ComparedRun[],
  test: McNemarResult | undefined,
): VerdictKind {
  if (best === undefined) return 'no-result';
  if (second === undefined) return 'one-run';
  if (test === undefined) {
    const [one, other] = [best, second].map(({ run }) => runs[run]!.details?.evaluation?.data);
    const known = isKnownData(one) && isKnownData(other);
    return known && one !== other ? 'different-images' : 'no-evaluation';
  }
  if (test.better === 'neither') return best.value === second.value ? 'tie' : 'chance';
  if (test.p >= significance) return 'chance';
  return test.better === 'first' ? 'better' : 'worse-on-test';
}
