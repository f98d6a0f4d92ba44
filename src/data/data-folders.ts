/**
 * Where copies of data sets lie: the user's own folder named by ASSAY_DATASETS, and the user-wide folder that downloads
 * are kept in (an installed engine too). Knows the environment variables; touches no file.
 */
import { join, resolve } from 'node:path';
import envPaths from 'env-paths';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A variable's value; empty counts as not set. */
function variable(environment: Environment, name: string): string | undefined {
  const value = environment[name]?.trim();
  return value === undefined || value === '' ? undefined : value;
}

/** The folder of a data set that the user brought along (`ASSAY_DATASETS/<name>`), if that is set. */
export function broughtFolder(environment: Environment, dataset: string): string | undefined {
  const root = variable(environment, 'ASSAY_DATASETS');
  return root === undefined ? undefined : join(resolve(root), dataset);
}

/** The user-wide folder: ASSAY_DATA_HOME, else the operating system's (on Linux `~/.local/share/assay`). */
export function dataHome(environment: Environment): string {
  const home = variable(environment, 'ASSAY_DATA_HOME');
  return home === undefined ? envPaths('assay', { suffix: '' }).data : resolve(home);
}

/** The folder for downloads of a data set. */
export function downloadFolder(environment: Environment, dataset: string): string {
  return join(dataHome(environment), 'datasets', dataset);
}

/** Base URLs from a variable such as ASSAY_MNIST_MIRRORS, separated by commas, each ending in a slash; else `standard`. */
export function mirrorsFrom(
  environment: Environment,
  name: string,
  standard: readonly string[],
): readonly string[] {
  const listed = (variable(environment, name) ?? '').split(',').map((url) => url.trim());
  const named = listed.filter((url) => url !== '').map((url) => (url.endsWith('/') ? url : `${url}/`));
  return named.length === 0 ? standard : named;
}
