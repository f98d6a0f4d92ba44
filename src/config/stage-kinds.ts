/** A stage kind with what checks its settings, and the table of those that come with Assay. */
import { builtInStages } from '../stages/registry.js';
import type { StageDescriptor } from '../stages/stage.js';
import type { CompiledValidators } from './compiled-validators.js';
import type { Checker } from './explain-errors.js';

export interface StageKind extends Checker {
  readonly descriptor: StageDescriptor;
}

export type StageKinds = ReadonlyMap<string, StageKind>;

export function builtInKinds(validators: CompiledValidators): StageKinds {
  return new Map(
    Object.entries(builtInStages).map(([name, descriptor]) => {
      const checker = validators.kinds[name];
      if (checker === undefined)
        throw new Error(`the stage kind ${name} has no compiled schema; run: npm run build`);
      return [name, { descriptor, ...checker }];
    }),
  );
}
