/**
 * An order of points under several objectives, all to be made small: front by front (those that no other point
 * dominates come first), and within a front by what each adds to the hypervolume that those before it dominate. Knows
 * nothing of trials.
 */
import { nondominated } from '../../core/pareto-front.js';
import { RandomStream } from '../../core/random.js';

type Values = readonly number[];

/** Indices of the `count` first points in that order. */
export function paretoOrder(points: readonly Values[], count: number): readonly number[] {
  const order: number[] = [];
  let rest = points.map((_, index) => index);
  while (order.length < count && rest.length > 0) {
    const front = nondominated(points, rest);
    order.push(...spread(points, front, count - order.length));
    const inFront = new Set(front);
    rest = rest.filter((index) => !inFront.has(index));
  }
  return order;
}

const directionsCount = 64;

/**
 * Up to `count` of a front, each the one that adds most to the hypervolume dominated so far. The volume is estimated by
 * rays from the reference point (Deng and Zhang 2019, "Approximating hypervolume and hypervolume contributions using
 * polar coordinate"): along a direction d it is the mean of the M-th power of how far the dominated region reaches, so
 * that the cost grows with the front's length only, whatever the number of objectives.
 */
function spread(points: readonly Values[], front: readonly number[], count: number): readonly number[] {
  const dimensions = points[front[0]!]!.length;
  const ranges = Array.from({ length: dimensions }, (_, i) => {
    const values = front.map((index) => points[index]![i]!).filter(Number.isFinite);
    const low = values.length === 0 ? 0 : Math.min(...values);
    return { low, width: (values.length === 0 ? 0 : Math.max(...values)) - low };
  });
  const directions = rays(dimensions);
  // How far each point reaches along each ray, from a reference point a tenth behind the worst in every objective.
  const reach = front.map((index) => {
    const gains = ranges.map(({ low, width }, i) => {
      const value = points[index]![i]!;
      if (!Number.isFinite(value)) return 0;
      return 1.1 - (width > 0 ? (value - low) / width : 0);
    });
    return directions.map((ray) => Math.min(...ray.map((part, i) => gains[i]! / part)) ** dimensions);
  });
  const covered = new Float64Array(directions.length);
  const open = front.map((_, position) => position);
  const chosen: number[] = [];
  while (chosen.length < count && open.length > 0) {
    let best = 0;
    let most = -1;
    open.forEach((position, at) => {
      let gain = 0;
      reach[position]!.forEach((length, r) => (gain += Math.max(0, length - covered[r]!)));
      if (gain > most) [most, best] = [gain, at];
    });
    const [position] = open.splice(best, 1) as [number];
    reach[position]!.forEach((length, r) => (covered[r] = Math.max(covered[r]!, length)));
    chosen.push(front[position]!);
  }
  return chosen;
}

/** Directions in the positive quadrant, the same in every call. */
function rays(dimensions: number): readonly Values[] {
  const random = new RandomStream(0, 'rays', dimensions);
  return Array.from({ length: directionsCount }, () => {
    const ray = Array.from({ length: dimensions }, () => Math.max(Math.abs(random.normal()), 1e-9));
    const length = Math.hypot(...ray);
    return ray.map((part) => part / length);
  });
}
