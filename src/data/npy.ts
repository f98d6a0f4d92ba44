/**
 * NumPy's array files: version 1.0 as it is written here (little-endian, C order), 1.0 to 3.0 read. Owns the file
 * format; which arrays make an artifact is told in docs/artifacts.md.
 *
 * Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { expected, ProblemError } from '../core/problem.js';

interface NpyValues {
  readonly uint8: Uint8Array;
  readonly int32: Int32Array;
  readonly int64: BigInt64Array;
  readonly float32: Float32Array;
  readonly float64: Float64Array;
}
export type NpyType = keyof NpyValues;

/** An array in memory: `values` in C order, as many as `shape` multiplied out. */
export interface NpyArray<Type extends NpyType = NpyType> {
  readonly dtype: Type;
  readonly shape: readonly number[];
  readonly values: NpyValues[Type];
}

/** What can be written. int64 can only be read: nothing in Assay needs to store it. */
export type WritableValues = Uint8Array | Int32Array | Float32Array | Float64Array;

const descriptions: Readonly<Record<NpyType, string>> = {
  uint8: '|u1',
  int32: '<i4',
  int64: '<i8',
  float32: '<f4',
  float64: '<f8',
};
const constructors = {
  uint8: Uint8Array,
  int32: Int32Array,
  int64: BigInt64Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

const magic = Buffer.from('\x93NUMPY', 'latin1');
/** NumPy itself refuses headers over 10,000 characters; ours have under 128. */
const longestHeader = 10_000;
/** Bytes moved by one system call, so that no call is longer than the operating system's limit of 2 GiB. */
const chunkBytes = 1 << 24;

function refuse(path: string, rule: string, got: string): never {
  throw new ProblemError({ code: 'bad-npy', message: `expected ${path} to be ${rule}, got ${got}` });
}

/** Fills `target` from the file's position `at`; how many bytes there were. */
function readFully(file: number, target: Uint8Array, at: number): number {
  let done = 0;
  while (done < target.length) {
    const read = readSync(file, target, done, Math.min(chunkBytes, target.length - done), at + done);
    if (read === 0) break;
    done += read;
  }
  return done;
}

function parseHeader(path: string, header: string): { dtype: NpyType; shape: number[] } {
  // The header is the text of a Python dictionary with three keys, in any order.
  const description = /'descr': *'([^']{1,10})'/.exec(header)?.[1];
  const order = /'fortran_order': *(True|False)/.exec(header)?.[1];
  const shapeText = /'shape': *\(([\d, ]*)\)/.exec(header)?.[1];
  if (description === undefined || order === undefined || shapeText === undefined) {
    refuse(
      path,
      'a .npy file with descr, fortran_order and shape',
      `the header ${JSON.stringify(header.trim().slice(0, 80))}`,
    );
  }
  const dtype = (Object.keys(descriptions) as NpyType[]).find((type) => descriptions[type] === description);
  if (dtype === undefined) refuse(path, `an array of ${Object.values(descriptions).join(', ')}`, description);
  if (order === 'True') refuse(path, 'an array in C order', 'Fortran order');
  const shape = shapeText
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(Number);
  if (shape.some((size) => !Number.isSafeInteger(size)) || shape.length > 32)
    refuse(path, 'an array of a sane shape', `(${shapeText})`);
  return { dtype, shape };
}

/**
 * Reads one array. The file's size is checked against its header before memory is taken, so a header that lies costs
 * nothing.
 * @param shared whether the values are to lie in memory that other threads can be given.
 * @throws {ProblemError} `bad-npy` for a file that is no whole .npy of a known type; as `fs` does when it can't be read.
 */
