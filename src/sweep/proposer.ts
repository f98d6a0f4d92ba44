/**
 * Finds the configuration of the next trial: known-good points first, then the sampler's draws, until one is new and
 * feasible. Each draw has a number of its own and is a function of it, so rejected ones need no memory.
 */
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import type { CheckedSweep, Point } from '../config/checked-sweep.js';
import type { JsonObject } from '../core/json.js';
import type { Problem, Result } from '../core/problem.js';
import type { TrialHeader } from '../core/sweep-events.js';
import type { Sampler } from './samplers/sampler.js';
import { pointKey, type TrialBook } from './trial-book.js';
import type { TrialTemplate } from './trial-template.js';

export type Proposal = Pick<TrialHeader, 'draw' | 'rejected' | 'assignments' | 'labels' | 'configuration'> & {
  readonly point: Point | undefined;
};

export interface ProposerParts {
  readonly sweep: Pick<CheckedSweep, 'init'>;
  readonly template: TrialTemplate;
  readonly sampler: Sampler;
  /** Draws where the sampler only repeats itself; one that looks at no trial. */
  readonly fallback?: Sampler | undefined;
  /** How many points the space holds, where they can be counted. */
  readonly size?: number | undefined;
  warn(problem: Problem): void;
}

/** So many draws in a row are rejected before the space is taken to be exhausted; more where many points are known to be there. */
const fewestRejections = 1000;
const mostRejections = 20_000;
const rejectionsPerPoint = 20;
/** So long may be drawn and checked before workers are listened to again, and whoever wants the sweep to stop. */
const turnMilliseconds = 20;

export class Proposer {
  readonly #parts: ProposerParts;
  readonly #book: TrialBook;
  readonly #bound: number;
  readonly #infeasible = new Set<string>();
  #nextInit = 0;
  #exhausted: Problem | undefined;
  /** Of the draws that came to nothing in the end. */
  #lastRejected: Proposal['rejected'] = { infeasible: 0, repeated: 0 };
  #reason: Problem | undefined;

  constructor(parts: ProposerParts, book: TrialBook) {
    this.#parts = parts;
    this.#book = book;
    this.#bound =
      parts.sampler.size === undefined
        ? Math.min(mostRejections, Math.max(fewestRejections, (parts.size ?? 0) * rejectionsPerPoint))
        : Infinity;
  }

  /** Why there are no further proposals; once set, it stays. */
  get exhausted(): Problem | undefined {
    return this.#exhausted;
  }

  /** Draws rejected since the last trial that was proposed. */
  get lastRejected(): Proposal['rejected'] {
    return this.#lastRejected;
  }

  /** Says from outside that there is no use in drawing further. */
  exhaust(why: Problem): void {
    this.#exhausted ??= why;
  }

  /** @param stopped asked between draws, which may be many. */
  async next(stopped: () => boolean): Promise<Proposal | undefined> {
    return (await this.#nextKnown()) ?? (await this.#draw(stopped));
  }

  async #nextKnown(): Promise<Proposal | undefined> {
    const { init } = this.#parts.sweep;
    while (this.#nextInit < init.length) {
      const assignments = init[this.#nextInit]!;
      this.#nextInit += 1;
      const checked = await this.#parts.template.check(assignments);
      if (!checked.ok) this.#parts.warn(initRejected(this.#nextInit, checked.problems[0]));
      else if (!this.#book.has(checked.value)) return this.#known(assignments, checked.value);
    }
    return undefined;
  }

  #known(assignments: JsonObject, configuration: string): Proposal {
    const point = this.#parts.template.pointOf(assignments);
    const labels =
      point === undefined
        ? Object.fromEntries(
            Object.entries(assignments).map(([path, value]) => [
              path,
              typeof value === 'string' ? value : JSON.stringify(value),
            ]),
          )
        : this.#parts.template.assign(point).labels;
    return { point, assignments, labels, configuration, draw: -1, rejected: { infeasible: 0, repeated: 0 } };
  }

  async #draw(stopped: () => boolean): Promise<Proposal | undefined> {
    const { sampler, fallback = sampler, template } = this.#parts;
    const rejected = { infeasible: 0, repeated: 0 };
    let turned = performance.now();
    for (let draw = this.#book.nextDraw; this.#exhausted === undefined && !stopped(); draw += 1) {
      const count = rejected.infeasible + rejected.repeated;
      if (count >= this.#bound) {
        this.#exhausted = this.#whyExhausted(rejected);
        break;
      }
      if (performance.now() - turned >= turnMilliseconds) {
        await eventLoopTurn();
        turned = performance.now();
        if (stopped()) break;
      }
      const drawing = count < this.#bound / 2 ? sampler : fallback;
      const point = drawing.propose({ draw, trials: this.#book.sampled });
      if (point === undefined) {
        this.#exhausted = this.#whyExhausted(rejected);
        break;
      }
      if (this.#book.hasPoint(point)) {
        rejected.repeated += 1;
        continue;
      }
      const key = pointKey(point);
      if (this.#infeasible.has(key)) {
        rejected.infeasible += 1;
        continue;
      }
      const { assignments, labels } = template.assign(point);
      const checked: Result<string> = await template.check(assignments);
      if (!checked.ok) {
        this.#infeasible.add(key);
        this.#reason = checked.problems[0];
        rejected.infeasible += 1;
      } else if (this.#book.has(checked.value)) rejected.repeated += 1;
      else {
        // As it will be read back from the record: not a bit may differ between a sweep and its continuation.
        const recorded = template.pointOf(assignments) ?? point;
        return { point: recorded, assignments, labels, configuration: checked.value, draw, rejected };
      }
    }
    return undefined;
  }

  #whyExhausted(rejected: Proposal['rejected']): Problem {
    this.#lastRejected = rejected;
    const { infeasible, repeated } = rejected;
    const trials = this.#book.counted;
    if (trials === 0 && infeasible > 0) return spaceInfeasible(infeasible, this.#reason);
    const rejections = [
      ...(repeated === 0 ? [] : [`${repeated} that are there already`]),
      ...(infeasible === 0 ? [] : [`${infeasible} infeasible ones`]),
    ];
    return {
      code: 'space-exhausted',
      message: `the space holds no further configuration after ${trials} trials${
        rejections.length === 0 ? '' : `: the last draws were ${rejections.join(' and ')}`
      }`,
      fix: 'widen the space to go on',
    };
  }
}

export function spaceInfeasible(count: number, last: Problem | undefined): Problem {
  return {
    code: 'space-infeasible',
    message: `expected the space to hold a feasible configuration, got ${count} infeasible ones in a row${
      last === undefined ? '' : `; the last one: ${last.message}`
    }`,
    fix: 'loosen sweep.constraints, or widen the space',
  };
}

function initRejected(position: number, reason: Problem | undefined): Problem {
  return {
    code: 'init-infeasible',
    message: `the point ${position} of sweep.init is passed over: ${reason?.message ?? 'it is infeasible'}`,
    at: reason?.at,
  };
}
