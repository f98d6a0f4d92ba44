/**
 * How fast the engine onnx trains several networks, by batch: milliseconds a step (median, fastest, processor time), the part in which a batch goes through,
 * nodes of the graph, and what comes before the first step (planning; tracing, passes, writing, session).
 *   node bench/onnx-networks.mjs [NETWORKS] [BATCHES] [THREADS]      mlp,lstm 1,32,128,512 1
 */
import { openOnnxRuntime } from '../dist/engine/onnx-runtime/open-runtime.js';
import { optimize } from '../dist/engine/onnx/passes/optimize.js';
import { OnnxTrainingSession } from '../dist/engine/onnx/session/onnx-training-session.js';
import { openNetwork } from '../dist/engine/onnx/session/open-network.js';
import { planTraining } from '../dist/engine/onnx/session/plan-training.js';
import { traceStep } from '../dist/engine/onnx/trace/trace-network.js';
import { artifactOf, batchOf, networkNames, setup } from './support/onnx-networks.mjs';

const [, , namesText, batchText, threadText] = process.argv;
const networks = namesText?.split(',') ?? networkNames;
const batches = (batchText ?? '1,32,128,512').split(',').map(Number);
const threads = Number(threadText ?? 1);
const seconds = 1.5;
const runtime = await openOnnxRuntime('cpu');

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

for (const name of networks) {
  const artifact = await artifactOf(name);
  for (const count of batches) {
    const counted = await openNetwork(artifact);
    const { network, part } = planTraining(counted, setup);
    const size = Math.min(part ?? count, count);
    const { graph } = counted.trace(() => traceStep(network, setup, size, 'whole'));
    const nodes = optimize(graph).nodes.length;
    counted.dispose();

    let began = performance.now();
    const opened = await openNetwork(artifact);
    const session = new OnnxTrainingSession(artifact, opened, setup, runtime, { threads, verify: false });
    const planned = performance.now() - began;
    const batch = batchOf(count);
    began = performance.now();
    await session.trainStep(batch, 0.001);
    const first = performance.now() - began;
    for (let i = 0; i < 3; i++) await session.trainStep(batch, 0.001);
    const times = [];
    const before = process.cpuUsage();
    const end = performance.now() + 1000 * seconds;
    while (performance.now() < end) {
      began = performance.now();
      await session.trainStep(batch, 0.001);
      times.push(performance.now() - began);
    }
    const { user, system } = process.cpuUsage(before);
    const milliseconds = median(times);
    const round = (number) => Number(number.toPrecision(4));
    console.log(
      JSON.stringify({
        network: name,
        batch: count,
        part: size,
        threads,
        milliseconds: round(milliseconds),
        fastest: round(Math.min(...times)),
        processorMilliseconds: round((user + system) / 1000 / times.length),
        imagesPerSecond: Math.round((1000 * count) / milliseconds),
        nodes,
        planMilliseconds: Math.round(planned),
        firstStepMilliseconds: Math.round(first),
      }),
    );
    await session.close();
  }
}
