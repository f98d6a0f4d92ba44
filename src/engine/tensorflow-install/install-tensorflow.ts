/**
 * `assay engine install tensorflow`: puts together, in a folder beside the final one, @tensorflow/tfjs-node from npm,
 * libtensorflow from TensorFlow's Python package and the binding between them, compiled here; tries it; and moves it to its
 * place in one step, so that an installation is whole or absent. `uninstall` takes it away again.
 */
import { existsSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { temporaryNameFor, temporaryPrefix } from '../../core/atomic-write.js';
import { makeFolder } from '../../core/make-folder.js';
import { failed, ok, type Result } from '../../core/problem.js';
import { installedPackage } from '../installed-version.js';
import { checkAddon } from './addon-check.js';
import { buildAddon } from './build-addon.js';
import { findTools, type Tools } from './find-tools.js';
import { loadFailed, unsupportedMachine } from './install-problems.js';
import {
  factsFileIn,
  findInstallation,
  installationFolder,
  packageFolderIn,
  type Installation,
  type InstallationFacts,
} from './installation.js';
import { fetchLibtensorflow } from './libtensorflow-files.js';
import { fetchNpmFiles } from './npm-files.js';
import { toolRunner, type RunTool } from './tool-runner.js';

export interface InstallOptions {
  /** The Python that has TensorFlow, or pip to fetch it. */
  readonly python: string;
  readonly signal: AbortSignal;
  /** Told each step as it begins, in one line. */
  readonly report: (line: string) => void;
}

export interface InstallOutcome {
  readonly installation: Installation;
  /** Whether it was here already, and works. */
  readonly present: boolean;
}

/** After so long, a folder that an installation left behind has no owner any more. */
const abandonedMilliseconds = 3_600_000;

/** Removes what interrupted installations of this engine left beside its folder. */
function sweep(folder: string): void {
  const beside = dirname(folder);
  if (!existsSync(beside)) return;
  for (const name of readdirSync(beside)) {
    const path = join(beside, name);
    if (!name.startsWith(`${temporaryPrefix}${basename(folder)}-`)) continue;
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0);
    if (age > abandonedMilliseconds) rmSync(path, { recursive: true, force: true });
  }
}

/** Everything in `folder`, which is empty before and complete afterwards. */
async function assemble(
  folder: string,
  version: string,
  tools: Tools,
  run: RunTool,
  report: InstallOptions['report'],
): Promise<Result<InstallationFacts>> {
  const packageFolder = packageFolderIn(folder);
  const libraries = join(folder, 'libtensorflow');
  const work = join(folder, 'work');
  report(`1/4 libtensorflow, by ${tools.python.command} (Python ${tools.python.version})`);
  const files = await fetchLibtensorflow(tools.python, libraries, work, run);
  if (!files.ok) return files;
  report(`2/4 @tensorflow/tfjs-node ${version}, by npm`);
  const nodeHeaders = await fetchNpmFiles(folder, version, run);
  if (!nodeHeaders.ok) return nodeHeaders;
  report(`3/4 the binding between them, by ${tools.compiler}`);
  const tensorflowHeaders = files.value.headers;
  const sources = { packageFolder, libraries, nodeHeaders: nodeHeaders.value, tensorflowHeaders };
  const built = await buildAddon(tools.compiler, sources, run);
  if (!built.ok) return built;
  rmSync(work, { recursive: true, force: true });
  report('4/4 trying it');
  const check = await checkAddon(packageFolder);
  if (!check.works) return failed(loadFailed(check.reason));
  const facts = { tfjsNode: version, libtensorflow: check.libtensorflow, source: files.value.source };
  writeFileSync(factsFileIn(folder), `${JSON.stringify(facts, undefined, 2)}\n`);
  return ok(facts);
}

/** Moves `made` to its place. What was there, from an earlier version or broken, goes. */
function putInPlace(made: string, folder: string): void {
  const old = temporaryNameFor(folder);
  if (existsSync(folder)) renameSync(folder, old);
  renameSync(made, folder);
  rmSync(old, { recursive: true, force: true });
}

/** Problems for what this machine lacks. Throws as `fs` does, and the signal's reason when that is aborted. */
export async function installTensorflow(options: InstallOptions): Promise<Result<InstallOutcome>> {
  const supported = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);
  if (!supported) return failed(unsupportedMachine());
  const version = installedPackage('@tensorflow/tfjs-core')?.version;
  if (version === undefined) throw new Error('tfjs is not installed, though Assay depends on it');
  const folder = installationFolder(process.env);
  const before = findInstallation(process.env);
  if (before?.tfjsNode === version && (await checkAddon(before.packageFolder)).works)
    return ok({ installation: before, present: true });

  const run = toolRunner(options.signal);
  const tools = await findTools(options.python, run);
  if (!tools.ok) return tools;
  sweep(folder);
  const made = temporaryNameFor(folder);
  makeFolder(made);
  try {
    const facts = await assemble(made, version, tools.value, run, options.report);
    if (!facts.ok) return facts;
    options.signal.throwIfAborted();
    putInPlace(made, folder);
    return ok({
      installation: { ...facts.value, folder, packageFolder: packageFolderIn(folder) },
      present: false,
    });
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

/** @returns the folder that is gone, or nothing when there was none. */
export function uninstallTensorflow(): string | undefined {
  const folder = installationFolder(process.env);
  sweep(folder);
  if (!existsSync(folder)) return undefined;
  const old = temporaryNameFor(folder);
  renameSync(folder, old);
  rmSync(old, { recursive: true, force: true });
  return folder;
}
