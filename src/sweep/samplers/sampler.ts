/**
 * The contract of a sampler: which point to try next. A pure function of the seed, the draw's number and the trials so
 * far, so that a sweep which goes on proposes what the undisturbed one would have. One strategy per file beside this
 * one; `test/sweep/sampler-suite.ts` is what each must pass.
 */
import type { Point, SearchSpace } from '../../config/checked-sweep.js';
import type { TrialState } from '../../core/sweep-events.js';

/** A trial as samplers see it. All values are to be made small: the sweep negates what is to be maximised. */
export interface SampledTrial {
  readonly number: number;
  readonly point: Point;
  readonly state: TrialState;
  /** Of a trial that is done, one number for each objective. */
  readonly values?: readonly number[] | undefined;
  /** The last epoch it reported and the first objective then; of a paused or pruned trial all that is known. */
  readonly last?: { readonly epoch: number; readonly value: number } | undefined;
}

export interface SamplingRequest {
  /** From 0. Rejected draws are not drawn again: each has its own random numbers. */
  readonly draw: number;
  /** By number; running and waiting ones too (a parallel sampler must not propose next to them again). */
  readonly trials: readonly SampledTrial[];
}

export interface Sampler {
  readonly name: string;
  /** How many points there are in all, where they can be counted (a grid). */
  readonly size?: number | undefined;
  /** Nothing when there are no further points. Every point holds exactly the parameters whose conditions hold. */
  propose(request: SamplingRequest): Point | undefined;
}

export interface SamplerContext {
  readonly space: SearchSpace;
  readonly seed: number;
  readonly objectives: number;
}
