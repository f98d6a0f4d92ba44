/**
 * IDX, the format of MNIST's files: images of bytes (magic 0x00000803) and labels (0x00000801), packed with gzip or
 * not. Everything a file says of itself is checked before it is believed. Owns the format; which files make a data set
 * and their checksums stand in `idx-dataset-source.ts`.
 *
 * Format: http://yann.lecun.com/exdb/mnist/, "FILE FORMATS FOR THE MNIST DATABASE".
 */
import { gunzipSync } from 'node:zlib';
import { expected, ProblemError } from '../core/problem.js';

/** What is wrong with a file's content; its message begins with the file's name. */
function refuse(name: string, rule: string, got: string): never {
  throw new ProblemError({ code: 'bad-idx', message: `expected ${name} to be ${rule}, got ${got}` });
}

/**
 * The bytes of a file that may be packed with gzip.
 * @param name as messages show it.
 * @param limit most bytes when unpacked; a file that grows beyond (a gzip bomb) is refused without unpacking it all.
 * @throws {ProblemError} `bad-idx`.
 */
export function unpack(name: string, bytes: Uint8Array, limit: number): Uint8Array {
  const rule = `at most ${limit} bytes when unpacked`;
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    try {
      return gunzipSync(bytes, { maxOutputLength: Math.max(1, limit) });
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'ERR_BUFFER_TOO_LARGE') refuse(name, rule, 'more');
      // "unexpected end of file", "incorrect data check", "invalid block type"
      refuse(name, 'a whole gzip file', message);
    }
  }
  if (bytes.length > limit) refuse(name, rule, `${bytes.length}`);
  return bytes;
}

function header(name: string, what: string, bytes: Uint8Array, magic: number, dimensions: number): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerBytes = 4 + 4 * dimensions;
  const hex = (value: number) => `0x${value.toString(16).padStart(8, '0')}`;
  if (bytes.length < 4) refuse(name, `an IDX file of ${what}`, `${bytes.length} bytes`);
  if (view.getUint32(0) !== magic) {
    refuse(name, `an IDX file of ${what} (magic ${hex(magic)})`, hex(view.getUint32(0)));
  }
  if (bytes.length < headerBytes) refuse(name, `an IDX file of ${what}`, 'one that ends in its header');
  const sizes = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  if (sizes.includes(0)) refuse(name, `an IDX file of ${what}`, `an empty one (${sizes.join(' × ')})`);
  // Sizes up to 2^32 each multiply to under 2^96, which a double compares well enough with a real length.
  const promised = sizes.reduce((product, size) => product * size, 1);
  const found = bytes.length - headerBytes;
  if (promised !== found) {
    refuse(name, `${promised} bytes of ${what} as its header says (${sizes.join(' × ')})`, `${found}`);
  }
  return sizes;
}

/** Images of one byte a pixel. `pixels` lies in `bytes`, no copy. @throws {ProblemError} `bad-idx`. */
export function parseIdxImages(name: string, bytes: Uint8Array) {
  const [count, height, width] = header(name, 'images', bytes, 0x00000803, 3) as [number, number, number];
  return { count, height, width, pixels: bytes.subarray(16) };
}

/** Labels of one byte. @throws {ProblemError} `bad-idx`, also for a label that is none of the classes. */
export function parseIdxLabels(name: string, bytes: Uint8Array, classes: number): Int32Array {
  header(name, 'labels', bytes, 0x00000801, 1);
  const labels = Int32Array.from(bytes.subarray(8));
  const wrong = labels.findIndex((label) => label >= classes);
  if (wrong !== -1) {
    throw new ProblemError({
      code: 'bad-idx',
      message: expected(`label ${wrong} of ${name}`, `a class from 0 to ${classes - 1}`, labels[wrong]),
    });
  }
  return labels;
}
