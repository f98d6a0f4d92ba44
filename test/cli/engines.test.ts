/** Engines from the command line: threads, providers, and going on with another engine. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tensorflowProvider } from '../../src/engine/tensorflow-provider.js';
import { modelToArtifact, writeModelFolder } from '../../src/models/tfjs-artifact.js';
import { onCpuBackend, tfLayers } from '../../src/models/tfjs.js';
import { engineOptions } from '../engine/support.js';
import { Rig } from '../support/rig.js';
import { smallExperiment, writeSmallProject } from '../support/small-project.js';

const rigs: Rig[] = [];
function project(): Rig {
  const rig = new Rig();
  rigs.push(rig);
  writeSmallProject(rig);
  return rig;
}
afterAll(() => {
  for (const rig of rigs) rig[Symbol.dispose]();
});

/** The engine after onnx: tensorflow where it is installed. */
const afterOnnx = await tensorflowProvider.identity(engineOptions);
const next = afterOnnx === undefined ? 'reference' : 'tensorflow';

interface Shown {
  readonly engine: string;
  readonly machine: Readonly<Record<string, unknown>>;
  readonly problems: readonly { readonly severity: string; readonly message: string }[];
}
async function shown(rig: Rig): Promise<Shown> {
  return JSON.parse((await rig.assay(['show', 'latest', '--json'])).stdout) as Shown;
}

/** The stage's part of `assay run --json`. */
async function trained(rig: Rig, args: readonly string[], environment?: Readonly<Record<string, string>>) {
  const { code, stdout, stderr } = await rig.assay(
    ['run', smallExperiment, '--json', '--set', 'train.epochs=1', ...args],
    environment,
  );
  if (code !== 0) throw new Error(`${stdout}\n${stderr}`);
  const outcome = JSON.parse(stdout) as {
    readonly engine: string;
    readonly stages: readonly { name: string; status: string; fingerprint: string; artifact: string }[];
  };
  const { status, fingerprint, artifact } = outcome.stages.find(({ name }) => name === 'train')!;
  return { engine: outcome.engine, status, fingerprint, artifact };
}

describe('threads', () => {
  const onnx = ['--set', 'engine=onnx'];

  it.each(['1', '2'])('the same seed gives the same bits in every process: %s', async (threads) => {
    const first = await trained(project(), [...onnx, '--threads', threads]);
    const second = await trained(project(), [...onnx, '--threads', threads]);
    expect(first).toEqual({ ...second, engine: 'onnx', status: 'ran' });
  });

  it('are part of what a training depends on, where they change bits', async () => {
    const rig = project();
    const one = await trained(rig, [...onnx, '--threads', '1']);
    const two = await trained(rig, [...onnx, '--threads', '2']);
    expect(two.status).toBe('ran');
    expect(two.fingerprint).not.toBe(one.fingerprint);
    expect(await shown(rig)).toMatchObject({ engine: 'onnx', machine: { provider: 'cpu', threads: 2 } });
    const plain = await trained(rig, ['--set', 'engine=reference', '--threads', '1']);
    const again = await trained(rig, ['--set', 'engine=reference', '--threads', '2']);
    expect(again).toEqual({ ...plain, status: 'cached' });
  });

  it('are as many as there are cores when nothing is said, and forecast by plan as they will run', async () => {
    const rig = project();
    await rig.assay(['run', smallExperiment, ...onnx, '--threads', '1']);
    const plan = async (...args: string[]) =>
      (await rig.assay(['plan', smallExperiment, ...onnx, ...args])).stdout;
    expect(await plan('--threads', '1')).toContain('6 of 6 stages cached');
    expect(await plan('--threads', '3')).toContain('engine.numerics.threads: 1 → 3');
  });

  it.each(['0', '1.5', 'all', '2000'])('must be a number: %s', async (threads) => {
    for (const command of ['run', 'plan']) {
      const { code, stderr } = await project().assay([command, smallExperiment, '--threads', threads]);
      expect(stderr).toBe(
        `error[invalid-option]: expected --threads to be a whole number from 1 to 1024, got "${threads}"\n\n1 problem\n`,
      );
      expect(code).toBe(2);
    }
  });

  it('verified or not, a training is the same', async () => {
    const rig = project();
    const checked = await trained(rig, [...onnx, '--verify-engine']);
    expect(await trained(rig, onnx)).toEqual({ ...checked, status: 'cached' });
  });

  it('says how close a verified batch came, and when there was none', async () => {
    const rig = project();
    const args = ['run', smallExperiment, ...onnx, '--verify-engine'];
    const first = await rig.assay(args);
    expect(first.stderr).toMatch(
      /^ {2}train verified: a batch of 32 images against tfjs: the loss off by \S+ of itself, 4 gradients by at most \S+$/m,
    );
    expect(first.stderr).not.toContain('nothing was verified');
    expect((await rig.assay(args)).stderr).toContain(
      '\nnothing was verified: nothing was trained, as it lay in the cache or was not reached\n',
    );
    const again = await rig.assay([...args, '--set', 'train.epochs=1', '--json']);
    const { verified } = JSON.parse(again.stdout) as {
      verified: {
        stage: string;
        images: number;
        gradients: number;
        lossError: number;
        gradientError: number;
      }[];
    };
    expect(verified).toMatchObject([{ stage: 'train', images: 32, gradients: 4 }]);
    expect(Math.max(verified[0]!.lossError, verified[0]!.gradientError)).toBeLessThan(1e-3);
    const other = await rig.assay([...args, '--set', 'engine=reference']);
    expect(other.stderr).toContain(
      '\nnothing was verified: only the engine onnx is compared with tfjs, not reference\n',
    );
  });
});

