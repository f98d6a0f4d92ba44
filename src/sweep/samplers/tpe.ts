import type { Parameter, Point } from '../../config/checked-sweep.js';
import { RandomStream } from '../../core/random.js';
import { quasiRandomSampler } from './quasi-random.js';
import { bestTrials, isRanked } from './ranking.js';
import type { SampledTrial, Sampler, SamplerContext } from './sampler.js';
import type { ParameterGroup } from './tpe/groups.js';
import { parameterGroups } from './tpe/groups.js';
import { ParzenEstimator } from './tpe/parzen-estimator.js';
import { valueAt } from './unit-value.js';
import type { GrowingPoint } from './walk-space.js';
import { isPresent } from './walk-space.js';

export function tpeSampler(settings: any, context: SamplerContext, o: any = {}): Sampler {
  const { space, seed, objectives } = context;
  const groups = parameterGroups(space);
  const start = quasiRandomSampler(context);
  return {
    name: 'tpe',
    propose(request) {
      const { draw, trials } = request;
      if (!atLeast(trials, settings.startupTrials)) return start.propose(request);
      const random = new RandomStream(seed, 'sampler', draw);
      const point: GrowingPoint = {};
      for (const group of groups) {
        if (!isPresent(group.parameters[0]!, point)) continue;
        const having = trials.filter((t) => group.parameters.every((p) => holds(p, t.point)));
        if (atLeast(having, o.least ?? 4)) {
          const v = proposeGroup(group, having, objectives, random, settings, o);
          group.parameters.forEach((p, i) => (point[p.id] = v[i]!));
        } else
          for (const { id, distribution } of group.parameters)
            point[id] = valueAt(distribution, random.float());
      }
      return point;
    },
  };
}
function atLeast(trials: readonly SampledTrial[], count: number): boolean {
  let ranked = 0;
  for (const trial of trials) {
    if (ranked >= count) return true;
    if (isRanked(trial)) ranked++;
  }
  return ranked >= count;
}
function holds({ id, distribution }: Parameter, point: Point): boolean {
  const v = point[id];
  return v !== undefined && (distribution.kind !== 'choice' || v < distribution.count);
}
function proposeGroup(
  g: ParameterGroup,
  having: readonly SampledTrial[],
  objectives: number,
  random: RandomStream,
  settings: any,
  o: any,
): Float64Array {
  const n = having.reduce((c, t) => c + (isRanked(t) ? 1 : 0), 0);
  const good = bestTrials(having, Math.min(Math.ceil((o.gamma ?? 0.1) * n), o.gammaMax ?? 25), objectives);
  const inGood = new Set(good);
  let bad = having.filter((t) => !inGood.has(t));
  const cap = o.cap ?? Infinity;
  if (bad.length > cap) {
    if (o.capHow === 'newest') bad = bad.slice(-cap);
    else {
      const old = bad.length - cap / 2;
      bad = bad.filter(
        (_, i) => i >= old || Math.floor((i * cap) / 2 / old) !== Math.floor(((i - 1) * cap) / 2 / old),
      );
    }
  }
  const rows = (ts: readonly SampledTrial[]) => ts.map((t) => coordinates(g, t.point));
  const l = new ParzenEstimator(
    g.dimensions,
    rows(good),
    o.rank === false ? new Float64Array(good.length).fill(1) : rankWeights(good.length),
    { scale: 0.85, ...o.good },
  );
  const b = new ParzenEstimator(
    g.dimensions,
    rows(bad),
    o.badw === 'uniform' ? new Float64Array(bad.length).fill(1) : recencyWeights(bad.length),
    { scale: 1.06, ...o.bad },
  );
  let best: Float64Array | undefined,
    most = -Infinity;
  for (let c = 0; c < settings.candidates; c++) {
    const v = l.sample(random);
    const s = l.logDensity(v) - b.logDensity(v);
    if (best === undefined || s > most) [best, most] = [v, s];
  }
  return best!;
}
function coordinates(g: ParameterGroup, point: Point): Float64Array {
  const row = new Float64Array(g.parameters.length);
  for (let i = 0; i < row.length; i++) {
    const d = g.dimensions[i]!,
      v = point[g.parameters[i]!.id]!;
    row[i] = d.kind === 'choice' ? v : d.coordinate(v);
  }
  return row;
}
function recencyWeights(n: number): Float64Array {
  const w = new Float64Array(n).fill(1);
  const ramp = n - 25;
  for (let i = 0; i < ramp; i++) w[i] = ramp === 1 ? 1 / n : 1 / n + ((1 - 1 / n) * i) / (ramp - 1);
  return w;
}
function rankWeights(n: number): Float64Array {
  const w = new Float64Array(n);
  let total = 0;
  for (let i = 0; i < n; i++) total += w[i] = Math.log((n + 1) / (i + 1));
  return w.map((x) => (x * n) / total);
}
