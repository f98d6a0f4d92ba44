import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '../../src/core/problem.js';
import { IdxDatasetSource } from '../../src/data/idx-dataset-source.js';
import { parseIdxImages, parseIdxLabels, unpack } from '../../src/data/idx.js';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { idx, tinySpecification, writeTiny } from './tiny-dataset.js';

const images = (sizes: readonly number[], bytes: number, magic = 0x803) =>
  parseIdxImages('x.idx', idx(magic, sizes, new Uint8Array(bytes)));
const labels = (values: readonly number[], count = values.length) =>
  parseIdxLabels('y.idx', idx(0x801, [count], Uint8Array.from(values)), 10);

describe('IDX files', () => {
  it('are read: sizes, pixels and labels', () => {
    const read = parseIdxImages('x.idx', idx(0x803, [2, 1, 3], Uint8Array.of(1, 2, 3, 4, 5, 6)));
    expect({ ...read, pixels: [...read.pixels] }).toEqual({
      count: 2,
      height: 1,
      width: 3,
      pixels: [1, 2, 3, 4, 5, 6],
    });
    expect(labels([3, 0, 9])).toEqual(Int32Array.of(3, 0, 9));
  });

  it('with another magic are refused', () => {
    expect(() => images([1, 2, 2], 4, 0x801)).toThrow(
      'expected x.idx to be an IDX file of images (magic 0x00000803), got 0x00000801',
    );
    expect(() => parseIdxLabels('y.idx', idx(0x803, [1, 1, 1], Uint8Array.of(1)), 10)).toThrow(
      'expected y.idx to be an IDX file of labels (magic 0x00000801), got 0x00000803',
    );
  });

  it('that are cut short are refused', () => {
    const whole = idx(0x803, [2, 2, 2], new Uint8Array(8));
    expect(() => parseIdxImages('x.idx', whole.subarray(0, 20))).toThrow(
      'expected x.idx to be 8 bytes of images as its header says (2 × 2 × 2), got 4',
    );
    expect(() => parseIdxImages('x.idx', whole.subarray(0, 10))).toThrow(
      'expected x.idx to be an IDX file of images, got one that ends in its header',
    );
    expect(() => parseIdxImages('x.idx', whole.subarray(0, 3))).toThrow(
      'expected x.idx to be an IDX file of images, got 3 bytes',
    );
    expect(() => parseIdxImages('x.idx', new Uint8Array())).toThrow('got 0 bytes');
  });

  it('that go on after their end are refused', () => {
    expect(() => images([2, 2, 2], 9)).toThrow(
      'expected x.idx to be 8 bytes of images as its header says (2 × 2 × 2), got 9',
    );
    expect(() => labels([1, 2, 3], 2)).toThrow(
      'expected y.idx to be 2 bytes of labels as its header says (2), got 3',
    );
  });

  it('that claim sizes which overflow are refused', () => {
    expect(() => images([0xffffffff, 0xffffffff, 0xffffffff], 4)).toThrow(
      'expected x.idx to be 7.9228162458924105e+28 bytes of images as its header says (4294967295 × 4294967295 × 4294967295), got 4',
    );
    // 65536 × 65536 is 0 in 32 bits.
    expect(() => images([65536, 65536, 1], 0)).toThrow('expected x.idx to be 4294967296 bytes of images');
  });

  it('without images are refused', () => {
    expect(() => images([0, 28, 28], 0)).toThrow(
      'expected x.idx to be an IDX file of images, got an empty one (0 × 28 × 28)',
    );
  });

  it('with a label that is no class are refused', () => {
    expect(() => labels([0, 10, 1])).toThrow('expected label 1 of y.idx to be a class from 0 to 9, got 10');
  });

  it('of whatever bytes end in a ProblemError or in what they hold', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.boolean(), (bytes, head) => {
        const all = head ? Buffer.concat([Buffer.of(0, 0, 8, 3), bytes]) : bytes;
        try {
          const read = parseIdxImages('x', unpack('x', all, 1000));
          return read.pixels.length === read.count * read.height * read.width;
        } catch (error) {
          return error instanceof ProblemError;
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('packed files', () => {
  it('are unpacked; what is not packed is left as it is', () => {
    expect(unpack('x', gzipSync(Buffer.from('abc')), 3)).toEqual(Buffer.from('abc'));
    expect(unpack('x', Buffer.from('abc'), 3)).toEqual(Buffer.from('abc'));
  });

  it('that grow beyond the limit are refused before they fill the memory', () => {
    const bomb = gzipSync(Buffer.alloc(200_000_000));
    expect(() => unpack('x.gz', bomb, 1000)).toThrow(
      'expected x.gz to be at most 1000 bytes when unpacked, got more',
    );
    expect(() => unpack('x', Buffer.alloc(1001), 1000)).toThrow(
      'expected x to be at most 1000 bytes when unpacked, got 1001',
    );
  });

  it('that are cut short or damaged are refused', () => {
    const packed = gzipSync(Buffer.from('some text that is packed'));
    expect(() => unpack('x.gz', packed.subarray(0, 20), 1000)).toThrow(
      'expected x.gz to be a whole gzip file, got unexpected end of file',
    );
    const damaged = Buffer.from(packed);
    damaged[damaged.length - 6]! ^= 1;
    expect(() => unpack('x.gz', damaged, 1000)).toThrow(
      'expected x.gz to be a whole gzip file, got incorrect data check',
    );
  });
});

describe('four files together', () => {
  it('with another number of labels than images are refused', async () => {
    const root = mkdtempSync(join(tmpdir(), 'assay-idx-'));
    try {
      const folder = writeTiny(root);
      const specification = tinySpecification([]);
      // Files that are all as specified, and yet do not belong together.
      const source = new IdxDatasetSource(
        { ...specification, trainLabels: specification.testLabels },
        {
          environment: { ASSAY_DATASETS: root },
        },
      );
      writeFileSync(join(folder, 'unrelated'), '');
      const request = {
        seed: 1,
        signal: new AbortController().signal,
        onProgress: () => undefined,
        onWarning: () => undefined,
      };
      await expect(source.load(request)).rejects.toThrow(
        'expected t10k-labels-idx1-ubyte to be labels of 200 images, got 50',
      );
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});
