/** What the networks of two runs said of the same test images. */
import type { PageEvaluation } from '../comparison/page-data.js';
import { wordsOf } from './decode.js';
import type { RunData } from './run-data.js';

export interface JudgedRun {
  readonly run: number;
  readonly evaluation: PageEvaluation;
  readonly classes: readonly string[];
  readonly predicted: readonly number[];
}

export function evaluatedRuns(data: RunData): number[] {
  return data.rest.details.flatMap(({ run, evaluation }) => (evaluation === null ? [] : [run]));
}

export function judgedRun(data: RunData, run: number): JudgedRun | undefined {
  const evaluation = data.details(run)?.evaluation;
  if (evaluation === null || evaluation === undefined) return undefined;
  return {
    run,
    evaluation,
    classes: data.rest.data[evaluation.data]?.classes ?? [],
    predicted: [...wordsOf(evaluation.predicted)],
  };
}

/** The chosen pair where both were evaluated, else the best that were. */
export function judgedPair(data: RunData, pair: readonly [number, number]): readonly JudgedRun[] {
  const known = evaluatedRuns(data);
  const chosen = pair.filter((run) => known.includes(run));
  const isChosen = chosen.length === 2 && known.length > 1;
  const runs = isChosen ? chosen : [...new Set([...chosen, ...known])].slice(0, 2);
  return runs.flatMap((run) => judgedRun(data, run) ?? []);
}
