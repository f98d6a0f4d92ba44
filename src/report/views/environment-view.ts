/** Where the run took place, and how to bring it back. */
import { formatBytes } from '../../core/format-units.js';
import type { RunFacts } from '../../stages/stage.js';
import { capitalised, plural } from './format.js';

export interface Fact {
  readonly label: string;
  readonly value: string;
}

export interface EnvironmentView {
  readonly sentence: string;
  readonly machine: readonly Fact[];
  readonly versions: readonly Fact[];
}

export interface ReproductionView {
  readonly sentence: string;
  readonly commands: readonly { readonly purpose: string; readonly command: string }[];
}

const machineLabels: Readonly<Record<string, string>> = {
  host: 'Host',
  platform: 'Platform',
  architecture: 'Architecture',
  processor: 'Processor',
  cores: 'Cores',
  memoryBytes: 'Memory',
  provider: 'Provider',
  threads: 'Threads',
};

export function environmentView(run: RunFacts): EnvironmentView {
  const { machine, versions, engine } = run;
  const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
  const cores = typeof machine.cores === 'number' ? ` with ${plural(machine.cores, 'core')}` : '';
  const processor = typeof machine.processor === 'string' ? machine.processor : 'an unnamed processor';
  return {
    sentence: `Trained by the engine ${engine} on ${processor}${cores}.`,
    machine: Object.entries(machine).map(([key, value]) => ({
      label: machineLabels[key] ?? key,
      value: key === 'memoryBytes' && typeof value === 'number' ? formatBytes(value) : text(value),
    })),
    versions: Object.entries(versions).map(([label, value]) => ({ label, value })),
  };
}

export function reproductionView({ git, command, seed, engine }: RunFacts): ReproductionView {
  const dirty = git?.dirty === true;
  const promise = `the same seed (${seed}) on the same engine (${engine}) gives the same numbers.`;
  const keep = git === undefined ? ' It was not run from a git repository, so keep its files.' : '';
  return {
    sentence: dirty
      ? `It was run with changes that commit ${git.commit.slice(0, 10)} does not hold, and nobody else has; the commit alone may give other numbers. With those changes, ${promise}`
      : `${capitalised(promise)}${keep}`,
    commands: [
      ...(git === undefined
        ? []
        : [
            {
              purpose: dirty
                ? 'Get the files of the commit, then put the changes back'
                : 'Get the same files',
              command: `git checkout ${git.commit}`,
            },
          ]),
      { purpose: 'Install the same packages', command: 'npm ci' },
      { purpose: 'Run it again', command },
    ],
  };
}
