/**
 * What a report tells of, read from the artifacts that the report stage was given, into plain data. What each file holds
 * is told in docs/artifacts.md; how it is shown is `views/`.
 */
import { join } from 'node:path';
import type { EpochRecord } from '../core/events.js';
import type { Json } from '../core/json.js';
import { expected, ProblemError } from '../core/problem.js';
import type { ImageShape } from '../data/image-batch.js';
import { readNpyOf } from '../data/npy.js';
import type { ArtifactType, InputArtifact } from '../stages/stage.js';
import type { ClassScores, LayerFacts } from './artifact-facts.js';
import { CheckedJson } from './checked-json.js';

export interface DataFacts {
  readonly classes: readonly string[];
  readonly imageShape: readonly number[];
  readonly counts: Readonly<Record<'train' | 'validation' | 'test', number>>;
  /** Images of each class, in the order of `classes`, in the training split. */
  readonly trainClassCounts: readonly number[];
  readonly scaling: string;
  readonly augmentation: Json;
}

export interface ModelFacts {
  readonly name: string;
  readonly layers: readonly LayerFacts[];
  readonly parameters: number;
  readonly trainableParameters: number;
}

export interface TrainingFacts {
  readonly epochs: readonly EpochRecord[];
  readonly bestEpoch: number | undefined;
  readonly stoppedEarly: boolean;
  /** Wall seconds of each epoch; empty when they were not recorded. */
  readonly epochSeconds: readonly number[];
}

export interface ClassFacts extends ClassScores {
  readonly rocAuc: number | undefined;
}

export interface CalibrationBinFacts {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly confidence: number;
  readonly accuracy: number;
}

export interface MistakeFacts {
  readonly index: number;
  readonly label: number;
  readonly predicted: number;
  readonly confidence: number;
  readonly labelProbability: number;
}

export interface EvaluationFacts {
  readonly split: string;
  readonly count: number;
  readonly classes: readonly string[];
  readonly metrics: Readonly<Record<string, number>>;
  readonly perClass: readonly ClassFacts[];
  readonly bins: readonly CalibrationBinFacts[];
  /** Row true, column predicted, row by row. */
  readonly confusion: Int32Array;
  readonly mistakes: readonly MistakeFacts[];
  readonly mistakeImages: { readonly shape: ImageShape; readonly pixels: Uint8Array };
}

export interface RunArtifacts {
  readonly data: DataFacts | undefined;
  readonly model: ModelFacts | undefined;
  readonly training: TrainingFacts | undefined;
  readonly evaluation: EvaluationFacts | undefined;
}

function readData(folder: string): DataFacts {
  const file = CheckedJson.read(folder, 'preparation.json');
  const counts = file.object('counts');
  return {
    classes: file.strings('classes'),
    imageShape: file.numbers('imageShape'),
    counts: {
      train: counts.number('train'),
      validation: counts.number('validation'),
      test: counts.number('test'),
    },
    trainClassCounts: file.object('classCounts').numbers('train'),
    scaling: file.object('scaling').string('kind'),
    augmentation: file.raw('augmentation') ?? null,
  };
}

export function readModel(folder: string): ModelFacts {
  const file = CheckedJson.read(folder, 'summary.json');
  return {
    name: file.string('name'),
    layers: file.objects('layers').map((layer) => ({
      name: layer.string('name'),
      type: layer.string('type'),
      outputShape: layer.numbers('outputShape'),
      parameters: layer.number('parameters'),
      inputs: layer.strings('inputs'),
    })),
    parameters: file.number('parameters'),
    trainableParameters: file.number('trainableParameters'),
  };
}

function readTraining({ folder, summary }: InputArtifact): TrainingFacts {
  const file = CheckedJson.read(folder, 'history.json');
  return {
    epochs: file.objects('epochs').map((epoch) => ({
      epoch: epoch.number('epoch'),
      step: epoch.number('step'),
      metrics: epoch.object('metrics').numericMembers(),
    })),
    bestEpoch: file.optionalNumber('bestEpoch'),
    stoppedEarly: file.flag('stoppedEarly'),
    epochSeconds: summary.epochSeconds ?? [],
  };
}

function readEvaluation(folder: string): EvaluationFacts {
  const file = CheckedJson.read(folder, 'metrics.json');
  const classes = file.strings('classes');
  const confusion = readNpyOf(join(folder, 'confusion-matrix.npy'), 'int32', 2);
  if (confusion.values.length !== classes.length ** 2)
    refuse('confusion-matrix.npy', `${classes.length} × ${classes.length}`, confusion.shape.join(' × '));
  const mistakes = CheckedJson.read(folder, 'mistakes.json')
    .objects('mistakes')
    .map((mistake) => ({
      index: mistake.number('index'),
      label: mistake.number('label'),
      predicted: mistake.number('predicted'),
      confidence: mistake.number('confidence'),
      labelProbability: mistake.number('labelProbability'),
    }));
  const images = readNpyOf(join(folder, 'mistakes-images.npy'), 'uint8', 4);
  const [count, ...shape] = images.shape as unknown as [number, number, number, number];
  if (count !== mistakes.length)
    refuse('mistakes-images.npy', `${mistakes.length} images, one for each mistake`, count);
  return {
    split: file.string('split'),
    count: file.number('count'),
    classes,
    metrics: file.object('metrics').numericMembers(),
    perClass: file
      .objects('perClass')
      .map((entry) => ({ ...classScores(entry), rocAuc: entry.optionalNumber('rocAuc') })),
    bins: file
      .object('calibration')
      .objects('bins')
      .map((bin) => ({
        from: bin.number('from'),
        to: bin.number('to'),
        count: bin.number('count'),
        confidence: bin.number('confidence'),
        accuracy: bin.number('accuracy'),
      })),
    confusion: confusion.values,
    mistakes,
    mistakeImages: { shape, pixels: images.values },
  };
}

function refuse(what: string, rule: string, got: unknown): never {
  throw new ProblemError({ code: 'bad-artifact', message: expected(what, rule, got) });
}

/**
 * Reads what is among the inputs; what is not stays `undefined`. Of several evaluations the one on the test split is
 * taken, else the first.
 * @throws {ProblemError} `bad-artifact` or `bad-npy` for a file that is not what docs/artifacts.md says.
 */
export function readRunArtifacts(inputs: readonly InputArtifact[]): RunArtifacts {
  const first = (type: ArtifactType) => inputs.find((input) => input.type === type);
  const [data, model, training] = [first('prepared-data'), first('model'), first('trained-model')];
  const evaluations = inputs
    .filter(({ type }) => type === 'evaluation')
    .map(({ folder }) => readEvaluation(folder));
  return {
    data: data && readData(data.folder),
    model: model && readModel(model.folder),
    training: training && readTraining(training),
    evaluation: evaluations.find(({ split }) => split === 'test') ?? evaluations[0],
  };
}

/** Of a class, from its entry in `metrics.json`. */
export function classScores(entry: CheckedJson): ClassScores {
  return {
    name: entry.string('class'),
    precision: entry.number('precision'),
    recall: entry.number('recall'),
    f1: entry.number('f1'),
    support: entry.number('support'),
  };
}
