/**
 * Where `assay engine install tensorflow` puts what it made, and what is known of it without loading it: a folder in the
 * user-wide data folder, whole or absent, shared by all projects. Reads files; making them is `install-tensorflow.ts`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataHome, type Environment } from '../../data/data-folders.js';

/** What `installation.json` says, which is written last. */
export interface InstallationFacts {
  readonly tfjsNode: string;
  readonly libtensorflow: string;
  /** Where libtensorflow came from: `tensorflow-cpu 2.21.0, by pip`. */
  readonly source: string;
}

export interface Installation extends InstallationFacts {
  readonly folder: string;
  /** The package @tensorflow/tfjs-node in it. */
  readonly packageFolder: string;
}

/** Of this kind of machine: a data folder may be shared by several. */
export function installationFolder(environment: Environment): string {
  return join(dataHome(environment), 'engines', `tensorflow-${process.platform}-${process.arch}`);
}

export function packageFolderIn(folder: string): string {
  return join(folder, 'node_modules', '@tensorflow', 'tfjs-node');
}

export function factsFileIn(folder: string): string {
  return join(folder, 'installation.json');
}

/** The installation that is here, or nothing. */
export function findInstallation(environment: Environment): Installation | undefined {
  const folder = installationFolder(environment);
  try {
    const facts = JSON.parse(readFileSync(factsFileIn(folder), 'utf8')) as InstallationFacts;
    return { ...facts, folder, packageFolder: packageFolderIn(folder) };
  } catch {
    return undefined;
  }
}
