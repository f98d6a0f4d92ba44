/** What can be wrong with shapes while a network is built, as problems that name the layer. Owns their sentences. */
import { formatCount } from '../core/format-units.js';
import { expected, ProblemError, type SourcePosition } from '../core/problem.js';
import { inputForm, isMerge, sizeSetting } from './layer-facts.js';
import { describeLayer } from './network-plan.js';
import type { PlannedLayer } from './network.js';
import { mostParameters } from './weight-guard.js';

export type Locate = (path: readonly (string | number)[]) => SourcePosition | undefined;

/** What one layer hands to the next, without the batch. */
interface NamedShape {
  readonly from: string;
  readonly shape: readonly number[];
}

/** Values that one layer may put out for one image: 64 MB as float32. */
const mostOutputs = 16_777_216;

/** `28×28×1`; sides that tfjs could not work out are `?`. */
export function showShape(shape: readonly (number | null)[]): string {
  return shape.map((side) => (side === null || Number.isNaN(side) ? '?' : side)).join('×');
}

/** @throws {ProblemError} `layer-input` or `incompatible-shapes` when the layer can't take what comes before it. */
export function checkInputForm(layer: PlannedLayer, inputs: readonly NamedShape[], locate: Locate): void {
  const { from, shape } = inputs[0]!;
  if (layer.type === 'flatten' && shape.length === 1) {
    throw new ProblemError({
      code: 'layer-input',
      message: `expected the input of ${describeLayer(layer)} to have several sides, got ${showShape(shape)} from "${from}"`,
      at: locate(layer.path),
      fix: 'take the layer out: its input is flat already',
    });
  }
  if (layer.type === 'reshape') checkTargetShape(layer, shape, locate);
  const wanted =
    layer.type === 'timeDistributed' && shape.length < 2
      ? { rank: 2, form: 'steps × features' }
      : inputForm(layer.type);
  if (wanted === undefined || wanted.rank === shape.length) return;
  throw new ProblemError({
    code: 'layer-input',
    message: `expected the input of ${describeLayer(layer)} to be ${wanted.form}, got ${showShape(shape)} from "${from}"`,
    at: locate(layer.path),
    fix:
      wanted.rank === 1
        ? 'put a flatten or a global pooling before it'
        : `put a reshape to ${wanted.form} before it${wanted.rank === 3 ? ', or take out what flattened the image' : ''}`,
  });
}

function checkTargetShape(layer: PlannedLayer, input: readonly number[], locate: Locate): void {
  const target = layer.config['targetShape'] as readonly number[];
  const product = (sides: readonly number[]): number => sides.reduce((all, side) => all * side, 1);
  const open = target.filter((side) => side === -1).length;
  const known = product(target.filter((side) => side !== -1));
  const values = product(input);
  if (open === 0 ? known === values : open === 1 && values % known === 0) return;
  throw new ProblemError({
    code: 'incompatible-shapes',
    message: expected(
      `the target shape of ${describeLayer(layer)}`,
      `of ${formatCount(values)} values, as its input ${showShape(input)}`,
      target,
    ),
    at: locate([...layer.path, 'targetShape']),
    fix: 'put -1 for one side, and it is worked out where that is possible',
  });
}

/** @throws {ProblemError} `nothing-left` or `network-too-large`. */
export function checkOutputShape(
  layer: PlannedLayer,
  inputs: readonly NamedShape[],
  output: readonly (number | null)[],
  locate: Locate,
): void {
  const at = locate([...layer.path, ...sizeSetting(layer.config)]);
  if (!output.every((side) => side !== null && Number.isInteger(side) && side > 0)) {
    throw new ProblemError({
      code: 'nothing-left',
      message: `expected ${describeLayer(layer)} to leave something of its input, got ${showShape(output)} from ${showShape(inputs[0]!.shape)}`,
      at,
      fix: 'make it smaller, or take out a layer before it that makes the image smaller',
    });
  }
  const values = (output as readonly number[]).reduce((product, side) => product * side, 1);
  if (values > mostOutputs) {
    throw new ProblemError({
      code: 'network-too-large',
      message: `expected ${describeLayer(layer)} to put out at most ${formatCount(mostOutputs)} values for an image, got ${formatCount(values)} (${showShape(output)})`,
      at,
    });
  }
}

