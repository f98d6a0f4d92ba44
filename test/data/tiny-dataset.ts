/** A data set of four IDX files small enough to make on the spot, with its true checksums. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { sha256 } from '../../src/core/digest.js';
import { RandomStream } from '../../src/core/random.js';
import type { IdxDatasetSpecification } from '../../src/data/idx-dataset-source.js';

/** IDX bytes: magic, sizes, then the values. */
export function idx(magic: number, sizes: readonly number[], values: Uint8Array): Buffer {
  const head = Buffer.alloc(4 + 4 * sizes.length);
  head.writeUInt32BE(magic, 0);
  sizes.forEach((size, i) => head.writeUInt32BE(size, 4 + 4 * i));
  return Buffer.concat([head, values]);
}

function images(count: number, seed: number): Buffer {
  const random = new RandomStream(seed);
  // Noise, so that packing does not shrink it and a transfer can be cut in its middle.
  return idx(
    0x803,
    [count, 28, 28],
    Uint8Array.from({ length: count * 784 }, () => random.integer(256)),
  );
}
function labels(count: number): Buffer {
  return idx(
    0x801,
    [count],
    Uint8Array.from({ length: count }, (_, i) => i % 10),
  );
}

const unpacked = {
  trainImages: ['train-images-idx3-ubyte', images(200, 1)],
  trainLabels: ['train-labels-idx1-ubyte', labels(200)],
  testImages: ['t10k-images-idx3-ubyte', images(50, 2)],
  testLabels: ['t10k-labels-idx1-ubyte', labels(50)],
} as const;

const file = ([name, bytes]: readonly [string, Buffer]) => ({
  name,
  sha256: sha256(bytes),
  bytes: bytes.length,
});

export function tinySpecification(mirrors: readonly string[]): IdxDatasetSpecification {
  return {
    name: 'tiny',
    classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
    trainImages: file(unpacked.trainImages),
    trainLabels: file(unpacked.trainLabels),
    testImages: file(unpacked.testImages),
    testLabels: file(unpacked.testLabels),
    mirrors,
    mirrorsVariable: 'ASSAY_TINY_MIRRORS',
  };
}

/** Name without `.gz` → unpacked bytes. */
export const tinyFiles: ReadonlyMap<string, Buffer> = new Map(Object.values(unpacked));
/** Name with `.gz` → packed bytes. */
export const tinyPacked: ReadonlyMap<string, Buffer> = new Map(
  [...tinyFiles].map(([name, bytes]) => [`${name}.gz`, gzipSync(bytes)]),
);
export const trainImagesFile = 'train-images-idx3-ubyte.gz';

/** Writes the packed files, some of them replaced, into `<root>/tiny`. */
export function writeTiny(root: string, replaced: Readonly<Record<string, Uint8Array>> = {}): string {
  const folder = join(root, 'tiny');
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of tinyPacked) writeFileSync(join(folder, name), replaced[name] ?? bytes);
  return folder;
}
