/**
 * A whole `assay run` of the reference CNN on all of MNIST, in a project of its own so that nothing comes from a cache: its
 * peak memory, the main process's alone, and its wall time from the command to the report.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { datasetsFolder, repository } from './open-training.mjs';
import { runProcesses } from './run-process.mjs';

const preload = fileURLToPath(new URL('report-memory.mjs', import.meta.url));

export async function measureWholeRun(epochs) {
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-'));
  const memory = join(folder, 'memory.txt');
  try {
    writeFileSync(join(folder, 'package.json'), '{ "name": "bench", "private": true }\n');
    cpSync(join(repository, 'pipelines'), join(folder, 'pipelines'), { recursive: true });
    mkdirSync(join(folder, 'bench/train'), { recursive: true });
    const experiment = join(folder, 'bench/train/reference-cnn.yaml');
    cpSync(join(repository, 'bench/train/reference-cnn.yaml'), experiment);
    const command = {
      file: process.execPath,
      args: [
        ...['--import', preload, join(repository, 'dist/bundle/assay.js'), 'run', experiment],
        ...['--json', '--set', 'engine={ onnx: { provider: cpu } }', '--set', `train.epochs=${epochs}`],
      ],
      env: { ASSAY_BENCH_MEMORY: memory, ASSAY_DATASETS: datasetsFolder() ?? '' },
    };
    const { results, during } = await runProcesses(command, 1);
    const { line, wall } = results[0];
    return {
      epochs,
      peakMegabytes: Number(readFileSync(memory, 'utf8')),
      seconds: wall,
      engine: line.engine,
      accuracy: line.metrics?.['evaluate.accuracy'] ?? line.metrics?.accuracy,
      during,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
