/** What is wrong with a network and only building it shows: one clear sentence, at its place, never a stack of tfjs. */
import { describe, expect, it } from 'vitest';
import type { LayerEntry } from '../../src/models/network.js';
import { problemsOf } from './support.js';

const softmax: LayerEntry = { dense: { units: 10, activation: 'softmax' } };
const ending: LayerEntry[] = ['flatten', softmax];
const conv = (settings: object = {}): LayerEntry => ({ conv2d: { filters: 4, kernelSize: 3, ...settings } });

const cases: readonly (readonly [
  what: string,
  layers: readonly LayerEntry[],
  problems: readonly string[],
])[] = [
  [
    'a window larger than the image',
    [
      conv(),
      'maxPooling2d',
      'maxPooling2d',
      'maxPooling2d',
      { conv2d: { filters: 4, kernelSize: 5 } },
      ...ending,
    ],
    [
      'nothing-left at network.layers.4.conv2d.kernelSize: expected layer 5 (conv2d) to leave something of its input, got -1×-1×4 from 3×3×4 (make it smaller, or take out a layer before it that makes the image smaller)',
    ],
  ],
  [
    'pooling that leaves nothing',
    [{ maxPooling2d: { poolSize: 32 } }, ...ending],
    [
      'nothing-left at network.layers.0.maxPooling2d.poolSize: expected layer 1 (maxPooling2d) to leave something of its input, got 0×0×1 from 28×28×1 (make it smaller, or take out a layer before it that makes the image smaller)',
    ],
  ],
  [
    'cropping more than there is',
    [{ cropping2D: { cropping: 14, name: 'cut' } }, ...ending],
    [
      'nothing-left at network.layers.0.cropping2D.cropping: expected layer 1 "cut" (cropping2D) to leave something of its input, got 0×0×1 from 28×28×1 (make it smaller, or take out a layer before it that makes the image smaller)',
    ],
  ],
  [
    'strides and dilation at once',
    [conv({ strides: [1, 2], dilationRate: 2 }), ...ending],
    [
      'strides-and-dilation at network.layers.0.conv2d.dilationRate: expected the dilationRate of layer 1 (conv2d) to be 1 beside strides of [1,2], got 2 (take out one of them; a pooling layer after it makes the image smaller, too)',
    ],
  ],
  [
    'strides and dilation at once, in a wrapper',
    [
      { timeDistributed: { layer: { conv1d: { filters: 2, kernelSize: 2, strides: 2, dilationRate: 3 } } } },
      ...ending,
    ],
    [
      'strides-and-dilation at network.layers.0.timeDistributed.layer.conv1d.dilationRate: expected the dilationRate of layer 1 (timeDistributed) to be 1 beside strides of 2, got 3 (take out one of them; a pooling layer after it makes the image smaller, too)',
    ],
  ],
  [
    'a convolution over what is flat',
    ['flatten', conv(), ...ending],
    [
      'layer-input at network.layers.1.conv2d: expected the input of layer 2 (conv2d) to be height × width × channels, got 784 from "flatten_1" (put a reshape to height × width × channels before it, or take out what flattened the image)',
    ],
  ],
  [
    'a recurrent layer over an image',
    [{ lstm: { units: 4 } }, softmax],
    [
      'layer-input at network.layers.0.lstm: expected the input of layer 1 (lstm) to be steps × features, got 28×28×1 from "input" (put a reshape to steps × features before it)',
    ],
  ],
  [
    'a layer for each step of what has none',
    ['flatten', { timeDistributed: { layer: { dense: { units: 2 } } } }, softmax],
    [
      'layer-input at network.layers.1.timeDistributed: expected the input of layer 2 (timeDistributed) to be steps × features, got 784 from "flatten_1" (put a reshape to steps × features before it)',
    ],
  ],
  [
    'a row of features repeated that is none',
    [{ repeatVector: { n: 3 } }, ...ending],
    [
      'layer-input at network.layers.0.repeatVector: expected the input of layer 1 (repeatVector) to be a single row of features, got 28×28×1 from "input" (put a flatten or a global pooling before it)',
    ],
  ],
  [
    'flattening twice',
    ['flatten', 'flatten', softmax],
    [
      'layer-input at network.layers.1: expected the input of layer 2 (flatten) to have several sides, got 784 from "flatten_1" (take the layer out: its input is flat already)',
    ],
  ],
  [
    'adding what has other shapes',
    [conv({ name: 'a' }), conv(), { add: { from: ['previous', 'a'] } }, ...ending],
    [
      'incompatible-shapes at network.layers.2.add.from: expected the inputs of layer 3 (add) to have shapes that fit one another, got 24×24×4 from "conv2d_1", 26×26×4 from "a" (give them the same shape, or one that repeats over the other (a side of 1))',
    ],
  ],
  [
    'putting side by side what has other sizes',
    [conv({ name: 'a' }), conv(), { concatenate: { from: ['previous', 'a'] } }, ...ending],
    [
      'incompatible-shapes at network.layers.2.concatenate.from: expected the inputs of layer 3 (concatenate) to have shapes that fit one another, got 24×24×4 from "conv2d_1", 26×26×4 from "a" (all sides but the one along "axis" must be equal)',
    ],
  ],
  [
    'a dot product along sides that differ',
    [
      'flatten',
      { dense: { units: 3, name: 'a' } },
      { dense: { units: 4 } },
      { dot: { axes: 1, from: ['a', 'previous'] } },
      softmax,
    ],
    [
      'incompatible-shapes at network.layers.3.dot.from: expected the inputs of layer 4 (dot) to have shapes that fit one another, got 3 from "a", 4 from "dense_1" (the sides along "axes" must be equal)',
    ],
  ],
  [
    'a shape of other than as many values',
    [{ reshape: { targetShape: [28, 27] } }, ...ending],
    [
      'incompatible-shapes at network.layers.0.reshape.targetShape: expected the target shape of layer 1 (reshape) to be of 784 values, as its input 28×28×1, got [28,27] (put -1 for one side, and it is worked out where that is possible)',
    ],
  ],
  [
    'a shape whose open side can not be worked out',
    [{ reshape: { targetShape: [-1, 5] } }, ...ending],
    [
      'incompatible-shapes at network.layers.0.reshape.targetShape: expected the target shape of layer 1 (reshape) to be of 784 values, as its input 28×28×1, got [-1,5] (put -1 for one side, and it is worked out where that is possible)',
    ],
  ],
  [
    'a shape with two open sides',
    [{ reshape: { targetShape: [-1, -1] } }, ...ending],
    [
      'incompatible-shapes at network.layers.0.reshape.targetShape: expected the target shape of layer 1 (reshape) to be of 784 values, as its input 28×28×1, got [-1,-1] (put -1 for one side, and it is worked out where that is possible)',
    ],
  ],
  [
    'axes that are not there',
    [{ permute: { dims: [2, 1] } }, ...ending],
    [
      "layer-refused at network.layers.0.permute: layer 1 (permute) can't be built on 28×28×1: Input 0 is incompatible with layer permute_1: expected ndim=3, found ndim=4",
    ],
  ],
  [
    'an initializer that does not fit the weight',
    ['flatten', { dense: { units: 4, kernelInitializer: 'identity' } }, softmax],
    [
      "layer-refused at network.layers.1.dense: layer 2 (dense) can't be built on 784: Identity matrix initializer can only be used for 2D square matrices",
    ],
  ],
  [
    'an orthogonal initializer for a single row',
    ['flatten', { dense: { units: 10, activation: 'softmax', biasInitializer: 'orthogonal' } }],
    [
      "layer-refused at network.layers.1.dense: layer 2 (dense) can't be built on 784: Shape must be at least 2D",
    ],
  ],
  [
    'more parameters than fit',
    ['flatten', { dense: { units: 1_000_000 } }, softmax],
    [
      'network-too-large at network.layers.1.dense.units: expected the network to have at most 50,000,000 parameters, got 784,000,000 more by layer 2 (dense) (make it smaller, or pool before it)',
    ],
  ],
  [
    'more values than fit',
    [{ upSampling2d: { size: 64 } }, { upSampling2d: { size: 64 } }, ...ending],
    [
      'network-too-large at network.layers.1.upSampling2d.size: expected layer 2 (upSampling2d) to put out at most 16,777,216 values for an image, got 13,153,337,344 (114688×114688×1)',
    ],
  ],
  [
    'units for other than the classes there are',
    ['flatten', { dense: { units: 12, activation: 'softmax', name: 'probabilities' } }],
    [
      'wrong-output at network.layers.1.dense.units: expected the last layer, layer 2 "probabilities" (dense), to put out 10 values, one for each class, got 12 (write units: ${classes})',
    ],
  ],
  [
    'an output that is not flat',
    [conv({ filters: 10, activation: 'softmax' })],
    [
      'wrong-output at network.layers.0.conv2d: expected the last layer, layer 1 (conv2d), to put out 10 values, one for each class, got 26×26×10 (put a flatten or a global pooling before it)',
    ],
  ],
  [
    'no activation at the end',
    ['flatten', { dense: { units: 10 } }],
    [
      'wrong-output at network.layers.1.dense: expected the activation of the last layer, layer 2 (dense), to be softmax, which makes probabilities, got nothing (write activation: softmax)',
    ],
  ],
  [
    'another activation at the end',
    ['flatten', { dense: { units: 10, activation: 'sigmoid' } }],
    [
      'wrong-output at network.layers.1.dense.activation: expected the activation of the last layer, layer 2 (dense), to be softmax, which makes probabilities, got "sigmoid" (write activation: softmax)',
    ],
  ],
  [
    'dropout at the end',
    ['flatten', softmax, { dropout: { rate: 0.5 } }],
    [
      'wrong-output at network.layers.2.dropout: expected the activation of the last layer, layer 3 (dropout), to be softmax, which makes probabilities, got nothing (add a softmax layer)',
    ],
  ],
  [
    'an input that is not there, misspelt',
    [conv({ name: 'stem' }), { activation: { activation: 'relu', from: 'stern' } }, ...ending],
    [
      'unknown-layer-name at network.layers.1.activation.from: layer 2 (activation) takes its input from "stern", and no layer before it has that name (did you mean "stem"?)',
    ],
  ],
  [
    'an input that comes later',
    [conv({ from: 'late' }), conv({ name: 'late' }), ...ending],
    [
      'layer-ring at network.layers.0.conv2d.from: layer 1 (conv2d) takes its input from "late", which comes later, as layer 2 (a layer takes its input from layers before it)',
    ],
  ],
  [
    'an input that is the layer itself',
    [conv(), { add: { name: 'sum', from: ['previous', 'sum'] } }, ...ending],
    [
      'layer-ring at network.layers.1.add.from.1: layer 2 "sum" (add) takes its input from itself (a layer takes its input from layers before it)',
    ],
  ],
  [
    'a layer that nothing uses',
    [
      conv({ name: 'stem' }),
      conv({ name: 'lost' }),
      { activation: { activation: 'relu', from: 'stem' } },
      ...ending,
    ],
    [
      'unused-layer at network.layers.1.conv2d: nothing takes its input from layer 2 "lost" (conv2d), and it isn\'t the last (take it out, or name it in the "from" of a later layer)',
    ],
  ],
  [
    'a join of one',
    [conv({ name: 'stem' }), { add: { from: ['stem'] } }, ...ending],
    [
      'layer-inputs at network.layers.1.add.from: expected layer 2 (add) to be given two or more inputs, got 1 (name them: from: [previous, stem])',
    ],
  ],
  [
    'a dot product of three',
    [conv({ name: 'a' }), { dot: { axes: 1, from: ['a', 'a', 'input'] } }, ...ending],
    [
      'layer-inputs at network.layers.1.dot.from: expected layer 2 (dot) to be given two inputs, got 3 (name them: from: [previous, a])',
    ],
  ],
  [
    'two inputs for a layer that takes one',
    [conv(), conv({ from: ['input', 'previous'] }), ...ending],
    [
      'layer-inputs at network.layers.1.conv2d.from: expected layer 2 (conv2d) to be given one input, got 2 (join them first, by add or concatenate)',
    ],
  ],
  [
    'a name given twice, and a name that stands for something else, both at once',
    [conv({ name: 'a' }), conv({ name: 'a' }), { flatten: { name: 'input' } }, softmax],
    [
      'duplicate-layer-name at network.layers.1.conv2d.name: expected each layer to have a name of its own, got "a" for layers 1 and 2',
      'reserved-layer-name at network.layers.2.flatten.name: expected the name of layer 3 (flatten) not to be "input", which stands for the image (choose another name)',
    ],
  ],
];

describe('building says what is wrong with', () => {
  it.each(cases)('%s', async (_, layers, problems) => {
    expect(await problemsOf(layers)).toEqual(problems);
  });

  it('nothing that is right', async () => {
    expect(await problemsOf([conv(), ...ending])).toEqual([]);
  });
});
