/** What a measurement was made on and with: the machine, without its name, and versions. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { installedVersions } from '../../dist/engine/installed-version.js';
import { repository } from './open-training.mjs';

/** `AMD EPYC 9R45 64-Core Processor`, 2 → `amd-epyc-9r45-2-cores`: says what it is, not whose. */
function machineName(cpu, cores) {
  const words = cpu
    .toLowerCase()
    .replace(/\((?:r|tm)\)|@.*$|\d+-core|processor|\bcpu\b/g, ' ')
    .replace(/[^a-z0-9]+/g, ' ')
    .trim()
    .split(' ');
  return [...words.filter((word) => word !== ''), cores, cores === 1 ? 'core' : 'cores'].join('-');
}

export function machineFacts() {
  const cores = availableParallelism();
  const cpu = cpus()[0]?.model.trim() ?? 'unknown';
  return {
    name: machineName(cpu, cores),
    cpu,
    cores,
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()}`,
  };
}

export function versionFacts() {
  const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
  let commit;
  try {
    const git = (...args) => execFileSync('git', args, { cwd: repository, encoding: 'utf8' }).trim();
    commit =
      git('rev-parse', '--short', 'HEAD') +
      (git('status', '--porcelain', '-uno') === '' ? '' : ' and changes');
  } catch {
    commit = undefined;
  }
  const packages = installedVersions([
    'onnxruntime-node',
    '@tensorflow/tfjs-core',
    '@tensorflow/tfjs-layers',
  ]);
  return { assay: version, commit, node: process.versions.node, ...packages };
}
