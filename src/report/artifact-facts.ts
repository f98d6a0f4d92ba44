/** What artifacts tell that pages in browsers show, too. Types only, free of Node; `run-artifacts.ts` reads them. */

export interface LayerFacts {
  readonly name: string;
  readonly type: string;
  readonly outputShape: readonly number[];
  readonly parameters: number;
  readonly inputs: readonly string[];
}

export interface ClassScores {
  readonly name: string;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly support: number;
}
