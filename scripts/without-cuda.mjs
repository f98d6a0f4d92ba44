/**
 * Runs before the packages that Assay rests on are set up in somebody's project (npm's `preinstall`), and keeps
 * onnxruntime-node's install script from downloading CUDA libraries that nobody asked for from api.nuget.org; where that
 * can't be reached npm takes the whole package away again, though it is complete without them. That script
 * leaves alone what is there, so empty files are put there; Assay takes empty ones for missing.
 *
 * Whoever wants CUDA says so: ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node. Never fails.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

try {
  const { resolve } = createRequire(import.meta.url);
  const script = dirname(resolve('onnxruntime-node/script/install-metadata.js'));
  const { requirements, manifests } = createRequire(import.meta.url)(join(script, 'install-metadata.js'));
  const platform = `${process.platform}/${process.arch}`;
  const folder = join(script, '..', 'bin', 'napi-v6', platform);
  for (const name of requirements[platform] ?? []) {
    for (const file of Object.keys(manifests[`${platform}:${name}`] ?? {})) {
      const path = join(folder, file);
      if (!existsSync(path)) writeFileSync(path, '', { flag: 'wx' });
    }
  }
} catch {
  // Another version of the package, or none: its own script is then left to itself.
}
