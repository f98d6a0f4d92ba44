/**
 * The validators that `scripts/generate-schemas.mjs` compiled when Assay was built. One module, found from the package's
 * root, so that `src/` under a test runner and `dist/` load the same.
 */
import type { Checker } from './explain-errors.js';
import { linkReferences } from './json-schema.js';

export interface CompiledValidators {
  /** The outer form of an experiment and of a pipeline: all but the stages' settings. */
  readonly experiment: Checker;
  readonly pipeline: Checker;
  /** The space of a sweep, also one inside a choice. */
  readonly space: Checker;
  /** A network with every reference resolved, and the form of a `repeat` among its layers. */
  readonly network: Checker;
  readonly repeat: Checker;
  /** Settings of each stage kind that comes with Assay, complete and resolved. */
  readonly kinds: Readonly<Record<string, Checker>>;
}

let loaded: Promise<CompiledValidators> | undefined;

export function loadValidators(): Promise<CompiledValidators> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<CompiledValidators> {
  const url = new URL('../../dist/config/validators.js', import.meta.url).href;
  const compiled = (await import(url)) as CompiledValidators;
  linkReferences(compiled.network.schema);
  return compiled;
}
