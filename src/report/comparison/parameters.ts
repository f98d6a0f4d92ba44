/** What differs between runs, as parameters: of a sweep what its trials set, else the settings that are not all the same. */
import { canonicalJson, isJsonObject, type Json } from '../../core/json.js';
import type { ComparedRun, Comparison } from './compared-run.js';
import { objectiveValue } from './objective.js';
import { importances, type Importance } from './statistics/importance.js';
import { observedDomain, type ParameterDomain } from './statistics/parameter-domain.js';

export interface Parameter {
  /** `train.optimizer.learningRate`. */
  readonly path: string;
  /** As much of the path's end as tells it from the others. */
  readonly name: string;
  /** For each run: a plain value; a network by its name; undefined where it has none. */
  readonly values: readonly (Json | undefined)[];
}

/** In the order in which the first run has them. */
export function differingParameters({ runs, sweep }: Pick<Comparison, 'runs' | 'sweep'>): Parameter[] {
  const valuesOf = runs.map((run) => (sweep === undefined ? settingValues(run) : trialValues(run)));
  const paths = [...new Set(valuesOf.flatMap((values) => [...values.keys()]))];
  const differing = paths.flatMap((path) => {
    const values = valuesOf.map((some) => some.get(path));
    const distinct = new Set(values.map((value) => (value === undefined ? '' : canonicalJson(value))));
    return distinct.size > 1 ? [{ path, values }] : [];
  });
  const all = differing.map(({ path }) => path);
  return differing.map(({ path, values }) => ({ path, values, name: shortestName(path, all) }));
}

/** Choices of more than a plain value by their labels. */
function trialValues({ trial, settings }: ComparedRun): Map<string, Json> {
  if (trial === undefined) return new Map(Object.entries(settings));
  return new Map(
    Object.entries(trial.assignments).map(([path, value]) => [
      path,
      typeof value === 'object' && value !== null ? (trial.labels[path] ?? JSON.stringify(value)) : value,
    ]),
  );
}

/** Settings; those of a network's layers are one, its name: two networks differ in a hundred of them. */
function settingValues(run: ComparedRun): Map<string, Json> {
  const values = new Map<string, Json>([['seed', run.seed]]);
  if (run.engine !== '') values.set('engine', run.engine);
  for (const [path, value] of Object.entries(run.settings)) {
    const network = /^(.+?)\.layers\.\d/.exec(path)?.[1];
    if (network === undefined) values.set(path, value);
    else if (!values.has(network)) values.set(network, networkName(run, network));
  }
  return values;
}

function networkName(run: ComparedRun, path: string): string {
  const name = run.settings[`${path}.name`] ?? run.details?.model?.name;
  if (typeof name === 'string' && name !== '') return name;
  const { parameters } = run.metrics;
  const [stage, ...rest] = path.split('.');
  const stages = isJsonObject(run.config.stages) ? run.config.stages : {};
  let place: Json | undefined = stages[stage ?? ''];
  for (const key of ['with', ...rest]) place = isJsonObject(place) ? place[key] : undefined;
  const layers = isJsonObject(place) && Array.isArray(place.layers) ? place.layers.length : 0;
  const size = typeof parameters === 'number' ? `, ${parameters} parameters` : '';
  return `${layers} layers${size}`;
}

function shortestName(path: string, all: readonly string[]): string {
  const parts = path.split('.');
  for (let from = parts.length - 1; from > 0; from -= 1) {
    const name = parts.slice(from).join('.');
    if (!all.some((other) => other !== path && (other === name || other.endsWith(`.${name}`)))) return name;
  }
  return path;
}

/** With fewer runs that have a value, nothing is said of what mattered. */
const leastRuns = 8;

/** By PED-ANOVA, the most important first; none where there are too few runs. Names are `Parameter.path`. */
export function parameterImportances(
  comparison: Pick<Comparison, 'runs' | 'sweep' | 'objective'>,
  parameters: readonly Parameter[],
): readonly Importance[] {
  const { runs, sweep, objective } = comparison;
  const sign = objective.goal === 'maximize' ? -1 : 1;
  const losses = runs.map((run) => {
    const value = objectiveValue(run, objective, sweep?.objectives);
    return value === undefined ? NaN : sign * value;
  });
  if (losses.filter((loss) => Number.isFinite(loss)).length < leastRuns) return [];
  const coded = parameters.map((parameter) => ({ path: parameter.path, ...codes(parameter.values) }));
  const trials = losses.map((loss, run) => ({
    loss,
    parameters: Object.fromEntries(
      coded.flatMap(({ path, of }) => (of[run] === undefined ? [] : [[path, of[run]] as const])),
    ),
  }));
  return importances(trials, new Map(coded.map(({ path, domain }) => [path, domain])));
}

/** Numbers stay what they are; anything else becomes the index of a category. */
function codes(values: readonly (Json | undefined)[]): {
  readonly of: readonly (number | undefined)[];
  readonly domain: ParameterDomain;
} {
  const known = values.filter((value) => value !== undefined);
  if (known.every((value): value is number => typeof value === 'number'))
    return { of: values as readonly (number | undefined)[], domain: observedDomain(known) };
  const texts = [...new Set(known.map((value) => canonicalJson(value)))].sort();
  return {
    of: values.map((value) => (value === undefined ? undefined : texts.indexOf(canonicalJson(value)))),
    domain: { kind: 'category', count: texts.length },
  };
}
