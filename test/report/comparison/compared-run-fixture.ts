/** Runs to compare, as short as a test needs them. */
import type { ComparedRun, RunDetails } from '../../../src/report/comparison/compared-run.js';
import type { JsonObject } from '../../../src/core/json.js';

let next = 0;

export function comparedRun(rest: Partial<ComparedRun> = {}): ComparedRun {
  const number = next++;
  return {
    id: `run-${number}`,
    experiment: 'digits',
    file: 'experiments/digits.yaml',
    status: 'done',
    seed: 1,
    engine: 'onnx',
    started: 1_000_000 + number,
    seconds: 60,
    trainSeconds: 50,
    evaluateSeconds: 1,
    metrics: {},
    settings: {},
    config: {},
    curves: [],
    trial: undefined,
    report: undefined,
    reason: undefined,
    command: 'assay run experiments/digits.yaml',
    details: undefined,
    ...rest,
  };
}

/** A trial of the sweep `widths` that is done, with what it set and the accuracy it came to. */
export function comparedTrial(
  number: number,
  assignments: JsonObject,
  accuracy: number | null,
  rest: Partial<ComparedRun> = {},
): ComparedRun {
  return comparedRun({
    settings: assignments,
    metrics: accuracy === null ? {} : { accuracy },
    trial: {
      sweep: 'widths',
      number,
      state: 'done',
      labels: {},
      assignments,
      values: accuracy === null ? undefined : [accuracy],
    },
    ...rest,
  });
}

/** What an evaluation tells when these classes were predicted for images with these labels. */
export function evaluated(
  predicted: readonly number[],
  labels: readonly number[],
  classes: readonly string[],
  data = 'digest',
): RunDetails {
  const confusion = new Array<number>(classes.length ** 2).fill(0);
  for (const [index, label] of labels.entries()) confusion[label * classes.length + predicted[index]!]!++;
  return {
    model: undefined,
    evaluation: { split: 'test', classes, confusion, perClass: [], predicted, data },
  };
}

export function curveOf(key: string, values: readonly (number | null)[]): ComparedRun['curves'][number] {
  const epochs = values.map((_, index) => index + 1);
  return { key, epochs, steps: epochs.map((epoch) => epoch * 10), seconds: epochs, values };
}
