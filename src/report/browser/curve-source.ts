/** Where learning curves come from: a file that holds them packed, or a stream in which they grow. */
import type { PageCurves } from '../comparison/page-data.js';
import { unpackMeasured, unpackSteps } from './decode.js';

/** What a curve may be drawn by. */
export type Across = 'epochs' | 'steps' | 'seconds';

/** Equally long; NaN where nothing was measured. */
export interface DrawnCurve {
  readonly epochs: Float64Array;
  readonly steps: Float64Array;
  readonly seconds: Float64Array;
  readonly values: Float64Array;
}

export interface CurveSource {
  /** Whether curves may still grow. */
  readonly isGrowing: boolean;
  /** At least one. */
  readonly across: readonly Across[];
  /** The same object as long as the curve is the same. */
  curve(run: number, metric: number): DrawnCurve | undefined;
}

/** Curves of a comparison's page, each read when it is first asked for. */
export class PackedCurves implements CurveSource {
  readonly isGrowing = false;
  readonly across = ['epochs', 'steps', 'seconds'] as const;
  readonly #read = new Map<string, DrawnCurve | undefined>();

  /** @param packed by run */
  constructor(private readonly packed: () => readonly (readonly PageCurves[])[]) {}

  curve(run: number, metric: number): DrawnCurve | undefined {
    const key = `${run}/${metric}`;
    if (!this.#read.has(key)) this.#read.set(key, this.#unpack(run, metric));
    return this.#read.get(key);
  }

  #unpack(run: number, metric: number): DrawnCurve | undefined {
    for (const group of this.packed()[run] ?? [])
      for (const [place, values] of group.curves)
        if (place === metric)
          return {
            epochs: unpackSteps(group.epochs),
            steps: unpackSteps(group.steps),
            seconds: unpackMeasured(group.seconds),
            values: unpackMeasured(values),
          };
    return undefined;
  }
}
