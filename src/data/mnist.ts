/**
 * MNIST: 60,000 + 10,000 handwritten digits, 28×28, white on black (Y. LeCun, C. Cortes and C. Burges, 1998). What the
 * files are and where they lie; how they are got is `idx-dataset-source.ts`.
 */
import type { DatasetSource } from './dataset-source.js';
import { IdxDatasetSource, type IdxDatasetSpecification } from './idx-dataset-source.js';

const specification: IdxDatasetSpecification = {
  name: 'mnist',
  classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  trainImages: {
    name: 'train-images-idx3-ubyte',
    sha256: 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
    bytes: 47_040_016,
  },
  trainLabels: {
    name: 'train-labels-idx1-ubyte',
    sha256: '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
    bytes: 60_008,
  },
  testImages: {
    name: 't10k-images-idx3-ubyte',
    sha256: '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
    bytes: 7_840_016,
  },
  testLabels: {
    name: 't10k-labels-idx1-ubyte',
    sha256: 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
    bytes: 10_008,
  },
  mirrors: [
    'https://ossci-datasets.s3.amazonaws.com/mnist/',
    'https://storage.googleapis.com/cvdf-datasets/mnist/',
    'http://yann.lecun.com/exdb/mnist/',
  ],
  mirrorsVariable: 'ASSAY_MNIST_MIRRORS',
};

/** The data set `mnist`. */
export function mnist(): DatasetSource {
  return new IdxDatasetSource(specification);
}
