/**
 * Reads a network's list of layers: names what has no name, works out where each layer takes its input from, and reports
 * everything that is wrong with the wiring at once. Needs no tfjs. Shapes are `build-model.ts`'s.
 */
import type { JsonObject } from '../core/json.js';
import { expected, ProblemError, type Problem, type SourcePosition } from '../core/problem.js';
import { suggestName } from '../core/suggest.js';
import { isMerge } from './layer-facts.js';
import type { LayerEntry, Network, PlannedLayer } from './network.js';

type Locate = (path: readonly (string | number)[]) => SourcePosition | undefined;

/** The image itself, and the layer that stands just before: names that `from` knows and no layer may take. */
export const inputName = 'input';
const previousName = 'previous';

/** How messages call a layer: by its position, its name where the user gave one, and its type. */
export function describeLayer({ position, name, named, type }: PlannedLayer): string {
  return named ? `layer ${position} "${name}" (${type})` : `layer ${position} (${type})`;
}

/**
 * The layers in order, complete.
 * @throws {ProblemError} with every problem of names and wiring.
 */
export function planNetwork(network: Network, locate: Locate): readonly PlannedLayer[] {
  const problems: Problem[] = [];
  const layers = nameLayers(network.layers, locate, problems).map((layer, index, all) =>
    wireLayer(layer, all.slice(0, index), all, locate, problems),
  );
  if (problems.length === 0) problems.push(...unusedLayers(layers, locate));
  const [first, ...others] = problems;
  if (first !== undefined) throw new ProblemError(first, ...others);
  return layers;
}

interface NamedLayer extends Omit<PlannedLayer, 'inputs'> {
  readonly from: string | readonly string[] | undefined;
}

function nameLayers(entries: readonly LayerEntry[], locate: Locate, problems: Problem[]): NamedLayer[] {
  const parsed = entries.map((entry, index) => {
    const [type, settings] = typeof entry === 'string' ? [entry, {}] : Object.entries(entry)[0]!;
    const { name, from, ...config } = settings as JsonObject & { name?: string; from?: string | string[] };
    const path = ['network', 'layers', index, ...(typeof entry === 'string' ? [] : [type])];
    return { position: index + 1, name, type, config, from, path };
  });
  const taken = new Map<string, (typeof parsed)[number]>();
  for (const layer of parsed) {
    const { name } = layer;
    if (name === undefined) continue;
    const at = locate([...layer.path, 'name']);
    if (name === inputName || name === previousName) {
      const message = `expected the name of layer ${layer.position} (${layer.type}) not to be "${name}", which stands for ${name === inputName ? 'the image' : 'the layer before'}`;
      problems.push({ code: 'reserved-layer-name', message, at, fix: 'choose another name' });
    }
    const first = taken.get(name);
    if (first === undefined) {
      taken.set(name, layer);
      continue;
    }
    const firstAt = locate([...first.path, 'name']);
    problems.push({
      code: 'duplicate-layer-name',
      message: `expected each layer to have a name of its own, got "${name}" for layers ${first.position} and ${layer.position}`,
      at,
      related: firstAt === undefined ? [] : [{ message: 'the first one stands here', at: firstAt }],
    });
  }
  const counts = new Map<string, number>();
  return parsed.map(({ name, ...layer }) => {
    if (name !== undefined) return { ...layer, name, named: true };
    let number = counts.get(layer.type) ?? 0;
    do number++;
    while (taken.has(`${layer.type}_${number}`));
    counts.set(layer.type, number);
    return { ...layer, name: `${layer.type}_${number}`, named: false };
  });
}

function wireLayer(
  { from, ...layer }: NamedLayer,
  before: readonly NamedLayer[],
  all: readonly NamedLayer[],
  locate: Locate,
  problems: Problem[],
): PlannedLayer {
  const previous = before.at(-1)?.name ?? inputName;
  const wanted = from === undefined ? [previous] : typeof from === 'string' ? [from] : from;
  const inputs = wanted.map((name) => (name === previousName ? previous : name));
  const planned = { ...layer, inputs };
  wanted.forEach((name, index) => {
    const path = [...layer.path, 'from', ...(typeof from === 'string' ? [] : [index])];
    const known = name === inputName || name === previousName || before.some((one) => one.name === name);
    if (!known) problems.push(unknownInput(planned, name, before, all, locate(path)));
  });
  const at = locate([...layer.path, ...(from === undefined ? [] : ['from'])]);
  if (isMerge(layer.type) && (inputs.length < 2 || (layer.type === 'dot' && inputs.length > 2))) {
    problems.push({
      code: 'layer-inputs',
      message: expected(
        describeLayer(planned),
        `given ${layer.type === 'dot' ? 'two' : 'two or more'} inputs`,
        inputs.length,
      ),
      at,
      fix: `name them: from: [previous, ${before.find(({ named }) => named)?.name ?? inputName}]`,
    });
  } else if (!isMerge(layer.type) && inputs.length !== 1) {
    problems.push({
      code: 'layer-inputs',
      message: expected(describeLayer(planned), 'given one input', inputs.length),
      at,
      fix: 'join them first, by add or concatenate',
    });
  }
  return planned;
}

function unknownInput(
  layer: PlannedLayer,
  name: string,
  before: readonly NamedLayer[],
  all: readonly NamedLayer[],
  at: SourcePosition | undefined,
): Problem {
  const later = all.find((one) => one.name === name);
  if (later !== undefined) {
    const message =
      later.position === layer.position
        ? `${describeLayer(layer)} takes its input from itself`
        : `${describeLayer(layer)} takes its input from "${name}", which comes later, as layer ${later.position}`;
    return { code: 'layer-ring', message, at, fix: 'a layer takes its input from layers before it' };
  }
  const names = [inputName, previousName, ...before.map((one) => one.name)];
  const message = `${describeLayer(layer)} takes its input from "${name}", and no layer before it has that name`;
  return { code: 'unknown-layer-name', message, at, fix: suggestName(name, names) };
}

function unusedLayers(layers: readonly PlannedLayer[], locate: Locate): Problem[] {
  const used = new Set(layers.flatMap(({ inputs }) => inputs));
  return layers.slice(0, -1).flatMap((layer): Problem[] => {
    if (used.has(layer.name)) return [];
    const message = `nothing takes its input from ${describeLayer(layer)}, and it isn't the last`;
    return [
      {
        code: 'unused-layer',
        message,
        at: locate(layer.path),
        fix: 'take it out, or name it in the "from" of a later layer',
      },
    ];
  });
}
