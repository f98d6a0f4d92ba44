/** Recurrent layers and wrappers, with each of their settings. */
import type { JsonObject } from '../../../src/core/json.js';
import type { LayerEntry } from '../../../src/models/network.js';
import { around, fromImage, fromRow, onImage, onSequence, row, training } from './conformance-case.js';

const text = (settings: object): string => JSON.stringify(settings).replaceAll('"', '').slice(1, -1);
const kinds = ['simpleRNN', 'gru', 'lstm'] as const;

/** Settings for one recurrent layer, and whether it then puts out every step. */
const options: readonly JsonObject[] = [
  { goBackwards: true },
  { returnSequences: true },
  { returnSequences: true, goBackwards: true },
  { useBias: false },
  { activation: 'relu' },
  { dropout: 0.3 },
  { recurrentDropout: 0.3 },
];
const gates: readonly JsonObject[] = [{ recurrentActivation: 'sigmoid' }, { recurrentActivation: 'tanh' }];
const endOf = (settings: JsonObject): readonly LayerEntry[] =>
  settings['returnSequences'] === true ? fromImage : fromRow;
const recurrent = (kind: string, settings: JsonObject) =>
  row(`${kind} ${text(settings)}`, around(onSequence, kind, { units: 3, ...settings }, endOf(settings)));

const bidirectional = (kind: string, mergeMode: string, settings: JsonObject = {}) =>
  row(
    `bidirectional ${kind} ${mergeMode} ${text(settings)}`.trim(),
    around(
      onSequence,
      'bidirectional',
      { mergeMode, layer: { [kind]: { units: 2, ...settings } } },
      endOf(settings),
    ),
  );
const perStep = (base: readonly LayerEntry[], layer: LayerEntry) =>
  training(
    `timeDistributed ${JSON.stringify(layer).replaceAll('"', '')}`,
    around(base, 'timeDistributed', { layer }),
  );

export const sequenceCases = [
  ...kinds.map((kind) => training(kind, around(onSequence, kind, { units: 3 }, fromRow))),
  ...kinds.map((kind) =>
    training(
      `${kind} with dropout`,
      around(onSequence, kind, { units: 3, dropout: 0.2, recurrentDropout: 0.2 }, fromRow),
    ),
  ),
  ...kinds.flatMap((kind) => options.map((settings) => recurrent(kind, settings))),
  ...['gru', 'lstm'].flatMap((kind) => gates.map((settings) => recurrent(kind, settings))),
  recurrent('lstm', { unitForgetBias: true }),
  row('lstm upon gru', [
    ...onSequence,
    { gru: { units: 3, returnSequences: true } },
    { lstm: { units: 3 } },
    ...fromRow,
  ]),
  ...['concat', 'sum', 'mul', 'ave'].flatMap((mode) => [
    bidirectional('gru', mode),
    bidirectional('lstm', mode, { returnSequences: true }),
  ]),
  bidirectional('simpleRNN', 'concat', { goBackwards: true }),
  { ...bidirectional('lstm', 'concat', { dropout: 0.2, recurrentDropout: 0.2 }), steps: 20 as const },
  perStep(onSequence, { dense: { units: 3, activation: 'relu' } }),
  perStep(onImage, { conv1d: { filters: 3, kernelSize: 2 } }),
  perStep(onImage, { lstm: { units: 2, dropout: 0.2 } }),
  perStep(onImage, 'flatten'),
  perStep(onImage, { maxPooling1d: { poolSize: 2 } }),
  perStep(onImage, 'globalAveragePooling1d'),
  training('a sequence of columns, by reshape and permute', [
    ...onImage,
    { permute: { dims: [2, 1, 3] } },
    { reshape: { targetShape: [6, 10] } },
    { gru: { units: 3, returnSequences: true } },
    'globalMaxPooling1d',
    ...fromRow,
  ]),
];
