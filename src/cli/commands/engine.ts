/** `assay engine install | uninstall`: an engine that npm alone can't bring. Today that is `tensorflow`. */
import { formatSeconds } from '../../core/format-units.js';
import { expected, type Problem } from '../../core/problem.js';
import {
  installTensorflow,
  uninstallTensorflow,
} from '../../engine/tensorflow-install/install-tensorflow.js';
import { fileSystemProblem } from '../../run/file-system-problem.js';
import { Interruption } from '../../run/run-outcome.js';
import { watchInterruption } from '../interruption.js';
import { exitCodes, print, printJson, refuse, say } from '../output.js';

export interface InstallEngineOptions {
  readonly python: string;
  readonly json?: boolean;
}

function checkName(name: string): readonly Problem[] {
  if (name === 'tensorflow') return [];
  const message = expected('the engine', '"tensorflow", the one that can be installed', name);
  return [{ code: 'invalid-option', message, fix: 'assay doctor says which engines are here' }];
}

/** Does `work`; an error of the disk becomes its problem. Anything else is thrown on. */
async function onDisk(options: { json?: boolean }, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    const problem = fileSystemProblem(error);
    if (problem === undefined) throw error;
    refuse([problem], options);
    return exitCodes.failed;
  }
}

async function install(options: InstallEngineOptions): Promise<number> {
  const from = performance.now();
  const interruption = watchInterruption('stopping: nothing is left behind; once more to stop at once');
  try {
    const outcome = await installTensorflow({
      python: options.python,
      signal: interruption.signal,
      report: (line) => say(line),
    });
    if (!outcome.ok) {
      refuse(outcome.problems, options);
      return exitCodes.failed;
    }
    const { installation, present } = outcome.value;
    const { folder, tfjsNode, libtensorflow, source } = installation;
    const seconds = (performance.now() - from) / 1000;
    if (options.json === true)
      printJson({
        status: present ? 'present' : 'installed',
        folder,
        tfjsNode,
        libtensorflow,
        source,
        seconds,
      });
    else {
      const what = `tensorflow: @tensorflow/tfjs-node ${tfjsNode} with libtensorflow ${libtensorflow} (${source}), in ${folder}`;
      print(present ? `already here, and works: ${what}` : `installed in ${formatSeconds(seconds)}: ${what}`);
    }
    return exitCodes.done;
  } catch (error) {
    if (error instanceof Interruption) return exitCodes.interrupted;
    throw error;
  } finally {
    interruption.stop();
  }
}

export async function engineInstall(name: string, options: InstallEngineOptions): Promise<number> {
  const problems = checkName(name);
  return problems.length > 0 ? refuse(problems, options) : onDisk(options, () => install(options));
}

export async function engineUninstall(name: string, options: { json?: boolean }): Promise<number> {
  const problems = checkName(name);
  if (problems.length > 0) return refuse(problems, options);
  return onDisk(options, () => {
    const folder = uninstallTensorflow();
    if (options.json === true) printJson({ status: folder === undefined ? 'absent' : 'removed', folder });
    else print(folder === undefined ? 'tensorflow was not installed by Assay' : `removed ${folder}`);
    return Promise.resolve(exitCodes.done);
  });
}
