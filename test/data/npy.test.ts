import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProblemError } from '../../src/core/problem.js';
import { readNpy, readNpyOf, writeNpy } from '../../src/data/npy.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-npy-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);

/** A file with a header of one's own. */
function craft(header: string, values: Uint8Array, version = 1): string {
  const head = Buffer.alloc(10);
  head.write('\x93NUMPY', 0, 'latin1');
  head[6] = version;
  head.writeUInt16LE(header.length, 8);
  writeFileSync(at('x.npy'), Buffer.concat([head, Buffer.from(header, 'latin1'), values]));
  return at('x.npy');
}
const dictionary = (descr: string, shape: string, order = 'False') =>
  `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }\n`;

describe('.npy files', () => {
  it.each([
    ['uint8', [2, 3], Uint8Array.of(0, 1, 2, 253, 254, 255)],
    ['int32', [3], Int32Array.of(-2147483648, 0, 2147483647)],
    ['float32', [1, 1, 2], Float32Array.of(Math.fround(0.1), -Infinity)],
    ['float64', [], Float64Array.of(Math.PI)],
    ['uint8', [0, 28, 28, 1], new Uint8Array()],
  ] as const)('of %s, shape %j, read back as written', (dtype, shape, values) => {
    writeNpy(at('back.npy'), shape, values);
    expect(readNpy(at('back.npy'))).toEqual({ dtype, shape, values });
  });

  it('are version 1.0, their values begin at a multiple of 64 bytes', () => {
    writeNpy(at('form.npy'), [3], Int32Array.of(1, 2, 3));
    const bytes = readFileSync(at('form.npy'));
    expect(bytes.subarray(0, 8).toString('latin1')).toBe('\x93NUMPY\x01\x00');
    expect(bytes.length - 12).toBe(128);
    expect(bytes.subarray(10, 128).toString('latin1').trimEnd()).toBe(
      "{'descr': '<i4', 'fortran_order': False, 'shape': (3,), }",
    );
  });

  it('of int64 and of other header versions are read', () => {
    const values = BigInt64Array.of(-1n, 2n);
    const path = craft(dictionary('<i8', '(2,)'), new Uint8Array(values.buffer));
    expect(readNpy(path)).toEqual({ dtype: 'int64', shape: [2], values });
    const header = Buffer.from(dictionary('|u1', '(1,)'));
    const head = Buffer.concat([
      Buffer.from('\x93NUMPY\x02\x00', 'latin1'),
      Buffer.of(header.length, 0, 0, 0),
    ]);
    writeFileSync(at('two.npy'), Buffer.concat([head, header, Buffer.of(7)]));
    expect(readNpy(at('two.npy')).values).toEqual(Uint8Array.of(7));
  });

  const hostile: readonly (readonly [string, () => string, string])[] = [
    [
      'that are none',
      () => (writeFileSync(at('x.npy'), 'hello, this is text'), at('x.npy')),
      'a .npy file, got a file that begins otherwise',
    ],
    [
      'that are empty',
      () => (writeFileSync(at('x.npy'), ''), at('x.npy')),
      'a .npy file, got a file that begins otherwise',
    ],
    [
      'of an unknown version',
      () => craft(dictionary('|u1', '(1,)'), Uint8Array.of(1), 9),
      'a .npy file of version 1 to 3, got version 9',
    ],
    [
      'of big-endian values',
      () => craft(dictionary('>i4', '(1,)'), new Uint8Array(4)),
      'an array of |u1, <i4, <i8, <f4, <f8, got >i4',
    ],
    [
      'of Python objects',
      () => craft(dictionary('|O', '(1,)'), new Uint8Array(8)),
      'an array of |u1, <i4, <i8, <f4, <f8, got |O',
    ],
    [
      'in Fortran order',
      () => craft(dictionary('|u1', '(2, 2)', 'True'), new Uint8Array(4)),
      'an array in C order, got Fortran order',
    ],
    [
      'with too few bytes',
      () => craft(dictionary('<f8', '(3,)'), new Uint8Array(16)),
      '24 bytes of float64 for the shape (3), got 16 bytes',
    ],
    [
      'with too many bytes',
      () => craft(dictionary('|u1', '(2, 2)'), new Uint8Array(5)),
      '4 bytes of uint8 for the shape (2, 2), got 5 bytes',
    ],
    [
      'of a shape beyond all memory',
      () => craft(dictionary('<f8', '(4294967296, 4294967296)'), new Uint8Array(8)),
      '147573952589676410000 bytes of float64 for the shape (4294967296, 4294967296), got 8 bytes',
    ],
    [
      'of a size beyond all numbers',
      () => craft(dictionary('|u1', '(99999999999999999999,)'), new Uint8Array(1)),
      'an array of a sane shape, got (99999999999999999999,)',
    ],
    [
      'of a negative size',
      () => craft(dictionary('|u1', '(-1,)'), new Uint8Array(1)),
      `a .npy file with descr, fortran_order and shape, got the header "{'descr': '|u1', 'fortran_order': False, 'shape': (-1,), }"`,
    ],
    [
      'that end in their header',
      () => (writeFileSync(at('x.npy'), Buffer.from('\x93NUMPY\x01\x00\x76\x00{', 'latin1')), at('x.npy')),
      'a whole .npy file, got one that ends in its header',
    ],
  ];
  it.each(hostile)('%s are refused', (_, make, rule) => {
    const path = make();
    const problem = { code: 'bad-npy', message: `expected ${path} to be ${rule}` };
    expect(() => readNpy(path)).toThrow(new ProblemError(problem));
  });

  it('of another type or number of dimensions than asked for are refused', () => {
    writeNpy(at('a.npy'), [2, 1], Uint8Array.of(1, 2));
    expect(() => readNpyOf(at('a.npy'), 'int32')).toThrow(
      `expected ${at('a.npy')} to be an array of int32, got uint8`,
    );
    expect(() => readNpyOf(at('a.npy'), 'uint8', 4)).toThrow(
      `expected ${at('a.npy')} to be an array of 4 dimensions, got 2`,
    );
  });

  it('of whatever bytes end in a ProblemError or in an array', () => {
    const header = Buffer.from(
      `\x93NUMPY\x01\x00\x2c\x00${dictionary('|u1', '(3,)').trimEnd().padEnd(60)}`,
      'latin1',
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(80), (noise, place) => {
        const bytes = Buffer.concat([header, Buffer.of(1, 2, 3)]);
        Buffer.from(noise).copy(bytes, place);
        writeFileSync(at('fuzz.npy'), bytes);
        try {
          return readNpy(at('fuzz.npy')).values.length >= 0;
        } catch (error) {
          return error instanceof ProblemError;
        }
      }),
      { numRuns: 300 },
    );
  });
});

