/**
 * A network between its three forms: a live tfjs model, a `ModelArtifact`, and a folder in tfjs's own layers-model
 * format (`model.json` + `weights.bin`), which `tf.loadLayersModel` opens. Equal models give equal bytes: the JSON is
 * canonical and holds no date and no version. Owns no networks: building one is `build-model.ts`.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../core/atomic-write.js';
import { canonicalJson, isJsonObject, type Json, type JsonObject } from '../core/json.js';
import { expected, ProblemError } from '../core/problem.js';
import type { ModelArtifact, NamedArray } from './model-artifact.js';
import { tf, tfLayers } from './tfjs.js';

const topologyFile = 'model.json';
const weightsFile = 'weights.bin';

/** Copies a model's topology and its weights, trainable and not, in the order and by the names of tfjs's manifest. */
export async function modelToArtifact(model: tfLayers.LayersModel): Promise<ModelArtifact> {
  // `toJSON` also tells versions of tfjs, which would change the bytes of an unchanged network.
  const { class_name, config } = model.toJSON(null, false) as { class_name: string; config: Json };
  const topology = JSON.parse(canonicalJson({ class_name, config })) as JsonObject;
  const weights: NamedArray[] = [];
  for (const weight of model.weights) {
    const tensor = weight.read();
    const dtype = tensor.dtype;
    if (dtype !== 'float32' && dtype !== 'int32')
      throw new Error(`weight ${weight.originalName} has dtype ${dtype}`);
    const values = (await tensor.data()).slice() as Float32Array | Int32Array;
    weights.push({ name: weight.originalName, shape: tensor.shape.slice(), dtype, values });
  }
  return { topology, weights };
}

/** The live model of an artifact, on the current backend. The caller disposes it. */
export async function modelFromArtifact(artifact: ModelArtifact): Promise<tfLayers.LayersModel> {
  const model = await tfLayers.loadLayersModel(
    tf.io.fromMemory({
      modelTopology: artifact.topology,
      weightSpecs: artifact.weights.map(({ name, shape, dtype }) => ({ name, shape: [...shape], dtype })),
      weightData: joinWeights(artifact.weights),
    }),
  );
  setConstrainedWeights(model, artifact.weights);
  return model;
}

/** tfjs applies a weight's constraint when it loads it, too; a model is to be what was saved, bit for bit. */
function setConstrainedWeights(model: tfLayers.LayersModel, arrays: readonly NamedArray[]): void {
  const byName = new Map(arrays.map((array) => [array.name, array]));
  for (const weight of model.weights) {
    const { constraint } = weight as unknown as { constraint: object | null };
    const array = byName.get(weight.originalName);
    if (constraint === null || array === undefined) continue;
    const variable = weight.read();
    if (!(variable instanceof tf.Variable)) throw new Error(`weight ${array.name} is no variable`);
    tf.tidy(() => variable.assign(tf.tensor(array.values.slice(), [...array.shape])));
  }
}

/** Writes `model.json` and `weights.bin` into an existing or new folder. Rejects as `fs` does. */
export function writeModelFolder(folder: string, artifact: ModelArtifact): Promise<void> {
  const manifest = {
    format: 'layers-model',
    generatedBy: 'assay',
    convertedBy: null,
    modelTopology: artifact.topology,
    weightsManifest: [
      {
        paths: [weightsFile],
        weights: artifact.weights.map(({ name, shape, dtype }) => ({ name, shape, dtype })),
      },
    ],
  };
  writeFileAtomic(join(folder, weightsFile), new Uint8Array(joinWeights(artifact.weights)));
  writeFileAtomic(join(folder, topologyFile), `${canonicalJson(manifest)}\n`);
  return Promise.resolve();
}

/**
 * Reads a folder in tfjs's layers-model format, whoever wrote it (several weight files, `dtype` float32 or int32).
 * @throws {ProblemError} `bad-model` when the files are not that or do not fit one another.
 */
export async function readModelFolder(folder: string): Promise<ModelArtifact> {
  const file = join(folder, topologyFile);
  const text = await readFile(file, 'utf8');
  let manifest: unknown;
  try {
    manifest = JSON.parse(text);
  } catch {
    throw badModel(`expected ${file} to be JSON, and it is not`);
  }
  if (
    !isJsonObject(manifest) ||
    !isJsonObject(manifest['modelTopology']) ||
    !Array.isArray(manifest['weightsManifest'])
  ) {
    throw badModel(
      `expected ${file} to be a layers-model of TensorFlow.js, with modelTopology and weightsManifest`,
    );
  }
  const weights: NamedArray[] = [];
  for (const group of manifest['weightsManifest'] as readonly WeightGroup[]) {
    const parts = await Promise.all(group.paths.map((path) => readFile(join(folder, path))));
    weights.push(...splitWeights(Buffer.concat(parts), group, file));
  }
  return { topology: manifest['modelTopology'], weights };
}

interface WeightGroup {
  readonly paths: readonly string[];
  readonly weights: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly dtype: string;
  }[];
}

function badModel(message: string): ProblemError {
  return new ProblemError({ code: 'bad-model', message });
}

function splitWeights(bytes: Buffer, group: WeightGroup, file: string): NamedArray[] {
  let at = 0;
  const arrays = group.weights.map(({ name, shape, dtype }): NamedArray => {
    if (dtype !== 'float32' && dtype !== 'int32') {
      throw badModel(`${expected(`the dtype of weight "${name}"`, 'float32 or int32', dtype)} in ${file}`);
    }
    const length = shape.reduce((product, side) => product * side, 1) * 4;
    // A copy of its own: a typed array must begin at a multiple of four, and a pooled Buffer need not.
    const part = new Uint8Array(bytes.subarray(at, at + length)).buffer;
    if (part.byteLength !== length) throw badModel(sizeMessage(group, bytes.length, file));
    at += length;
    return {
      name,
      shape,
      dtype,
      values: dtype === 'float32' ? new Float32Array(part) : new Int32Array(part),
    };
  });
  if (at !== bytes.length) throw badModel(sizeMessage(group, bytes.length, file));
  return arrays;
}

function sizeMessage(group: WeightGroup, bytes: number, file: string): string {
  const needed = group.weights.reduce(
    (sum, { shape }) => sum + shape.reduce((product, side) => product * side, 1) * 4,
    0,
  );
  return expected(`${group.paths.join(' + ')} beside ${file}`, `${needed} bytes long`, bytes);
}

/** All weights' bytes one after another, as tfjs lays them out. */
function joinWeights(weights: readonly NamedArray[]): ArrayBuffer {
  const total = weights.reduce((sum, { values }) => sum + values.byteLength, 0);
  const joined = new Uint8Array(total);
  let at = 0;
  for (const { values } of weights) {
    joined.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  return joined.buffer;
}
