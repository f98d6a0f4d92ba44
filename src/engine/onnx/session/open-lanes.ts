/** How a batch's parts are shared out over threads, and what those threads are given. Starts them; owns nothing. */
import type { Batch } from '../../../data/image-batch.js';
import { GradientLanes } from '../../gradient-lanes.js';
import type { LayoutRequest } from '../../lane-memory.js';
import { sizeOf } from '../graph/graph.js';
import { names } from '../trace/graph-names.js';
import type { TracedNetwork } from '../trace/trace-network.js';
import { type CompiledGraph, sessionEntries } from './graph-store.js';

export interface LaneShare {
  /** The first image of the lane's parts. */
  readonly first: number;
  readonly parts: number;
}

/**
 * Equal shares of whole parts for each spare thread; what is left over, a part that is not whole among it, stays with the
 * thread that asks. None when there are too few parts.
 */
export function shareOut(images: number, part: number, spare: number): readonly LaneShare[] {
  const whole = Math.floor(images / part);
  const each = Math.floor(whole / (spare + 1));
  if (each === 0) {
    // Fewer parts than threads: one each, and one stays.
    const lanes = Math.min(spare, Math.ceil(images / part) - 1);
    return Array.from({ length: Math.min(lanes, whole) }, (_, i) => ({ first: i * part, parts: 1 }));
  }
  return Array.from({ length: spare }, (_, i) => ({ first: i * each * part, parts: each }));
}

/** @param part images in one part; the batch is the largest that there will be. */
export function openLanes(
  { session, model, draws }: CompiledGraph,
  { model: network, groups }: TracedNetwork,
  lanes: number,
  part: number,
  { count, shape }: Batch,
): GradientLanes {
  const wanted = new Set(session.inputNames);
  const rows = (name: string, type: LayoutRequest['type'], dims: readonly number[]): LayoutRequest => {
    const perImage = sizeOf(dims) / dims[0]!;
    return { name, type, dims, perImage: true, length: count * perImage };
  };
  const whole = (name: string, type: LayoutRequest['type'], dims: readonly number[]): LayoutRequest => ({
    name,
    type,
    dims,
    perImage: false,
    length: sizeOf(dims),
  });
  const inputs = [
    rows(names.pixels, 'uint8', [part, ...shape]),
    rows(names.labels, 'int32', [part]),
    ...draws.map((draw, i) => rows(names.draw(i), draw.kind === 'keep' ? 'uint8' : 'float32', draw.shape)),
    whole(names.share, 'float32', []),
    ...groups.map((group, i) => whole(names.group(i), 'float32', group.shape)),
    ...network.weights.map((weight, place) =>
      whole(names.weight(place), weight.dtype === 'int32' ? 'int32' : 'float32', weight.shape as number[]),
    ),
  ].filter(({ name }) => wanted.has(name));
  const sums = [
    { name: names.sums, dims: [2] },
    ...groups.map(({ shape: dims }, i) => ({ name: names.gradient(i), dims })),
  ];
  const next = Object.fromEntries(sums.map(({ name }) => [name, names.next(name)]));
  return new GradientLanes({ lanes, model, entries: sessionEntries, inputs, sums, next });
}
