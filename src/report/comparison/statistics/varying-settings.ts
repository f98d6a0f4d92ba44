/** Which settings tell runs apart: the columns of the table, the axes of the parallel coordinates. */
import { canonicalJson, type Json } from '../../../core/json.js';
import { yamlFlow } from '../../yaml-text.js';
import type { ComparedRun } from '../compared-run.js';
import { isOneSweep } from './best-so-far.js';
import { looksLogarithmic } from './parameter-domain.js';

export interface VaryingSetting {
  /** Dotted: `train.batchSize`. */
  readonly path: string;
  /** `log-number`: its values are spaced by their logarithm, all above 0. */
  readonly kind: 'number' | 'log-number' | 'category';
  /** Whether a sweep searched it. */
  readonly inSpace: boolean;
  /** In the order of the runs: the number, or the index of the category; null of a run that does not have it. */
  readonly values: readonly (number | null)[];
  /** Of a category, what each index means to people; numbers first by size, then by the alphabet. Else empty. */
  readonly categories: readonly string[];
}

export interface VaryingSettings {
  /** Those of a sweep's space first, each group in the order in which runs name them. */
  readonly shown: readonly VaryingSetting[];
  /** Those that differ only because another does. */
  readonly derived: readonly VaryingSetting[];
}

/** Fewer different numbers than this are categories to the eye. */
const leastNumbers = 3;

/**
 * Settings that are not the same in all runs; one that only some runs have differs too. Derived are those that lie inside
 * one that a sweep sets (the layers of a network that it chose); in trials of one sweep all that its space does not name;
 * and those that are, in every run, what a parameter of `params:` is, to which they most likely refer.
 * @param logarithmic paths known to be searched by their logarithm; the values of others decide
 */
export function varyingSettings(
  runs: readonly ComparedRun[],
  logarithmic: ReadonlySet<string> = new Set(),
): VaryingSettings {
  const space = new Set(runs.flatMap(({ trial }) => Object.keys(trial?.assignments ?? {})));
  const paths = new Set([...space, ...runs.flatMap(({ settings }) => Object.keys(settings))]);
  const ofOneSweep = isOneSweep(runs);
  const shown: VaryingSetting[] = [];
  const derived: VaryingSetting[] = [];
  const parameters = new Set<string>();
  const columns = [...paths].map((path) => {
    const values = runs.map((run) => valueOf(run, path));
    const texts = values.map((value) => (value === undefined ? '' : canonicalJson(value)));
    const varies = new Set(texts).size > 1;
    const fingerprint = JSON.stringify(texts);
    if (varies && path.startsWith('params.')) parameters.add(fingerprint);
    return { path, values, varies, fingerprint };
  });
  for (const { path, values, varies, fingerprint } of columns) {
    if (!varies) continue;
    const inSpace = space.has(path);
    const refers = !path.startsWith('params.') && parameters.has(fingerprint);
    const isDerived = !inSpace && (ofOneSweep || liesInside(path, space) || refers);
    (isDerived ? derived : shown).push({ path, inSpace, ...asNumbers(values, logarithmic.has(path)) });
  }
  return { shown, derived };
}

/** What a sweep assigned, as people read it where it is more than a scalar; else the setting. */
function valueOf({ trial, settings }: ComparedRun, path: string): Json | undefined {
  const assigned = trial?.assignments[path];
  if (assigned === undefined) return settings[path];
  return typeof assigned === 'object' ? (trial?.labels[path] ?? yamlFlow(assigned)) : assigned;
}

function liesInside(path: string, space: ReadonlySet<string>): boolean {
  for (let end = path.lastIndexOf('.'); end > 0; end = path.lastIndexOf('.', end - 1))
    if (space.has(path.slice(0, end))) return true;
  return false;
}

function asNumbers(
  values: readonly (Json | undefined)[],
  logarithmic: boolean,
): Pick<VaryingSetting, 'kind' | 'values' | 'categories'> {
  const present = values.filter((value) => value !== undefined);
  const numbers = present.filter((value) => typeof value === 'number');
  if (numbers.length === present.length && new Set(numbers).size >= leastNumbers) {
    const log = looksLogarithmic(numbers) || (logarithmic && numbers.every((value) => value > 0));
    return {
      kind: log ? 'log-number' : 'number',
      values: values.map((value) => (typeof value === 'number' ? value : null)),
      categories: [],
    };
  }
  const label = (value: Json): string => (typeof value === 'string' ? value : yamlFlow(value));
  const categories = [...new Set(present.map(label))].sort(bySizeThenAlphabet);
  const index = new Map(categories.map((name, i) => [name, i]));
  return {
    kind: 'category',
    values: values.map((value) => (value === undefined ? null : index.get(label(value))!)),
    categories,
  };
}

function bySizeThenAlphabet(a: string, b: string): number {
  const [x, y] = [Number(a), Number(b)];
  if (!Number.isNaN(x) && !Number.isNaN(y)) return x - y;
  if (Number.isNaN(x) !== Number.isNaN(y)) return Number.isNaN(x) ? 1 : -1;
  return a < b ? -1 : a > b ? 1 : 0;
}
