/**
 * Where the time of a training step goes on the engine onnx: runs steps of a network with ONNX Runtime's profile on and
 * prints a table of its nodes, with their share of the peak of a large Gemm and what holds them there.
 *   node bench/onnx-profile.mjs [--network cnn-small] [--batch 128] [--threads 1] [--steps 40] [--rows 24] [--write]
 * --write puts the table into docs/performance.md. Medians of calls; profiling adds 2 to 3 µs to each.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createBatchSource } from '../dist/data/batches.js';
import { OnnxTrainingSession } from '../dist/engine/onnx/session/onnx-training-session.js';
import { openNetwork } from '../dist/engine/onnx/session/open-network.js';
import { openOnnxRuntime } from '../dist/engine/onnx-runtime/open-runtime.js';
import { groupNodes, holds, nodeOf } from './train/node-cost.mjs';
import { firstOf, loadMnist, prepareTraining, repository } from './train/open-training.mjs';
import { machineFacts, versionFacts } from './train/machine.mjs';
import { measurePeak } from './train/peak.mjs';
import { median } from './train/statistics.mjs';
import { putBetween } from './train/tables.mjs';

const { values: given } = parseArgs({
  options: {
    network: { type: 'string', default: 'cnn-small' },
    batch: { type: 'string', default: '128' },
    threads: { type: 'string', default: '1' },
    steps: { type: 'string', default: '40' },
    rows: { type: 'string', default: '24' },
    write: { type: 'boolean', default: false },
  },
});
const [batchSize, threads, steps, rows] = ['batch', 'threads', 'steps', 'rows'].map((name) =>
  Number(given[name]),
);

/** A session of the engine's own, whose graphs write profiles where they are told. */
async function openProfiled(folder) {
  const runtime = await openOnnxRuntime('cpu');
  let graphs = 0;
  const profiled = {
    tensor: runtime.tensor.bind(runtime),
    createSession: (model, settings) =>
      runtime.createSession(model, { ...settings, profile: join(folder, `graph${graphs++}`) }),
  };
  const { artifact, setup } = await prepareTraining(given.network);
  const opened = await openNetwork(artifact);
  return new OnnxTrainingSession(artifact, opened, setup, profiled, { threads, verify: false });
}

/** The nodes of all steps, and how long a step took without what this process does besides. */
async function profile() {
  const folder = mkdtempSync(join(tmpdir(), 'assay-profile-'));
  try {
    const session = await openProfiled(folder);
    const images = firstOf((await loadMnist()).train, Math.max(12_800, batchSize));
    const batches = createBatchSource(images, { batchSize, seed: 7, augmentation: null });
    const whole = Math.floor(images.count / batchSize);
    for (let step = 0; step < steps; step++)
      await session.trainStep(await batches.batch(Math.floor(step / whole), step % whole), 0.001);
    await batches.close();
    await session.close();
    const files = readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));
    const events = files.flat();
    const nodes = events
      .filter(({ cat, name }) => cat === 'Node' && name.endsWith('_kernel_time'))
      .map(nodeOf);
    const runs = events.filter(({ name }) => name === 'model_run');
    return { nodes, runs: runs.length };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const peak = await measurePeak(threads);
const { nodes, runs } = await profile();
const groups = groupNodes(nodes, steps, median);
const total = groups.reduce((sum, { microseconds }) => sum + microseconds, 0);
const operations = groups.reduce((sum, { calls, call }) => sum + calls * call.operations, 0);
const giga = (count, microseconds) => count / microseconds / 1000;
const percent = (share) => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;

function cells({ signature, node, calls, call, microseconds }) {
  const rate = giga(call.operations, call.microseconds);
  const speed = call.operations === 0 ? ['', ''] : [rate.toFixed(0), percent((rate * 1e9) / peak)];
  const times = Number(calls.toFixed(1));
  return [
    signature,
    times,
    microseconds.toFixed(0),
    percent(microseconds / total),
    ...speed,
    holds(node, call, peak),
  ];
}
const rest = groups.slice(rows);
const restTime = rest.reduce((sum, { microseconds }) => sum + microseconds, 0);
const restCalls = Math.round(rest.reduce((sum, { calls }) => sum + calls, 0));
const table = [
  ['node', 'calls a step', 'µs a step', 'of the step', 'GFLOP/s', 'of the peak', 'what holds it'],
  Array.from({ length: 7 }, () => '---'),
  ...groups.slice(0, rows).map(cells),
  ...(rest.length === 0
    ? []
    : [[`${rest.length} more`, restCalls, restTime.toFixed(0), percent(restTime / total), '', '', '']]),
];
const { cpu } = machineFacts();
const { commit } = versionFacts();
const text = [
  `${given.network}, batch ${batchSize}, ${threads === 1 ? '1 thread' : `${threads} threads`} of ${cpu}, at ${commit ?? 'no commit'}: ` +
    `${(total / 1000).toFixed(2)} ms a step in ${Math.round(nodes.length / steps)} nodes of ${Math.round(runs / steps)} runs of a graph; ` +
    `${(operations / 1e9).toFixed(2)} GFLOP in products of matrices, ${giga(operations, total).toFixed(0)} GFLOP/s over the whole step, ` +
    `${percent((giga(operations, total) * 1e9) / peak)} of the peak of ${(peak / 1e9).toFixed(0)}.`,
  table.map((row) => `| ${row.join(' | ')} |`).join('\n'),
].join('\n\n');
console.log(text);
if (given.write) {
  const document = join(repository, 'docs/performance.md');
  writeFileSync(document, putBetween(readFileSync(document, 'utf8'), 'bench:profile', text));
}
