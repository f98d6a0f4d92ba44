/** Which engines there are, and choosing one. What is said of one that is not here: `tensorflow-package.test.ts`. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { referenceProvider } from '../../src/engine/reference-provider.js';
import { engineProviders, selectEngine } from '../../src/engine/providers.js';
import { engineOptions } from './support.js';

describe('engines', () => {
  it('stand in the list with the fastest first and the one that is always there last', () => {
    expect(engineProviders.map(({ name }) => name)).toEqual(['onnx', 'tensorflow', 'reference']);
  });

  it('are identified by their packages, and by what changes the last bits', async () => {
    const [major, minor] = process.versions.v8.split('.');
    expect(await referenceProvider.identity(engineOptions)).toEqual({
      name: 'reference',
      versions: {
        '@tensorflow/tfjs-core': '4.22.0',
        '@tensorflow/tfjs-layers': '4.22.0',
        '@tensorflow/tfjs-backend-cpu': '4.22.0',
      },
      numerics: { v8: `${major}.${minor}`, kernels: 2, training: 2 },
    });
  });

  it('are chosen by name', async () => {
    const chosen = await selectEngine('reference', engineOptions);
    expect(chosen).toMatchObject({ ok: true, value: { identity: { name: 'reference' } } });
    expect(chosen.ok && chosen.value.note).toBeUndefined();
  });

  it('are told to work by trying them', async () => {
    expect(await referenceProvider.probe(engineOptions)).toEqual({
      available: true,
      identity: await referenceProvider.identity(engineOptions),
    });
  });

  it('are chosen without loading any of them', () => {
    const script = `
      import { selectEngine } from './dist/engine/providers.js';
      await selectEngine('auto', { threads: 1, verify: false });
      const { createRequire } = await import('node:module');
      const heavy = /tfjs|onnxruntime|pbf/;
      const loaded = Object.keys(createRequire(import.meta.url).cache).filter((file) => heavy.test(file));
      process.stdout.write(JSON.stringify(loaded));
    `;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual([]);
  });
});
