/** Sequences by layers that network files don't have: embeddings, masks, cells, states that are handed on. */
import { tfLayers } from '../../../src/models/tfjs.js';
import { chain, graph, on, type Layer, type Tensor } from './code-network.js';
import { row, training, type ConformanceCase } from './conformance-case.js';

const { layers } = tfLayers;

const rows = (): Layer => layers.reshape({ targetShape: [5, 12] });
const bytes = { changes: { scaling: { scale: 1, offset: 0 } } };
const embedding = (rest: object = {}): Layer => layers.embedding({ inputDim: 256, outputDim: 3, ...rest });
const sequenceOfPixels = (): Layer => layers.reshape({ targetShape: [60] });
const cell = { units: 3 };
/** Two rows of zeros above and below the image, for a mask to find. */
const framed = (): Layer => layers.zeroPadding2d({ padding: [2, 0] } as never);

export const madeSequences: readonly ConformanceCase[] = [
  training('embedding', chain(sequenceOfPixels, embedding), bytes),
  training(
    'embedding into gru',
    chain(
      () => layers.cropping2D({ cropping: [0, 2] }),
      () => layers.reshape({ targetShape: [20] }),
      embedding,
      () => layers.gru(cell),
    ),
    bytes,
  ),
  row(
    'embedding with a penalty',
    chain(sequenceOfPixels, () =>
      embedding({ embeddingsRegularizer: tfLayers.regularizers.l2({ l2: 0.01 }) }),
    ),
    bytes,
  ),
  row(
    'embedding with a mask',
    chain(
      framed,
      () =>
        layers.cropping2D({
          cropping: [
            [1, 4],
            [2, 2],
          ],
        } as never),
      () => layers.reshape({ targetShape: [16] }),
      () => embedding({ maskZero: true }),
      () => layers.lstm(cell),
    ),
    bytes,
  ),
  row(
    'masking',
    chain(
      framed,
      () => layers.reshape({ targetShape: [9, 12] }),
      () => layers.masking(),
      () => layers.lstm({ ...cell, returnSequences: true }),
    ),
  ),
  row(
    'masking, read backwards',
    chain(
      framed,
      () => layers.reshape({ targetShape: [9, 12] }),
      () => layers.masking(),
      () => layers.gru({ ...cell, goBackwards: true }),
    ),
  ),
  training(
    'rnn of one cell',
    chain(rows, () => layers.rnn({ cell: layers.gruCell(cell) })),
  ),
  training(
    'rnn of two cells',
    chain(rows, () =>
      layers.rnn({
        cell: [layers.gruCell(cell), layers.lstmCell({ ...cell, dropout: 0.2 })] as never,
        returnSequences: true,
      }),
    ),
  ),
  row(
    'an lstm that hands on its state',
    graph((image) => {
      const sequence = on(rows(), image);
      const [, h, c] = layers.lstm({ ...cell, returnState: true }).apply(sequence) as Tensor[];
      return layers.lstm(cell).apply(sequence, { initialState: [h!, c!] }) as Tensor;
    }),
  ),
];
