/**
 * Puts onnxruntime-node back where npm 10 left it out. The package is complete as npm delivers it, but its install script
 * goes on to download CUDA libraries from api.nuget.org; where that can't be reached the script fails, and npm takes an
 * optional package whose script fails away again. npm 11 and 12 run no such script here (allowScripts in package.json),
 * npm 10 has no setting for it, and .npmrc can't tell the script to skip (npm 12 refuses settings that it does not know).
 * Part of `npm run prepare`, so of `npm ci`; does nothing where the package is there, and never fails.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const name = 'onnxruntime-node';
const root = fileURLToPath(new URL('..', import.meta.url));
const target = join(root, 'node_modules', name);
const { npm_config_omit: omitted = '', npm_execpath: npm } = process.env;

if (!existsSync(target) && !omitted.includes('optional') && npm !== undefined) {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const { version, os } = lock.packages[`node_modules/${name}`];
  if (os.includes(process.platform)) restore(version);
}

function restore(version) {
  const folder = mkdtempSync(join(tmpdir(), 'assay-'));
  try {
    const made = spawnSync(
      process.execPath,
      [npm, 'install', '--ignore-scripts', '--no-audit', '--no-fund', `${name}@${version}`],
      {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, npm_config_local_prefix: folder, npm_config_global: '' },
      },
    );
    const source = join(folder, 'node_modules', name);
    if (!existsSync(source)) throw new Error(made.stderr.trim().split('\n').at(-1));
    cpSync(source, target, { recursive: true });
    console.log(`restored ${name} ${version}, whose download of CUDA libraries had failed`);
  } catch (error) {
    console.error(`${name} could not be restored (${error.message}); assay computes in WebAssembly instead`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
