/**
 * The engine `tensorflow`: tfjs operations computed by libtensorflow through @tensorflow/tfjs-node, an optional
 * dependency. Loads native code; `tensorflow-provider.ts` is the light half.
 */
import { tf } from '../models/tfjs.js';
import type { Engine, EngineIdentity } from './engine.js';
import { TfjsEngine } from './tfjs-engine.js';

/** Named so that neither the compiler nor a bundler insists on a package that may be missing. */
const packageName: string = '@tensorflow/tfjs-node';

/** @throws whatever the package throws when its native part does not load. */
export async function openTensorflowEngine(identity: EngineIdentity): Promise<Engine> {
  // It registers its backend with the tfjs-core that all of tfjs shares, by a global.
  await import(packageName);
  if (!(await tf.setBackend('tensorflow'))) throw new Error('tfjs-node registered no working backend');
  return new TfjsEngine(identity, 'tensorflow');
}
