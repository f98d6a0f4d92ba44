/** What is measured beside the race: peak, graphs, memory, steps a second. Each in processes of its own, one after another. */
import { fileURLToPath } from 'node:url';
import { isDisturbed, waitUntilIdle } from './load.mjs';
import { referenceSample } from './contestants.mjs';
import { runProcesses } from './run-process.mjs';
import { median } from './statistics.mjs';
import { measureWholeRun } from './whole-run.mjs';

const networks = [
  { network: 'cnn-small', title: 'reference CNN' },
  { network: 'mlp', title: 'mlp' },
  { network: 'resnet-mini', title: 'resnet-mini' },
  { network: './bench/train/networks/depthwise-mini.yaml', title: 'depthwise-mini' },
];

async function worker(name, ...args) {
  const file = fileURLToPath(new URL(name, import.meta.url));
  const command = { file: process.execPath, args: [file, ...args.map(String)], env: {} };
  const { results } = await runProcesses(command, 1);
  return results[0].line;
}

/** @returns undefined for what failed, after saying why: the rest is worth having. */
async function attempt(what, { wait, limit, say, disturbed }, work) {
  if (performance.now() > 1000 * limit) {
    say(`${what}: left out, out of time`);
    return undefined;
  }
  const before = await waitUntilIdle(wait);
  if (isDisturbed(before)) disturbed.push({ what, ...before });
  say(`${what}${isDisturbed(before) ? ' (the machine is not idle)' : ''}`);
  try {
    return await work();
  } catch (error) {
    say(`  failed: ${error.message}`);
    return undefined;
  }
}

export async function measureExtras({ cores, rounds, quick, wait, limit, say }) {
  const disturbed = [];
  const options = { wait, limit, say, disturbed };
  const peak = await attempt('peak of a large Gemm', options, () => worker('peak-worker.mjs', cores));
  const compile = await attempt('making of all graphs', options, async () => {
    const made = [];
    for (let round = 0; round < rounds; round++) made.push(await worker('compile-worker.mjs', cores));
    const times = made.map(({ compileMilliseconds }) => compileMilliseconds);
    return { median: median(times), rounds: times, parts: made.at(-1).parts };
  });
  const wholeRun = await attempt('a whole run on all of MNIST', options, () =>
    measureWholeRun(quick ? 1 : 2),
  );
  const steps = [];
  const batchSizes = quick ? [1, 32, 128] : [1, 32, 128, 512];
  for (const { network, title } of quick ? networks.slice(0, 1) : networks) {
    const found = await attempt(`steps a second of ${title}`, options, () =>
      worker('steps-worker.mjs', network, cores, rounds, quick ? 0.2 : 0.5, ...batchSizes),
    );
    if (found !== undefined) steps.push({ title, ...found });
  }
  const reference = quick
    ? undefined
    : await attempt('a sample of the engine reference', options, async () => {
        const { results } = await runProcesses(referenceSample.command(), 1);
        return results[0].line.images_per_s;
      });
  return { peak, compile, wholeRun, steps, reference, disturbed };
}
