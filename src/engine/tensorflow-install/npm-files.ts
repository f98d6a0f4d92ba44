/**
 * Gets @tensorflow/tfjs-node from npm as it is published, with what it depends on but without running its install script
 * (which would download libtensorflow), and the headers of Node-API, which its binding is compiled against.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { failed, ok, type Result } from '../../core/problem.js';
import { npmFailed } from './install-problems.js';
import type { RunTool } from './tool-runner.js';

const nodeApiHeaders = 'node-api-headers@1';

/** Fills `folder` with node_modules; returns where the headers lie. */
export async function fetchNpmFiles(folder: string, version: string, run: RunTool): Promise<Result<string>> {
  const what = `@tensorflow/tfjs-node ${version}`;
  writeFileSync(join(folder, 'package.json'), '{ "name": "assay-engine-tensorflow", "private": true }\n');
  const args = [
    'install',
    '--prefix',
    folder,
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
  ];
  const packages = [`@tensorflow/tfjs-node@${version}`, nodeApiHeaders];
  const said = await run('npm', [...args, '--no-package-lock', '--loglevel=error', ...packages], { folder });
  if (said.code !== 0) return failed(npmFailed(what, said));
  return ok(join(folder, 'node_modules', 'node-api-headers', 'include'));
}
