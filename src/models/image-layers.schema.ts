/** Layers over images: convolution, pooling, resizing. Kernels, sizes and strides are vertical before horizontal. */
import {
  activation,
  count,
  edges,
  layerType,
  oneOf,
  padding,
  pair,
  useBias,
  weight,
} from './layer-settings.schema.js';

const filters = count('How many different patterns it looks for; the channels it puts out.', 65_536);
const kernelSize = pair('How large a window it looks at.', 1);
const strides = pair('How far the window moves each time. Default: 1.', 1);
const dilationRate = pair(
  'How far apart the places of the window lie. Default: 1; anything else only with strides of 1.',
  1,
);
const bias = { useBias, ...weight('bias', 'biases', 'zeros') };
const kernel = weight('kernel', 'kernel weights', 'glorotNormal');
// tfjs saves this layer's regularizer a second time, as a constraint, and then can't load it.
const depthwise = weight('depthwise', 'depthwise weights', 'glorotNormal', false);
const depthMultiplier = count('How many outputs for each input channel. Default: 1.', 1024);
const weights = { weights: true };

const poolSize = pair('How large a window becomes one value. Default: 2.', 1);
const poolStrides = pair('How far the window moves each time. Default: the size of the window.', 1);
const length = (description: string) => count(description, 65_536);

const pooling2d = (what: string) =>
  layerType(`${what} of each window of an image.`, {}, { poolSize, strides: poolStrides, padding });
const pooling1d = (what: string) =>
  layerType(
    `${what} of each window of a sequence.`,
    {},
    {
      poolSize: length('How many steps become one. Default: 2.'),
      strides: length('How far the window moves each time. Default: the size of the window.'),
      padding,
    },
  );
const globalPooling = (what: string) =>
  layerType(`${what} over all positions; one value for each channel is left.`, {}, {});

export const imageLayers = {
  conv2d: layerType(
    'Convolution over an image.',
    { filters, kernelSize },
    { strides, padding, dilationRate, activation: activation(), ...bias, ...kernel },
    weights,
  ),
  depthwiseConv2d: layerType(
    'Convolution of each channel by itself.',
    { kernelSize },
    { strides, padding, dilationRate, depthMultiplier, activation: activation(), ...bias, ...depthwise },
    weights,
  ),
  separableConv2d: layerType(
    'A convolution of each channel by itself, then one across channels: fewer weights than conv2d.',
    { filters, kernelSize },
    {
      strides,
      padding,
      dilationRate,
      activation: activation(),
      ...bias,
      ...weight('depthwise', 'depthwise weights', 'glorotUniform'),
      ...weight('pointwise', 'pointwise weights', 'glorotUniform'),
    },
    weights,
  ),
  conv2dTranspose: layerType(
    'Convolution the other way round: makes an image larger by its strides.',
    { filters, kernelSize },
    { strides, padding, activation: activation(), ...bias, ...kernel },
    weights,
  ),
  conv1d: layerType(
    'Convolution over a sequence (steps × features), such as the rows of an image.',
    { filters, kernelSize: length('How many steps it looks at.') },
    {
      strides: length('How far the window moves each time. Default: 1.'),
      padding,
      dilationRate: length(
        'How far apart the steps that it looks at lie. Default: 1; anything else only with strides of 1.',
      ),
      activation: activation(),
      ...bias,
      ...kernel,
    },
    weights,
  ),
  maxPooling2d: pooling2d('The largest value'),
  averagePooling2d: pooling2d('The mean'),
  globalMaxPooling2d: globalPooling('The largest value'),
  globalAveragePooling2d: globalPooling('The mean'),
  maxPooling1d: pooling1d('The largest value'),
  averagePooling1d: pooling1d('The mean'),
  globalMaxPooling1d: globalPooling('The largest value'),
  globalAveragePooling1d: globalPooling('The mean'),
  cropping2D: layerType('Cuts off edges.', { cropping: edges('How many rows and columns to cut off.') }, {}),
  zeroPadding2d: layerType(
    'Puts zeros round the edge.',
    {},
    { padding: edges('How many rows and columns of zeros. Default: 1.') },
  ),
  upSampling2d: layerType(
    'Makes an image larger by whole factors.',
    {},
    {
      size: pair('Factors. Default: 2.', 1, 64),
      interpolation: oneOf('How new pixels are made. Default: nearest.', 'nearest', 'bilinear'),
    },
  ),
};