export function readNpy(path: string, shared = false): NpyArray {
  const file = openSync(path, 'r');
  try {
    const size = fstatSync(file).size;
    const start = Buffer.alloc(12);
    const got = readFully(file, start, 0);
    const version = start[6] ?? 0;
    if (got < 10 || !start.subarray(0, 6).equals(magic))
      refuse(path, 'a .npy file', 'a file that begins otherwise');
    if (version < 1 || version > 3) refuse(path, 'a .npy file of version 1 to 3', `version ${version}`);
    const headerStart = version === 1 ? 10 : 12;
    const headerBytes = version === 1 ? start.readUInt16LE(8) : start.readUInt32LE(8);
    if (headerBytes > longestHeader)
      refuse(path, `a .npy file with a header of at most ${longestHeader} bytes`, `${headerBytes} bytes`);
    const header = Buffer.alloc(headerBytes);
    if (readFully(file, header, headerStart) < headerBytes)
      refuse(path, 'a whole .npy file', 'one that ends in its header');
    const { dtype, shape } = parseHeader(path, header.toString('latin1'));
    const count = shape.reduce((product, length) => product * length, 1);
    const itemBytes = constructors[dtype].BYTES_PER_ELEMENT;
    const found = size - headerStart - headerBytes;
    if (count * itemBytes !== found) {
      refuse(
        path,
        `${count * itemBytes} bytes of ${dtype} for the shape (${shape.join(', ')})`,
        `${found} bytes`,
      );
    }
    const buffer = shared ? new SharedArrayBuffer(found) : new ArrayBuffer(found);
    const values = new constructors[dtype](buffer as ArrayBuffer);
    const bytes = new Uint8Array(buffer);
    if (readFully(file, bytes, headerStart + headerBytes) < bytes.length)
      refuse(path, 'left alone while it is read', 'a shorter file');
    return { dtype, shape, values };
  } finally {
    closeSync(file);
  }
}

/**
 * Reads one array that must be of a type and, when given, of so many dimensions.
 * @throws {ProblemError} `bad-npy`, as `readNpy`, and when type or dimensions are others.
 */
export function readNpyOf<Type extends NpyType>(
  path: string,
  dtype: Type,
  dimensions?: number,
  shared = false,
): NpyArray<Type> {
  const array = readNpy(path, shared);
  if (array.dtype !== dtype) refuse(path, `an array of ${dtype}`, array.dtype);
  if (dimensions !== undefined && array.shape.length !== dimensions) {
    throw new ProblemError({
      code: 'bad-npy',
      message: expected(path, `an array of ${dimensions} dimensions`, array.shape.length),
    });
  }
  return array as NpyArray<Type>;
}

function typeOf(values: WritableValues): NpyType {
  if (values instanceof Uint8Array) return 'uint8';
  if (values instanceof Int32Array) return 'int32';
  return values instanceof Float32Array ? 'float32' : 'float64';
}

/**
 * Writes one array in C order straight from its memory, without a copy of it.
 * @throws {RangeError} when the shape doesn't multiply out to the number of values (a bug in the caller); as `fs` does.
 */
export function writeNpy(path: string, shape: readonly number[], values: WritableValues): void {
  const count = shape.reduce((product, length) => product * length, 1);
  if (count !== values.length)
    throw new RangeError(`shape (${shape.join(', ')}) is not that of ${values.length} values`);
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const dictionary = `{'descr': '${descriptions[typeOf(values)]}', 'fortran_order': False, 'shape': ${tuple}, }`;
  // Padded so that the values begin at a multiple of 64 bytes, as NumPy does for memory mapping.
  const headerBytes = Math.ceil((10 + dictionary.length + 1) / 64) * 64 - 10;
  const head = Buffer.alloc(10 + headerBytes, ' ');
  magic.copy(head);
  head.writeUInt16LE(1, 6);
  head.writeUInt16LE(headerBytes, 8);
  head.write(dictionary, 10, 'latin1');
  head.write('\n', head.length - 1, 'latin1');
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const file = openSync(path, 'w');
  try {
    for (const part of [head, bytes]) {
      for (let at = 0; at < part.length;)
        at += writeSync(file, part, at, Math.min(chunkBytes, part.length - at));
    }
  } finally {
    closeSync(file);
  }
}
