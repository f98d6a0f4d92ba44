/** Layers over sequences (steps × features), such as the rows of an image, and the wrappers round other layers. */
import { generalLayers } from './general-layers.schema.js';
import { imageLayers } from './image-layers.schema.js';
import {
  activation,
  count,
  flag,
  layerType,
  oneLayerOf,
  oneOf,
  rate,
  useBias,
  weight,
} from './layer-settings.schema.js';

const units = count('How many values it remembers and puts out.', 65_536);
// tfjs drops the regularizers of recurrent layers on the way to the loss, so they are not offered.
const shared = {
  activation: activation('What is applied to the output. Default: tanh.'),
  useBias,
  ...weight('kernel', 'weights of the input', 'glorotNormal', false),
  ...weight('recurrent', 'weights of the memory', 'orthogonal', false),
  ...weight('bias', 'biases', 'zeros', false),
  dropout: rate('Share of the input dropped while training. Default: 0.'),
  recurrentDropout: rate('Share of the memory dropped while training. Default: 0.'),
  returnSequences: flag('Whether it puts out every step, or only the last. Default: false.'),
  goBackwards: flag('Whether it reads from the last step to the first. Default: false.'),
};
const recurrentActivation = activation('What is applied to the gates. Default: hardSigmoid.');
const weights = { weights: true };

const recurrentLayers = {
  simpleRNN: layerType('A recurrent layer without gates.', { units }, shared, weights),
  gru: layerType('A gated recurrent unit.', { units }, { ...shared, recurrentActivation }, weights),
  lstm: layerType(
    'Long short-term memory.',
    { units },
    {
      ...shared,
      recurrentActivation,
      unitForgetBias: flag('Whether the biases of the forget gate start as 1. Default: true.'),
    },
    weights,
  ),
};

const { conv1d, maxPooling1d, averagePooling1d, globalMaxPooling1d, globalAveragePooling1d } = imageLayers;
const { dense, flatten } = generalLayers;
const perStep = {
  dense,
  conv1d,
  maxPooling1d,
  averagePooling1d,
  globalMaxPooling1d,
  globalAveragePooling1d,
  flatten,
  ...recurrentLayers,
};

export const sequenceLayers = {
  ...recurrentLayers,
  bidirectional: layerType(
    'A recurrent layer that reads both ways.',
    { layer: oneLayerOf(recurrentLayers, 'The recurrent layer.', true) },
    { mergeMode: oneOf('How the two ways are joined. Default: concat.', 'concat', 'sum', 'mul', 'ave') },
    weights,
  ),
  timeDistributed: layerType(
    'The same layer for each step.',
    { layer: oneLayerOf(perStep, 'The layer for each step.', true) },
    {},
    weights,
  ),
};
