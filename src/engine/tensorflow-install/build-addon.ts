/**
 * Compiles the binding of @tensorflow/tfjs-node: the two source files of its npm package, as its binding.gyp says, but
 * linked with the libtensorflow of TensorFlow's Python package, whose C functions lie in libtensorflow_cc. One call of the
 * compiler needs neither node-gyp nor make.
 */
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { makeFolder } from '../../core/make-folder.js';
import { failed, ok, type Result } from '../../core/problem.js';
import { buildFailed } from './install-problems.js';
import type { RunTool } from './tool-runner.js';

/** The latest that tfjs-node 4.22 looks for; Node 20 and everything after it has it. */
const nodeApi = 8;

export interface AddonSources {
  readonly packageFolder: string;
  /** Where the shared libraries lie, and will lie as seen from the addon however the whole is moved. */
  readonly libraries: string;
  readonly nodeHeaders: string;
  readonly tensorflowHeaders: string;
}

export async function buildAddon(
  compiler: string,
  sources: AddonSources,
  run: RunTool,
): Promise<Result<true>> {
  const { packageFolder, libraries } = sources;
  const target = join(packageFolder, 'lib', `napi-v${nodeApi}`);
  makeFolder(target);
  const linked = readdirSync(libraries).filter((name) => name.includes('.so'));
  const args = [
    ...['-std=c++17', '-O2', '-fPIC', '-shared'],
    ...[`-DNAPI_VERSION=${nodeApi}`, '-DNODE_GYP_MODULE_NAME=tfjs_binding', '-DBUILDING_NODE_EXTENSION'],
    ...['-I', sources.nodeHeaders, '-I', sources.tensorflowHeaders, '-I', packageFolder],
    ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => join(packageFolder, 'binding', name)),
    ...linked.map((name) => join(libraries, name)),
    `-Wl,-rpath,$ORIGIN/${relative(target, libraries)}`,
    ...['-o', join(target, 'tfjs_binding.node')],
  ];
  const said = await run(compiler, args);
  return said.code === 0 ? ok(true) : failed(buildFailed(compiler, said));
}
