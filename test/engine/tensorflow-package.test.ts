/** What is said of @tensorflow/tfjs-node by where it lies and whether it loads: missing, broken, or of another version. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { installedPackage } from '../../src/engine/installed-version.js';
import { selectEngine } from '../../src/engine/providers.js';
import { referenceProvider } from '../../src/engine/reference-provider.js';
import { tensorflowProvider } from '../../src/engine/tensorflow-provider.js';
import { engineOptions } from './support.js';

const byNpm = installedPackage('@tensorflow/tfjs-node') !== undefined;
const before = process.env['ASSAY_DATA_HOME'];
const home = mkdtempSync(join(tmpdir(), 'assay-tensorflow-'));
const folder = join(home, 'engines', `tensorflow-${process.platform}-${process.arch}`);

beforeEach(() => {
  rmSync(home, { recursive: true, force: true });
  process.env['ASSAY_DATA_HOME'] = home;
});
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
  if (before === undefined) delete process.env['ASSAY_DATA_HOME'];
  else process.env['ASSAY_DATA_HOME'] = before;
});

/** An installation whose addon is a file of text: everything else is as the command leaves it. */
function installBroken(tfjsNode: string): string {
  const packageFolder = join(folder, 'node_modules', '@tensorflow', 'tfjs-node');
  const addon = join(packageFolder, 'lib', 'napi-v8', 'tfjs_binding.node');
  mkdirSync(join(packageFolder, 'lib', 'napi-v8'), { recursive: true });
  writeFileSync(addon, 'no addon');
  writeFileSync(join(packageFolder, 'package.json'), '{ "main": "index.js" }');
  writeFileSync(join(packageFolder, 'index.js'), "require('./lib/napi-v8/tfjs_binding.node');");
  const facts = { tfjsNode, libtensorflow: '2.21.0', source: 'tensorflow-cpu 2.21.0, by pip' };
  writeFileSync(join(folder, 'installation.json'), JSON.stringify(facts));
  return addon;
}

async function expectUnavailable(reason: string, fix: string): Promise<void> {
  expect(await tensorflowProvider.probe(engineOptions)).toEqual({ available: false, reason, fix });
  const message = `the engine "tensorflow" can't be used here: ${reason}`;
  const problems = [{ code: 'engine-unavailable', message, fix }];
  await expect(tensorflowProvider.open(engineOptions)).rejects.toMatchObject({ problems });
}

describe('the engine tensorflow', () => {
  it.skipIf(byNpm)('is missing, with two ways to get it', async () => {
    expect(await tensorflowProvider.identity(engineOptions)).toBeUndefined();
    const fix =
      'run assay engine install tensorflow, or run npm install @tensorflow/tfjs-node, which downloads libtensorflow from storage.googleapis.com';
    await expectUnavailable('@tensorflow/tfjs-node is not installed', fix);
    expect(await selectEngine('tensorflow', engineOptions)).toMatchObject({
      ok: false,
      problems: [{ code: 'engine-unavailable', fix }],
    });
  });

  it('is named with its libtensorflow in what a training depends on', async () => {
    installBroken('4.22.0');
    expect(await tensorflowProvider.identity({ ...engineOptions, threads: 3 })).toEqual({
      name: 'tensorflow',
      versions: {
        '@tensorflow/tfjs-core': '4.22.0',
        '@tensorflow/tfjs-layers': '4.22.0',
        '@tensorflow/tfjs-node': '4.22.0',
        libtensorflow: '2.21.0',
      },
      numerics: { threads: 3, architecture: process.arch, training: 2, standIns: 1 },
    });
  });

  it('does not load with a broken addon, and says what the system says of it', async () => {
    const addon = installBroken('4.22.0');
    await expectUnavailable(
      `@tensorflow/tfjs-node does not load (${addon}: file too short)`,
      'run assay engine install tensorflow',
    );
  });

  it('is passed over by auto when it does not load, which is said', async () => {
    const addon = installBroken('4.22.0');
    const chosen = await selectEngine('auto', engineOptions, [tensorflowProvider, referenceProvider]);
    expect(chosen).toMatchObject({
      ok: true,
      value: {
        identity: { name: 'reference' },
        note: `engine reference: @tensorflow/tfjs-node does not load (${addon}: file too short)`,
      },
    });
  });

  it('is made anew for another version of tfjs', async () => {
    installBroken('4.20.0');
    expect(await tensorflowProvider.identity(engineOptions)).toBeUndefined();
    await expectUnavailable(
      `${folder} holds @tensorflow/tfjs-node 4.20.0, and tfjs here is 4.22.0`,
      'run assay engine install tensorflow',
    );
  });
});
