/**
 * The shape of the data in a comparison's page: columns rather than rows, no digit that is never shown, so that a thousand runs stay a
 * few megabytes. It comes in two parts, so that the table need not wait for what is drawn further down. Types only:
 * `to-page-data.ts` writes it, the page's scripts (`src/report/browser/`) read it.
 */
import type { Objective, TrialState } from '../../core/sweep-events.js';
import type { RunStatus } from '../../core/events.js';
import type { LayerFacts } from '../artifact-facts.js';

/** How a column's numbers are written. */
export type ColumnFormat = 'percent' | 'decimal' | 'count' | 'seconds' | 'plain' | 'date';

/** What a column tells: of the run itself, what was set, what was measured, how long it took. */
export type ColumnGroup = 'run' | 'setting' | 'metric' | 'time';

interface ColumnFacts {
  /** `train.batchSize`, `metric:accuracy`, `time:train`; unique. */
  readonly key: string;
  readonly label: string;
  readonly group: ColumnGroup;
  /** Not all runs have the same. */
  readonly differs: boolean;
  /** A setting that the sweep drew, or that differs: what importance and the parallel axes are about. */
  readonly parameter: boolean;
}

export interface NumberColumn extends ColumnFacts {
  readonly kind: 'number';
  readonly format: ColumnFormat;
  /** Spaced by its logarithm. */
  readonly log: boolean;
  /** Whether more or less of it is better; null: neither. */
  readonly goal: Objective['goal'] | null;
  /** By run; null: has none. Rounded to six significant digits, or as many as it is shown by. */
  readonly values: readonly (number | null)[];
}

export interface CategoryColumn extends ColumnFacts {
  readonly kind: 'category';
  readonly categories: readonly string[];
  /** By run the index of its category; -1: has none. */
  readonly values: readonly number[];
}

export type PageColumn = NumberColumn | CategoryColumn;

/** Rounded like a column's; null where nothing was measured, or no finite number. */
export type Measured = readonly (number | null)[];

/** Whole numbers: from a first one in equal steps, or one by one. */
export type Steps =
  | { readonly from: number; readonly by: number; readonly count: number }
  | { readonly all: readonly number[] };

/** Curves of a run that were measured at the same epochs. */
export interface PageCurves {
  readonly epochs: Steps;
  readonly steps: Steps;
  readonly seconds: Measured;
  /** Metric (its place in `metrics`), values. */
  readonly curves: readonly (readonly [metric: number, values: Measured])[];
}

/** The leaf of a configuration: one value for all runs, or one of `values` for each. */
export interface PageSetting {
  /** The keys that lead to it. */
  readonly path: readonly (string | number)[];
  /** As JSON. */
  readonly values: readonly string[];
  /** By run the index in `values`; -1: not set. Absent: all have the first. */
  readonly of?: readonly number[];
}

export interface PageEvaluation {
  /** Place in `data`. */
  readonly data: number;
  readonly confusion: readonly number[];
  readonly f1: readonly number[];
  /** The class predicted for each test image: 16-bit, little-endian, base64. */
  readonly predicted: string;
}

export interface PageDetails {
  readonly run: number;
  readonly model: { readonly name: string; readonly layers: readonly LayerFacts[] } | null;
  readonly evaluation: PageEvaluation | null;
}

export interface PageImages {
  readonly data: number;
  readonly shape: readonly [height: number, width: number, channels: number];
  /** The true class of every test image: 16-bit, little-endian, base64. */
  readonly labels: string;
  readonly indices: readonly number[];
  /** 8-bit pixels of all that are shown, one after the other, in base64. */
  readonly pixels: string;
}

/** Rows of trial, worker, and from and to in milliseconds since the first. */
export type PageSpan = readonly [trial: number, worker: number, from: number, to: number];

export interface PageRuns {
  readonly ids: readonly string[];
  /** Short: `trial 12`, `trial 12 of widths`, or the id. */
  readonly names: readonly string[];
  /** A trial that never ran has its own state. */
  readonly statuses: readonly (RunStatus | TrialState)[];
  /** Of the comparison's sweep; null of a run that is none of its trials. */
  readonly trials: readonly (number | null)[];
  readonly reports: readonly (string | null)[];
  readonly reasons: readonly (string | null)[];
}

/** What a parameter's share of the difference is, from 0 to 1. */
export interface PageImportance {
  readonly column: string;
  readonly share: number;
}

/** What the table and the selection are made of: early in the page. */
export interface PageData {
  readonly title: string;
  /** The objective's column and whether more of it is better. */
  readonly objective: { readonly column: string; readonly goal: Objective['goal'] };
  /** The best first. */
  readonly runs: PageRuns;
  readonly columns: readonly PageColumn[];
  /** Columns of the table, as it opens. */
  readonly tableColumns: readonly string[];
  /** How the table is sorted as it opens; absent: in the order of the runs. */
  readonly sorting?: readonly { readonly id: string; readonly desc: boolean }[];
  readonly metrics: readonly string[];
  readonly importance: readonly PageImportance[];
  /** The two runs that are compared as the page opens; null: it compares no two. */
  readonly pair: readonly [number, number] | null;
}

/** What is drawn below the table: last in the page, compressed. */
export interface PageRest {
  /** By run. */
  readonly commands: readonly string[];
  /** By run. */
  readonly curves: readonly (readonly PageCurves[])[];
  readonly configuration: readonly PageSetting[];
  /** Of each set of test images: its digest and its classes. */
  readonly data: readonly { readonly digest: string; readonly classes: readonly string[] }[];
  readonly details: readonly PageDetails[];
  readonly images: PageImages | null;
  /** When trials were on which worker; empty where that is not known. */
  readonly spans: readonly PageSpan[];
}
