/**
 * The engine `tensorflow`: whether @tensorflow/tfjs-node is here, told by its files, and whether it loads, told by loading
 * it in a process of its own. The light half; `tensorflow-engine.ts` computes.
 */
import type { Engine, EngineAvailability, EngineIdentity, EngineOptions, EngineProvider } from './engine.js';
import { missingEngine } from './engine-problems.js';
import { checkAddon, whyAddonFails } from './tensorflow-install/addon-check.js';
import { findPackage, packageName } from './tensorflow-install/find-package.js';
import { trainingNumerics } from './training-numerics.js';

/**
 * libtensorflow shares sums out over its threads and picks its instructions by the processor, so both change bits. What
 * the processor can do is not told without native code; the architecture has to stand for it. A variable of TensorFlow's
 * turns off its faster kernels, which round differently.
 */
function identityOf(versions: EngineIdentity['versions'], { threads }: EngineOptions): EngineIdentity {
  const oneDnn = process.env['TF_ENABLE_ONEDNN_OPTS'];
  const numerics = {
    threads,
    architecture: process.arch,
    training: trainingNumerics,
    standIns,
    ...(oneDnn === undefined ? {} : { oneDnn }),
  };
  return { name: 'tensorflow', versions, numerics };
}

/** Raised by hand when what stands in for kernels of libtensorflow yields other numbers (`depthwise-stand-ins.ts`). */
const standIns = 1;

const unloadable = (why: string): string => `${packageName} does not load (${why})`;

export const tensorflowProvider: EngineProvider = {
  name: 'tensorflow',
  identity(options) {
    const found = findPackage();
    return Promise.resolve('addon' in found ? identityOf(found.versions, options) : undefined);
  },
  async obstacle() {
    const found = findPackage();
    if (!('addon' in found)) return found.reason;
    const why = await whyAddonFails(found.packageFolder, found.addon);
    return why === undefined ? undefined : unloadable(why);
  },
  async probe(options): Promise<EngineAvailability> {
    const found = findPackage();
    if (!('addon' in found)) return { available: false, ...found };
    const check = await checkAddon(found.packageFolder);
    if (!check.works) return { available: false, reason: unloadable(check.reason), fix: found.fix };
    const known = found.versions['libtensorflow'] !== undefined;
    const note = known ? found.place : `libtensorflow ${check.libtensorflow}, ${found.place}`;
    return { available: true, identity: identityOf(found.versions, options), note };
  },
  async open(options): Promise<Engine> {
    const found = findPackage();
    if (!('addon' in found)) throw missingEngine('tensorflow', found.reason, found.fix);
    try {
      const { openTensorflowEngine } = await import('./tensorflow-engine.js');
      return await openTensorflowEngine(
        found.packageFolder,
        identityOf(found.versions, options),
        options.threads,
      );
    } catch (error) {
      const [why = ''] = (error as Error).message.split('\n', 1);
      throw missingEngine('tensorflow', unloadable(why), found.fix);
    }
  },
};