describe('providers', () => {
  const on = (provider: string): string[] => ['--set', `engine={ onnx: { provider: ${provider} } }`];

  it('WebAssembly trains too', async () => {
    const rig = project();
    const args = [...on('wasm'), '--threads', '2'];
    const first = await trained(rig, args);
    expect(first.engine).toBe('onnx');
    expect(await shown(rig)).toMatchObject({ machine: { provider: 'wasm', threads: 2 } });
    expect(await trained(project(), args)).toEqual(first);
  });

  it.skipIf(process.platform !== 'linux')('a GPU that is not there is told', async () => {
    const noGpu = {
      VK_ICD_FILENAMES: '/nowhere.json',
      VK_DRIVER_FILES: '/nowhere.json',
      LD_LIBRARY_PATH: '',
    };
    const { code, stderr } = await project().assay(['run', smallExperiment, ...on('webgpu')], noGpu);
    expect(code).toBe(1);
    expect(stderr).toContain(
      `error[provider-unavailable]: the engine "onnx" can't compute on "webgpu" here: no graphics processor with a driver for Vulkan, Metal or Direct3D 12 was found
  fix: install the driver of the graphics processor (on Linux with libvulkan.so.1), or use the provider "cpu"`,
    );
  });

  const chromium = '/usr/lib/chromium';
  const software = existsSync(join(chromium, 'libvk_swiftshader.so'));
  if (!software) process.stderr.write(`skipped: WebGPU in software, for ${chromium} has no SwiftShader\n`);
  it.skipIf(!software)('WebGPU trains as the processor does (in software here)', async () => {
    const environment = {
      LD_LIBRARY_PATH: chromium,
      VK_ICD_FILENAMES: join(chromium, 'vk_swiftshader_icd.json'),
    };
    const run = async (rig: Rig, provider: string) =>
      (await rig.run(smallExperiment, [on(provider)[1]!, 'train.epochs=1'], environment)).metrics;
    const rig = project();
    const onProcessor = await run(rig, 'cpu');
    const onGpu = await run(rig, 'webgpu');
    expect(await shown(rig)).toMatchObject({ engine: 'onnx', machine: { provider: 'webgpu' } });
    for (const name of ['train.loss', 'validation.loss', 'logLoss']) {
      expect(onGpu[name], name).toBeCloseTo(onProcessor[name]!, 4);
    }
  });
});

