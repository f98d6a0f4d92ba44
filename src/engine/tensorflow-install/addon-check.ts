/**
 * Whether @tensorflow/tfjs-node at some place really works: loaded, and asked for a sum, in a process of its own, because
 * native code for another processor doesn't throw but ends the process. A success is remembered for as long as addon, Node
 * and processor stay what they were, so that choosing an engine loads nothing; a failure is not: it may have been mended.
 */
import { spawn } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { writeFileAtomic } from '../../core/atomic-write.js';
import { dataHome } from '../../data/data-folders.js';

export type AddonCheck =
  | { readonly works: true; readonly libtensorflow: string }
  | { readonly works: false; readonly reason: string };

/** As `tensorflow-engine.ts` loads it. */
const script = `
  const answer = (value) => process.stdout.write('\\n' + JSON.stringify(value));
  try {
    require('node:util').isNullOrUndefined ??= (value) => value === null || value === undefined;
    const tf = require(process.argv[1]);
    const sum = tf.matMul(tf.ones([2, 3]), tf.ones([3, 2])).dataSync()[0];
    if (tf.getBackend() !== 'tensorflow' || sum !== 3) throw new Error('it computes 1 + 1 + 1 = ' + sum);
    answer({ works: true, libtensorflow: tf.backend().binding.TF_Version });
  } catch (error) {
    answer({ works: false, reason: String(error.message).split('\\n')[0] });
  }
`;

/** Tries it, which takes about a second. */
export function checkAddon(packageFolder: string): Promise<AddonCheck> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--no-warnings', '-e', script, packageFolder], {
      env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    child.on('error', (error) => resolve({ works: false, reason: error.message }));
    child.on('close', (code, signal) => {
      const [answer = ''] = said.split('\n').slice(-1);
      if (answer.startsWith('{')) resolve(JSON.parse(answer) as AddonCheck);
      else
        resolve({ works: false, reason: `Node ends with ${signal ?? `exit code ${code}`} while loading it` });
    });
  });
}

const mostRemembered = 10;

function memoryFile(): string {
  return join(dataHome(process.env), 'engines', 'checked.json');
}

/** What must not have changed for a success to hold. */
function conditions(packageFolder: string, addon: string): string {
  const { size, mtimeMs } = statSync(addon);
  const facts = [packageFolder, size, mtimeMs, process.versions.node, cpus()[0]?.model];
  return facts.join('|');
}

function remembered(): string[] {
  try {
    const known = JSON.parse(readFileSync(memoryFile(), 'utf8')) as unknown;
    return Array.isArray(known) ? known.filter((entry) => typeof entry === 'string') : [];
  } catch {
    return [];
  }
}

/** Why the addon does not work, or nothing when it does; tried only when it is not known to. */
export async function whyAddonFails(packageFolder: string, addon: string): Promise<string | undefined> {
  const now = conditions(packageFolder, addon);
  const known = remembered();
  if (known.includes(now)) return undefined;
  const check = await checkAddon(packageFolder);
  if (!check.works) return check.reason;
  try {
    writeFileAtomic(memoryFile(), JSON.stringify([...known, now].slice(-mostRemembered)));
  } catch {
    // A data folder that can't be written: it is tried again next time.
  }
  return undefined;
}
