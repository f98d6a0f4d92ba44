/**
 * What the artifacts of a run tell beyond numbers: its layers, its predictions. An artifact that was thrown away, or is
 * not what docs/artifacts.md says, leaves its part undefined: a comparison is made of what there is.
 */
import { join } from 'node:path';
import { ProblemError } from '../../core/problem.js';
import { readNpyOf } from '../../data/npy.js';
import type { WholeRun, WholeStage } from '../../tracking/whole-runs.js';
import { CheckedJson } from '../checked-json.js';
import { classScores, readModel } from '../run-artifacts.js';
import type { RunDetails } from './compared-run.js';
import { unknownData } from './statistics/known-data.js';

/**
 * The folder of an artifact, verified; undefined when it is gone or broken. Handed in by the wiring, since a report knows
 * no cache.
 */
export type OpenArtifact = (fingerprint: string, artifact: string) => Promise<string | undefined>;

/** Where the images lie that a run was judged on. */
export interface JudgedImages {
  /** As `RunDetails.evaluation.data` names them. */
  readonly data: string;
  readonly stage: WholeStage;
  readonly split: string;
  readonly labels: readonly number[];
}

export interface GatheredDetails {
  readonly details: RunDetails;
  readonly judged: JudgedImages | undefined;
}

type Model = NonNullable<RunDetails['model']>;
type Evaluation = Omit<NonNullable<RunDetails['evaluation']>, 'data'> & {
  readonly labels: readonly number[];
};

/** Reads details; what several runs share is read once. */
export class DetailsReader {
  readonly #open: OpenArtifact;
  readonly #models = new Map<string, Promise<Model | undefined>>();
  readonly #evaluations = new Map<string, Promise<Evaluation | undefined>>();

  constructor(open: OpenArtifact) {
    this.#open = open;
  }

  async read({ stages }: WholeRun): Promise<GatheredDetails> {
    const build = stages.find(({ kind }) => kind === 'build');
    const model = build && (await this.#once(this.#models, build, readModelFacts));
    const evaluations: { evaluation: Evaluation; stage: WholeStage }[] = [];
    for (const stage of stages.filter(({ kind }) => kind === 'evaluate')) {
      const evaluation = await this.#once(this.#evaluations, stage, readEvaluationFacts);
      if (evaluation !== undefined) evaluations.push({ evaluation, stage });
    }
    const chosen = evaluations.find(({ evaluation }) => evaluation.split === 'test') ?? evaluations[0];
    if (chosen === undefined) return { details: { model, evaluation: undefined }, judged: undefined };
    const { labels, ...evaluation } = chosen.evaluation;
    const { split } = evaluation;
    const source = dataOf(chosen.stage, stages);
    // Without its data nothing can be compared image by image: the name is then the run's own.
    const digest = source?.artifact ?? unknownData(`of ${chosen.stage.artifact}`);
    const data = split === 'test' ? digest : `${digest}:${split}`;
    return {
      details: { model, evaluation: { ...evaluation, data } },
      judged: source && { data, stage: source, split, labels },
    };
  }

  async #once<Facts>(
    known: Map<string, Promise<Facts | undefined>>,
    { fingerprint, artifact }: WholeStage,
    read: (folder: string) => Facts,
  ): Promise<Facts | undefined> {
    if (fingerprint === null || artifact === null) return undefined;
    let facts = known.get(artifact);
    if (facts === undefined) {
      facts = this.#open(fingerprint, artifact).then(
        (folder) => folder && readOrNothing(() => read(folder)),
      ) as Promise<Facts | undefined>;
      known.set(artifact, facts);
    }
    return facts;
  }
}

/** What `read` gives; undefined where a file is missing or is not what it should be. */
export function readOrNothing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    const expected = error instanceof ProblemError || (error as { code?: unknown }).code === 'ENOENT';
    if (expected) return undefined;
    throw error;
  }
}

function readModelFacts(folder: string): Model {
  const { name, layers } = readModel(folder);
  return { name, layers };
}

function readEvaluationFacts(folder: string): Evaluation {
  const file = CheckedJson.read(folder, 'metrics.json');
  return {
    split: file.string('split'),
    classes: file.strings('classes'),
    perClass: file.objects('perClass').map(classScores),
    confusion: [...readNpyOf(join(folder, 'confusion-matrix.npy'), 'int32', 2).values],
    predicted: [...readNpyOf(join(folder, 'predictions.npy'), 'int32', 1).values],
    labels: [...readNpyOf(join(folder, 'labels.npy'), 'int32', 1).values],
  };
}

/** The stage whose images an evaluation was made on: of those that it needs, the one that is no training. */
function dataOf(evaluation: WholeStage, stages: readonly WholeStage[]): WholeStage | undefined {
  const needed = stages.filter(({ name }) => evaluation.needs.includes(name));
  return (
    needed.find(({ kind }) => kind === 'preprocess') ??
    needed.find(({ kind }) => kind !== 'train' && kind !== 'build')
  );
}
