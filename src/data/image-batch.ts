/** The shapes in which images travel between data, engine and stages. Holds types only. */

/** Height, width, channels. */
export type ImageShape = readonly [height: number, width: number, channels: number];

/** Labelled images in memory: pixels as bytes, row by row, channels last. */
export interface LabelledImages {
  readonly count: number;
  readonly shape: ImageShape;
  /** Length count × height × width × channels. */
  readonly pixels: Uint8Array;
  /** Class of each image, from 0. Length count. */
  readonly labels: Int32Array;
}

/** Images to learn from, some of which may count more than others. */
export interface TrainingImages extends LabelledImages {
  /** A factor on the loss of each image, finite and from 0. Length count; absent: all 1. */
  readonly weights?: Float32Array | undefined;
}

/** One batch as it enters a training step. `count` may be smaller in the last batch of an epoch. */
export type Batch = TrainingImages;

/** Where a batch is made, with room for all its images; `weights` where the images have some. */
export type BatchArrays = Pick<Batch, 'pixels' | 'labels' | 'weights'>;

/**
 * How pixels become the network's input: x = pixel * scale + offset. Kept apart from the pixels, so that they stay
 * bytes on disk and in memory, and an engine may scale inside its own graph.
 */
export interface InputScaling {
  readonly scale: number;
  readonly offset: number;
}
