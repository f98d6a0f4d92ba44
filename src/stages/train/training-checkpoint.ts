/**
 * A checkpoint's files: `arrays.bin` (weights, slots and the best weights, raw little-endian, one after another) and
 * `training.json` (their names and shapes, and how far training has come). Owns the format; where checkpoints lie, which
 * is the newest and whether it is whole is the cache's business.
 */
import { endianness } from 'node:os';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson } from '../../core/json.js';
import type { TrainingState } from '../../engine/engine.js';
import type { NamedArray } from '../../models/model-artifact.js';
import type { TrainingProgress } from './training-progress.js';

const format = 1;
const arraysFile = 'arrays.bin';
const textFile = 'training.json';

/** All that training needs to go on. */
export interface TrainingCheckpoint {
  readonly state: TrainingState;
  readonly progress: TrainingProgress;
  /** The weights of the best epoch, where they are to be restored in the end. */
  readonly best?: readonly NamedArray[] | undefined;
}

type ArrayDescription = Omit<NamedArray, 'values'>;

interface CheckpointText {
  readonly format: number;
  readonly step: number;
  readonly arrays: readonly ArrayDescription[];
  readonly best: readonly ArrayDescription[] | null;
  readonly progress: TrainingProgress;
}

/** Writes the files into an empty folder. Rejects as `fs` does. */
export async function writeCheckpoint(folder: string, checkpoint: TrainingCheckpoint): Promise<void> {
  const { state, progress, best } = checkpoint;
  const parts = [...state.arrays, ...(best ?? [])].map(({ values }) => bytesOf(values));
  await writeFile(join(folder, arraysFile), parts);
  const text: CheckpointText = {
    format,
    step: state.step,
    arrays: state.arrays.map(describe),
    best: best === undefined ? null : best.map(describe),
    progress,
  };
  await writeFile(join(folder, textFile), `${canonicalJson(text)}\n`);
}

/** Nothing for a checkpoint of another format: an older Assay's, under an unchanged fingerprint. */
export async function readCheckpoint(folder: string): Promise<TrainingCheckpoint | undefined> {
  const text = JSON.parse(await readFile(join(folder, textFile), 'utf8')) as CheckpointText;
  if (text.format !== format) return undefined;
  const bytes = await readFile(join(folder, arraysFile));
  let at = 0;
  const take = (description: ArrayDescription): NamedArray => {
    const length = description.shape.reduce((product, size) => product * size, 1) * 4;
    // A copy of its own: a typed array must begin at a multiple of four, and a pooled Buffer need not.
    const part = new Uint8Array(bytes.subarray(at, at + length)).buffer;
    at += length;
    const values = description.dtype === 'float32' ? new Float32Array(part) : new Int32Array(part);
    return { ...description, values };
  };
  const arrays = text.arrays.map(take);
  const best = text.best?.map(take);
  return { state: { step: text.step, arrays }, progress: text.progress, best };
}

/** How far the training in a checkpoint has come, for people; nothing for another format. Reads no arrays. */
export async function describeCheckpoint(folder: string): Promise<string | undefined> {
  const text = JSON.parse(await readFile(join(folder, textFile), 'utf8')) as CheckpointText;
  if (text.format !== format) return undefined;
  const { epochs, stepsOfEpoch } = text.progress;
  return stepsOfEpoch > 0 || epochs.length === 0
    ? `in epoch ${epochs.length + 1}`
    : `after epoch ${epochs.length}`;
}

const describe = ({ name, shape, dtype }: NamedArray): ArrayDescription => ({ name, shape, dtype });

/** Every platform that Node and tfjs run on with any engine is little-endian; another one must not write nonsense. */
function bytesOf(values: Float32Array | Int32Array): Uint8Array {
  if (endianness() !== 'LE') throw new Error('checkpoints need a little-endian machine');
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