export function tooManyParameters(layer: PlannedLayer, parameters: number, locate: Locate): ProblemError {
  return new ProblemError({
    code: 'network-too-large',
    message: `expected the network to have at most ${formatCount(mostParameters)} parameters, got ${formatCount(parameters)} more by ${describeLayer(layer)}`,
    at: locate([...layer.path, ...sizeSetting(layer.config, ['units', 'filters', 'layer'])]),
    fix: 'make it smaller, or pool before it',
  });
}

/** What tfjs said against a layer, in one line; shapes that do not fit are told in our own words. */
export function layerRefused(
  layer: PlannedLayer,
  inputs: readonly NamedShape[],
  error: unknown,
  locate: Locate,
): unknown {
  if (!isRefusal(error)) return error;
  if (isMerge(layer.type)) {
    const shapes = inputs.map(({ from, shape }) => `${showShape(shape)} from "${from}"`).join(', ');
    return new ProblemError({
      code: 'incompatible-shapes',
      message: `expected the inputs of ${describeLayer(layer)} to have shapes that fit one another, got ${shapes}`,
      at: locate([...layer.path, 'from']),
      fix:
        mergeFixes[layer.type] ??
        'give them the same shape, or one that repeats over the other (a side of 1)',
    });
  }
  return new ProblemError({
    code: 'layer-refused',
    message: `${describeLayer(layer)} can't be built on ${showShape(inputs[0]!.shape)}: ${oneLine(error)}`,
    at: locate(layer.path),
  });
}

const mergeFixes: Readonly<Record<string, string>> = {
  concatenate: 'all sides but the one along "axis" must be equal',
  dot: 'the sides along "axes" must be equal',
};

export function networkFails(error: unknown, locate: Locate): unknown {
  if (!isRefusal(error)) return error;
  const message = `the network can be put together but doesn't run: ${oneLine(error)}`;
  return new ProblemError({ code: 'layer-refused', message, at: locate(['network']) });
}

/** tfjs refuses by plain errors; anything of the language's own kinds is a bug, and must stay one. */
function isRefusal(error: unknown): error is Error {
  const bug = error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
  return error instanceof Error && !bug;
}

function oneLine(error: Error): string {
  return error.message.replace(/\s+/g, ' ').trim().replace(/\.$/, '').slice(0, 200);
}

/** @throws {ProblemError} `wrong-output` unless the last layer puts out one probability for each class. */
export function checkOutput(
  last: PlannedLayer,
  shape: readonly number[],
  classes: number,
  locate: Locate,
): void {
  const layer = `the last layer, ${describeLayer(last)},`;
  if (shape.length !== 1) {
    throw new ProblemError({
      code: 'wrong-output',
      message: `expected ${layer} to put out ${classes} values, one for each class, got ${showShape(shape)}`,
      at: locate(last.path),
      fix: 'put a flatten or a global pooling before it',
    });
  }
  if (shape[0] !== classes) {
    throw new ProblemError({
      code: 'wrong-output',
      message: `expected ${layer} to put out ${classes} values, one for each class, got ${shape[0]}`,
      at: locate([...last.path, ...('units' in last.config ? ['units'] : [])]),
      fix: 'write units: ${classes}',
    });
  }
  if (last.type === 'softmax' || last.config['activation'] === 'softmax') return;
  throw new ProblemError({
    code: 'wrong-output',
    message: expected(
      `the activation of ${layer}`,
      'softmax, which makes probabilities',
      last.config['activation'],
    ),
    at: locate([...last.path, ...('activation' in last.config ? ['activation'] : [])]),
    fix:
      'activation' in last.config || last.type === 'dense'
        ? 'write activation: softmax'
        : 'add a softmax layer',
  });
}