const numpy = (() => {
  try {
    return execFileSync('python3', ['-c', 'import numpy; print(numpy.__version__)'], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
  } catch {
    return undefined;
  }
})();

describe.skipIf(numpy === undefined)('NumPy', () => {
  it('opens what we write, and we what it writes', () => {
    writeNpy(at('to.npy'), [2, 2], Float32Array.of(1, 2, 3, 4.5));
    writeNpy(at('bytes.npy'), [1, 2, 2, 1], Uint8Array.of(9, 8, 7, 255));
    const script = `
import numpy as np
a = np.load('to.npy'); b = np.load('bytes.npy')
assert a.dtype == np.float32 and b.shape == (1, 2, 2, 1), (a.dtype, b.shape)
assert a.tolist() == [[1, 2], [3, 4.5]] and b.ravel().tolist() == [9, 8, 7, 255]
np.save('from.npy', np.arange(6, dtype=np.int64).reshape(3, 2))
np.save('scalar.npy', np.float64(2.5))`;
    execFileSync('python3', ['-c', script], { cwd: folder });
    expect(readNpy(at('from.npy'))).toEqual({
      dtype: 'int64',
      shape: [3, 2],
      values: BigInt64Array.of(0n, 1n, 2n, 3n, 4n, 5n),
    });
    expect(readNpy(at('scalar.npy'))).toEqual({ dtype: 'float64', shape: [], values: Float64Array.of(2.5) });
  });
});
