/** Which settings tell runs apart: the columns of the table, the axes of the parallel coordinates. */
import { canonicalJson, type Json } from '../../../core/json.js';
import { yamlFlow } from '../../yaml-text.js';
import type { ComparedRun } from '../compared-run.js';
import { isOneSweep } from './best-so-far.js';
import { bySize } from './number-text.js';
import { looksLogarithmic, type NumberDomain } from './parameter-domain.js';
import { tellsOf, withRun } from './with-run.js';

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
 * Settings that are not the same in all runs; one that only some runs have differs too, but a trial that came to no run lacks
 * all that its sweep did not draw, and so has no say in that. Derived are those that lie inside one that a sweep sets (the
 * layers of a network that it chose); in trials of one sweep all that its space does not name; and those that are, in every
 * run, what a parameter of `params:` is, to which they most likely refer.
 * @param domains of the numbers that a sweep searched, by path: whether they are spaced by their logarithm; of others the
 * values decide
 */
export function varyingSettings(
  runs: readonly ComparedRun[],
  domains: ReadonlyMap<string, NumberDomain> = new Map(),
): VaryingSettings {
  const space = new Set(runs.flatMap(({ trial }) => Object.keys(trial?.assignments ?? {})));
  const paths = new Set([...space, ...runs.flatMap(({ settings }) => Object.keys(settings))]);
  const compared = new Set(withRun(runs));
  const ofOneSweep = isOneSweep(runs);
  const shown: VaryingSetting[] = [];
  const derived: VaryingSetting[] = [];
  const parameters = new Set<string>();
  const columns = [...paths].map((path) => {
    const values = runs.map((run) => valueOf(run, path));
    const texts = values.map((value) => (value === undefined ? '' : canonicalJson(value)));
    const varies = new Set(texts.filter((_, index) => tellsOf(runs[index]!, path))).size > 1;
    const fingerprint = JSON.stringify(texts.filter((_, index) => compared.has(runs[index]!)));
    if (varies && path.startsWith('params.')) parameters.add(fingerprint);
    return { path, values, varies, fingerprint };
  });
  for (const { path, values, varies, fingerprint } of columns) {
    if (!varies) continue;
    const inSpace = space.has(path);
    const refers = !path.startsWith('params.') && parameters.has(fingerprint);
    const isDerived = !inSpace && (ofOneSweep || liesInside(path, space) || refers);
    (isDerived ? derived : shown).push({ path, inSpace, ...asNumbers(values, domains.get(path)?.log) });
  }
  return { shown, derived };
}

/** What a sweep assigned, as people read it where it is more than a scalar; else the setting. */
function valueOf({ trial, settings }: ComparedRun, path: string): Json | undefined {
  const assigned = trial?.assignments[path];
  if (assigned === undefined) return settings[path] ?? wholeOf(settings, path);
  return typeof assigned === 'object' ? (trial?.labels[path] ?? yamlFlow(assigned)) : assigned;
}

/** What another sweep chose as a whole: of this run by its kind or name, else by all that lies in it. */
function wholeOf(settings: ComparedRun['settings'], path: string): Json | undefined {
  const kind = settings[`${path}.kind`] ?? settings[`${path}.name`];
  if (kind !== undefined) return kind;
  const inner = Object.entries(settings).filter(([key]) => key.startsWith(`${path}.`));
  if (inner.length === 0) return undefined;
  return yamlFlow(Object.fromEntries(inner.map(([key, value]) => [key.slice(path.length + 1), value])));
}

function liesInside(path: string, space: ReadonlySet<string>): boolean {
  for (let end = path.lastIndexOf('.'); end > 0; end = path.lastIndexOf('.', end - 1))
    if (space.has(path.slice(0, end))) return true;
  return false;
}

function asNumbers(
  values: readonly (Json | undefined)[],
  logarithmic: boolean | undefined,
): Pick<VaryingSetting, 'kind' | 'values' | 'categories'> {
  const present = values.filter((value) => value !== undefined);
  const numbers = present.filter((value) => typeof value === 'number');
  if (numbers.length === present.length && new Set(numbers).size >= leastNumbers) {
    const log =
      logarithmic === undefined
        ? looksLogarithmic(numbers)
        : logarithmic && numbers.every((value) => value > 0);
    return {
      kind: log ? 'log-number' : 'number',
      values: values.map((value) => (typeof value === 'number' ? value : null)),
      categories: [],
    };
  }
  // Six digits tell two numbers apart, but for rare ones.
  const short = (value: number) => Number(value.toPrecision(6));
  const isShort = new Set(numbers.map(short)).size === new Set(numbers).size;
  const label = (value: Json): string =>
    typeof value === 'string' ? value : yamlFlow(typeof value === 'number' && isShort ? short(value) : value);
  const categories = [...new Set(present.map(label))].sort(bySizeThenAlphabet);
  const index = new Map(categories.map((name, i) => [name, i]));
  return {
    kind: 'category',
    values: values.map((value) => (value === undefined ? null : index.get(label(value))!)),
    categories,
  };
}

function bySizeThenAlphabet(a: string, b: string): number {
  return bySize(a, b, () => (a < b ? -1 : a > b ? 1 : 0));
}
