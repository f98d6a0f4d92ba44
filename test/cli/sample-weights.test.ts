/** Weights of training images, which a stage that the user wrote puts beside the prepared images. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Rig } from '../support/rig.js';

let rig: Rig;

/** Writes the .npy by hand, for want of NumPy: a header of 128 bytes, then float32. */
const stage = `import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineStage } from 'assay';

export default defineStage<{ factor: number }>({
  consumes: { data: 'prepared-data' },
  produces: 'prepared-data',
  schema: { type: 'object', properties: { factor: { type: 'number', default: 1 } } },
  execute({ inputs, settings, output }) {
    cpSync(inputs['data']!.folder, output, { recursive: true });
    const { counts } = JSON.parse(readFileSync(join(output, 'preparation.json'), 'utf8'));
    const weights = new Float32Array(counts.train).fill(settings.factor);
    const header = \`{'descr': '<f4', 'fortran_order': False, 'shape': (\${weights.length},), }\`;
    const start = Buffer.from('\\x93NUMPY\\x01\\x00\\x76\\x00', 'latin1');
    const text = Buffer.from(header.padEnd(117) + '\\n', 'latin1');
    writeFileSync(join(output, 'train-weights.npy'), Buffer.concat([start, text, new Uint8Array(weights.buffer)]));
    return undefined;
  },
});
`;

beforeAll(() => {
  rig = new Rig();
  rig.write('package.json', '{ "name": "weighed", "private": true }\n');
  rig.write('pipelines/stages/weigh.ts', stage);
  rig.write(
    'pipelines/weighed.yaml',
    `stages:
  acquire: { uses: acquire, with: { dataset: synthetic-digits, synthetic: { train: 120, test: 20 } } }
  preprocess: { uses: preprocess, needs: acquire, with: { validation: 0.2 } }
  weigh: { uses: ./stages/weigh.ts, needs: preprocess }
  build: { uses: build, with: { classes: 10, network: { layers: [flatten, { dense: { units: 10, activation: softmax } }] } } }
  train: { uses: train, needs: [weigh, build], with: { epochs: 1, batchSize: 32 } }
`,
  );
  rig.write('experiments/weighed.yaml', 'pipeline: ../pipelines/weighed.yaml\nseed: 7\n');
});
afterAll(() => rig[Symbol.dispose]());

const train = (engine: string, factor: number) =>
  rig.assay([
    'run',
    'experiments/weighed.yaml',
    '--json',
    '--set',
    `engine=${engine}`,
    '--set',
    `weigh.factor=${factor}`,
  ]);

it.each(['onnx', 'reference'])('%s trains with them, and validates without', async (engine) => {
  const metricsOf = async (factor: number) => {
    const { code, stdout } = await train(engine, factor);
    expect(code).toBe(0);
    return (JSON.parse(stdout) as { metrics: Record<string, number> }).metrics;
  };
  expect((await metricsOf(1))['train.loss']).toBeGreaterThan(0.5);
  const nothing = await metricsOf(0);
  expect(nothing['train.loss']).toBe(0);
  expect(nothing['validation.loss']).toBeGreaterThan(0.5);
});

it('refuses a weight below 0', async () => {
  const { code, stdout } = await train('reference', -1);
  expect(code).toBe(1);
  const message = 'expected train-weights.npy[0] to be a finite number from 0, got -1';
  expect(stdout).toContain(JSON.stringify(message));
  expect(stdout).toContain('"bad-prepared-data"');
});
