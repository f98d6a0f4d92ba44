/**
 * The tree-structured Parzen estimator: a density of what was good, one of what was not, and of some candidates drawn
 * from the first the one where their quotient is greatest. Parameters that occur together are modelled together. Which
 * trials are the better ones is `ranking.ts`'s; the densities are `tpe/parzen-estimator.ts`'s.
 *
 * Bergstra et al. 2011, "Algorithms for Hyper-Parameter Optimization"; groups, the share of good ones, weights by age and
 * the constant liar as in Optuna's TPESampler; weights by rank and bandwidths after Watanabe 2023, "Tree-Structured Parzen
 * Estimator: Understanding Its Algorithm Components and Their Roles for Better Empirical Performance". `docs/samplers.md`
 * says what was measured.
 */
import { isPresent } from '../../config/sweep/points.js';
import { RandomStream } from '../../core/random.js';
import { quasiRandomSampler } from './quasi-random.js';
import { isRanked } from './ranking.js';
import type { SampledTrial, Sampler, SamplerContext } from './sampler.js';
import { coordinatesIn, parameterGroups } from './tpe/groups.js';
import { ParzenEstimator } from './tpe/parzen-estimator.js';
import { splitTrials } from './tpe/split-trials.js';
import { valueAt } from './unit-value.js';
import type { GrowingPoint } from './walk-space.js';

export interface TpeSettings {
  /** Trials with a result before it begins to model; until then points are quasi-random. */
  readonly startupTrials: number;
  /** Candidates compared for each proposal. */
  readonly candidates: number;
}

/** A group that fewer trials have had is drawn from its distributions: a handful tells nothing. */
const groupTrials = 4;

export function tpeSampler(settings: TpeSettings, context: SamplerContext): Sampler {
  const { space, seed, objectives } = context;
  const groups = parameterGroups(space).map((group) => ({ ...group, coordinates: coordinatesIn(group) }));
  const start = quasiRandomSampler(context);

  /** Values for a group's parameters, in their order. */
  function proposeGroup(
    group: (typeof groups)[number],
    trials: readonly SampledTrial[],
    random: RandomStream,
  ): Float64Array {
    const having = trials.filter(({ point }) => group.coordinates(point) !== undefined);
    if (!rankedAtLeast(having, groupTrials)) {
      return Float64Array.from(group.parameters, ({ distribution }) => valueAt(distribution, random.float()));
    }
    const { good, bad } = splitTrials(having, objectives);
    const rows = (of: readonly SampledTrial[]): Float64Array[] =>
      of.map(({ point }) => group.coordinates(point)!);
    const likely = new ParzenEstimator(group.dimensions, rows(good), rankWeights(good.length), goodBandwidth);
    const unlikely = new ParzenEstimator(group.dimensions, rows(bad), ageWeights(bad.length), badBandwidth);
    let best = likely.sample(random);
    let most = likely.logDensity(best) - unlikely.logDensity(best);
    for (let i = 1; i < settings.candidates; i++) {
      const candidate = likely.sample(random);
      const quotient = likely.logDensity(candidate) - unlikely.logDensity(candidate);
      if (quotient > most) [best, most] = [candidate, quotient];
    }
    return best;
  }

  return {
    name: 'tpe',
    propose(request) {
      const { draw, trials } = request;
      if (!rankedAtLeast(trials, settings.startupTrials)) return start.propose(request);
      const random = new RandomStream(seed, 'sampler', draw);
      const point: GrowingPoint = {};
      for (const group of groups) {
        if (!isPresent(group.parameters[0]!, point)) continue;
        const values = proposeGroup(group, trials, random);
        group.parameters.forEach(({ id }, i) => (point[id] = values[i]!));
      }
      return point;
    },
  };
}

/**
 * What Scott's rule is multiplied by. Narrower kernels around the good ones look nearer to them; narrower ones around the
 * others leave gaps between them, which draw candidates to where nobody was.
 */
const goodBandwidth = 0.85;
const badBandwidth = 0.6;

function rankedAtLeast(trials: readonly SampledTrial[], count: number): boolean {
  let ranked = 0;
  for (const trial of trials) {
    if (ranked >= count) return true;
    if (isRanked(trial)) ranked++;
  }
  return ranked >= count;
}

/** Of the good ones, best first: the logarithm of n + 1 over the rank, as in CMA-ES; 1 on average. */
function rankWeights(count: number): Float64Array {
  const weights = Float64Array.from({ length: count }, (_, i) => Math.log((count + 1) / (i + 1)));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => (weight * count) / sum);
}

/** Of the others, oldest first: the newest 25 count in full, those before them the less the older they are. */
function ageWeights(count: number): Float64Array {
  const weights = new Float64Array(count).fill(1);
  const old = count - 25;
  for (let i = 0; i < old; i++) weights[i] = (1 + (old === 1 ? 0 : ((count - 1) * i) / (old - 1))) / count;
  return weights;
}
