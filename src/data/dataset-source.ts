/**
 * The contract of a data set that can be had by name: one file per data set beside this one (`mnist.ts`,
 * `synthetic-digits.ts`) makes a source, and the stage `acquire` lists them by name. Types only.
 */
import type { JsonObject } from '../core/json.js';
import type { Problem } from '../core/problem.js';
import type { LabelledImages } from './image-batch.js';

/** A data set in memory, as it will be stored. */
export interface Dataset {
  /** Names of the classes, in the order of the labels. */
  readonly classes: readonly string[];
  /** Both splits have one shape of image. */
  readonly train: LabelledImages;
  readonly test: LabelledImages;
  /**
   * What the data is: checksums, or the generator and its settings. Never where this copy came from: the same data from
   * another mirror is the same artifact.
   */
  readonly source: JsonObject;
}

export interface DatasetRequest {
  /** Only a data set that is generated depends on it. */
  readonly seed: number;
  /** Aborted when the user gives up; `load` then rejects with its reason. */
  readonly signal: AbortSignal;
  /** Called now and then with how much is done: `unit` is `images` or `bytes`. */
  readonly onProgress: (progress: { done: number; total: number; unit: string; note?: string }) => void;
  /** Something was wrong and could be helped: a mirror that failed, a rotten copy that was fetched anew. */
  readonly onWarning: (problem: Problem) => void;
}

export interface DatasetSource {
  readonly name: string;
  /** @throws {ProblemError} when it can't be had or isn't what it should be. */
  load(request: DatasetRequest): Promise<Dataset>;
}
