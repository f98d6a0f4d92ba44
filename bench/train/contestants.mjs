/**
 * Who trains the reference CNN: Assay's engines, and the peers in Python where an environment with them is there. Says how
 * each is called; runs none but to find out its version.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import envPaths from 'env-paths';
import { engineProviders } from '../../dist/engine/providers.js';
import { repository } from './open-training.mjs';

const sharedPeers = join(repository, '..', 'shared', 'peers');
const ownPeers = fileURLToPath(new URL('peers', import.meta.url));
const fitWorker = fileURLToPath(new URL('fit-worker.mjs', import.meta.url));

const pythonIn = (folder) => {
  const places = [join('bin', 'python'), join('Scripts', 'python.exe')];
  return places.map((place) => join(folder, place)).find((file) => existsSync(file));
};

/** The Python that has the peers: in the folder named, or in an environment that is made in the user's cache once. */
function findPython(folder, say) {
  if (folder !== undefined) {
    const python = pythonIn(folder);
    if (python === undefined) throw new Error(`expected --peers to be a Python environment, got ${folder}`);
    return python;
  }
  const setup = join(sharedPeers, 'setup');
  if (!existsSync(setup)) return undefined;
  const made = join(envPaths('assay', { suffix: '' }).cache, 'peers');
  if (pythonIn(made) === undefined) {
    say(`making a Python environment with the peers in ${made}, once`);
    spawnSync('bash', [setup, made], { stdio: ['ignore', 'inherit', 'inherit'] });
  }
  return pythonIn(made);
}

const pythonPeers = [
  { name: 'keras', title: 'Keras' },
  { name: 'torch', title: 'PyTorch' },
];

const engines = [
  { name: 'onnx', title: 'Assay, engine onnx' },
  { name: 'tensorflow', title: 'tfjs-node (Assay, engine tensorflow)' },
];

/** An engine of Assay's, if it is here; else why not is said. */
async function engineContestant(name, title, threads, say) {
  const provider = engineProviders.find((one) => one.name === name);
  const found = await provider?.probe({ threads, provider: 'cpu', verify: false });
  if (!found?.available) {
    say(`without ${title}: ${found?.reason ?? 'no such engine'}`);
    return undefined;
  }
  return {
    name,
    title,
    command: ({ threads, batch, images, barrier }) => ({
      file: process.execPath,
      args: [fitWorker, '--engine', name, ...argumentsOf({ threads, batch, images, barrier })],
      env: {},
    }),
  };
}

function argumentsOf({ threads, batch, images, barrier }) {
  const numbers = { threads, batch, images };
  return [
    ...Object.entries(numbers).flatMap(([name, number]) =>
      number === undefined ? [] : [`--${name}`, number],
    ),
    ...(barrier ? ['--barrier'] : []),
  ].map(String);
}

/** A peer in Python, if its package loads. */
function pythonContestant({ name, title }, python, data, say) {
  const { status } = spawnSync(python, ['-c', `import ${name}`], { stdio: 'ignore' });
  if (status !== 0) {
    say(`without ${title}: ${python} can't import ${name}`);
    return undefined;
  }
  const script = `${name}_mnist.py`;
  const given = join(sharedPeers, script);
  return {
    name,
    title,
    command: ({ threads, batch, images, barrier }) => {
      // Theirs, as they are, wherever they do; else ours, which take a batch and wait to be timed together.
      const asGiven = batch === 128 && !barrier && existsSync(given);
      const own = argumentsOf({ threads, batch: asGiven ? undefined : batch, images, barrier });
      return {
        file: python,
        args: [asGiven ? given : join(ownPeers, script), '--data', data, ...own],
        env: { TF_CPP_MIN_LOG_LEVEL: '3' },
      };
    },
  };
}

/** Everybody who is here and wanted, in the order of their turns. @param among whether a name is wanted. */
export async function findContestants({ among, peers, data, threads, say }) {
  const found = [];
  for (const { name, title } of engines) {
    if (among(name)) found.push(await engineContestant(name, title, threads, say));
  }
  const wanted = pythonPeers.filter(({ name }) => among(name));
  const python = wanted.length === 0 ? undefined : findPython(peers, say);
  if (python !== undefined) found.push(...wanted.map((peer) => pythonContestant(peer, python, data, say)));
  else for (const { title } of wanted) say(`without ${title}: no ../shared/peers and no --peers FOLDER`);
  return found.filter((one) => one !== undefined);
}

export const referenceSample = {
  name: 'reference',
  command: () => ({
    file: process.execPath,
    args: [
      fitWorker,
      '--engine',
      'reference',
      '--images',
      '128',
      '--warm-up',
      '32',
      '--batch',
      '32',
      '--test',
      '32',
    ],
    env: {},
  }),
};