describe('going on with another engine', () => {
  let rig: Rig;
  const withConv3d = 'experiments/conv3d.yaml';

  beforeAll(async () => {
    rig = project();
    rig.write(
      'pipelines/stages/own-network.ts',
      `import { cpSync } from 'node:fs';
import { defineStage } from 'assay';
export default defineStage({
  produces: 'model',
  execute: ({ output, projectRoot }) => cpSync(\`\${projectRoot}/network\`, output, { recursive: true }),
});
`,
    );
    rig.write(
      'pipelines/conv3d.yaml',
      `stages:
  acquire: { uses: acquire, with: { dataset: synthetic-digits, synthetic: { train: 60, test: 20 } } }
  preprocess: { uses: preprocess, needs: acquire, with: { validation: 0.2 } }
  build: { uses: ./stages/own-network.ts }
  train: { uses: train, needs: [preprocess, build], with: { epochs: 1, batchSize: 16 } }
  evaluate: { uses: evaluate, needs: [preprocess, train] }
`,
    );
    rig.write(withConv3d, 'pipeline: ../pipelines/conv3d.yaml\n');
    const artifact = await onCpuBackend(() => {
      const { layers } = { layers: tfLayers.layers };
      const model = tfLayers.sequential({
        layers: [
          layers.reshape({ inputShape: [28, 28, 1], targetShape: [7, 16, 7, 1] }),
          layers.conv3d({ name: 'depth', filters: 2, kernelSize: 3, strides: 3, activation: 'relu' }),
          layers.flatten(),
          layers.dense({ units: 10, activation: 'softmax' }),
        ],
      });
      return modelToArtifact(model);
    });
    await writeModelFolder(join(rig.folder, 'network'), artifact);
  });

  const why = 'expected layer "depth" (Conv3D) to be made of kernels that the engine onnx has, got Conv3D';

  it('auto trains a layer that onnx has no form of on the next one, and says so once', async () => {
    const { code, stderr } = await rig.assay(['run', withConv3d]);
    expect(stderr).toMatch(/· engine onnx ·/);
    expect(stderr.split(`warning[layer-not-lowered]: ${why}; going on with ${next}\n`)).toHaveLength(2);
    expect(stderr.match(/layer-not-lowered/g)).toHaveLength(1);
    expect(code).toBe(0);
    const { engine, machine, problems } = await shown(rig);
    expect(engine).toBe(next);
    expect(machine).not.toHaveProperty('provider');
    expect(problems[0]).toMatchObject({ severity: 'warning', message: `${why}; going on with ${next}` });
  });

  it('and finds it in the cache the next time, as with that engine asked for by name', async () => {
    const again = await rig.run(withConv3d);
    expect(again.engine).toBe(next);
    expect(new Set(again.stages.map(({ status }) => status))).toEqual(new Set(['cached']));
    const named = await rig.run(withConv3d, [`engine=${next}`]);
    expect(named.stages).toEqual(again.stages.map((stage) => ({ ...stage, seconds: 0 })));
  });

  it('onnx asked for by name refuses it', async () => {
    const { code, stderr } = await rig.assay(['run', withConv3d, '--set', 'engine=onnx']);
    expect(code).toBe(1);
    expect(stderr).toContain(`error[layer-not-lowered]: ${why}\n  fix: use the engine`);
  });

  it('a native package that does not load gives way to WebAssembly', async () => {
    const broken = project();
    // What the loader says where the C++ library is too old for a package's native part.
    broken.write(
      'old-system.cjs',
      `const { dlopen } = process;
process.dlopen = (module, file, ...rest) => {
  if (file.includes('onnxruntime')) throw new Error("libstdc++.so.6: version 'GLIBCXX_3.4.30' not found");
  return dlopen(module, file, ...rest);
};
`,
    );
    const environment = { NODE_OPTIONS: `--require ${join(broken.folder, 'old-system.cjs')}` };
    const args = [
      'run',
      smallExperiment,
      '--set',
      'engine=auto',
      '--set',
      'train.epochs=1',
      '--threads',
      '1',
    ];
    const { code, stderr } = await broken.assay(args, environment);
    expect(stderr).toContain(
      `warning[provider-unavailable]: the engine "onnx" can't compute on "cpu" here: onnxruntime-node does not load (libstdc++.so.6: version 'GLIBCXX_3.4.30' not found); going on with onnx on wasm`,
    );
    expect(code).toBe(0);
    expect(await shown(broken)).toMatchObject({ engine: 'onnx', machine: { provider: 'wasm' } });
  });
});

it('the doctor says of each engine and provider whether it is there, and how to get it', async () => {
  const { code, stdout } = await project().assay(['doctor', '--json']);
  expect(code).toBe(0);
  const { status, findings } = JSON.parse(stdout) as {
    readonly status: string;
    readonly findings: readonly { what: string; says: string; fix?: string; engine?: object }[];
  };
  expect(status).toBe('fine');
  const engines = findings.filter(({ engine }) => engine !== undefined);
  expect(engines.map(({ what }) => what)).toEqual([
    'engine onnx on cpu',
    'engine onnx on cuda',
    'engine onnx on webgpu',
    'engine onnx on wasm',
    'engine tensorflow',
    'engine reference',
  ]);
  expect(engines[0]).toMatchObject({
    fine: true,
    says: expect.stringMatching(/^onnxruntime-node 1\.30\.0, .* threads?, engine: auto takes it$/) as string,
    engine: { name: 'onnx', provider: 'cpu', available: true, takenByAuto: true },
  });
  for (const { says, fix, engine } of engines) {
    expect(says).not.toBe('');
    if (!(engine as { available: boolean }).available) expect(fix, says).toBeDefined();
  }
});
