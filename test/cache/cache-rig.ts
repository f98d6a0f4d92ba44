/** What the cache's tests share: a temporary cache, records to fill it with, and other processes that use it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';
import type { ArtifactCache, CacheEntry } from '../../src/cache/artifact-cache.js';
import { createDiskArtifactCache } from '../../src/cache/disk-artifact-cache.js';
import type { StageSummary } from '../../src/core/events.js';
import { fingerprintOf, type FingerprintRecord } from '../../src/plan/fingerprint.js';

const repository = fileURLToPath(new URL('../..', import.meta.url));

export function recordOf(name: string, kind = 'train'): FingerprintRecord {
  return { record: 1, kind, version: 1, settings: { name }, inputs: {} };
}

export type FileContents = Readonly<Record<string, string>>;

export function writeFiles(folder: string, files: FileContents): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** Changes one bit of a byte of a file. */
export function flipByte(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at] = bytes[at]! ^ 1;
  chmodSync(path, 0o644);
  writeFileSync(path, bytes);
}

export interface Ended {
  readonly code: number | string;
  readonly output: string;
}

export class CacheRig {
  readonly folder = mkdtempSync(join(tmpdir(), 'assay-cache-'));
  readonly root = join(this.folder, '.assay');
  readonly cache: ArtifactCache = createDiskArtifactCache(this.root);
  readonly #children = new Set<ChildProcess>();
  #bundle: string | undefined;

  async make(name: string, files: FileContents, summary: StageSummary = {}): Promise<CacheEntry> {
    const record = recordOf(name);
    const workspace = await this.cache.workspace(fingerprintOf(record));
    writeFiles(workspace.folder, files);
    return await workspace.commit({ record, summary, seconds: 1.5, madeBy: 'run-1' });
  }

  entryPath(entry: CacheEntry): string {
    return join(this.root, 'entries', entry.fingerprint.slice(0, 2), `${entry.fingerprint}.json`);
  }

  artifactPath(entry: CacheEntry, file = ''): string {
    return join(this.root, 'artifacts', entry.artifact.slice(0, 2), entry.artifact, file);
  }

  /**
   * Starts a program in a process of its own. It finds `cache`, `input`, `recordOf` and `fingerprintOf` ready.
   */
  start(program: string, input: unknown = {}): { child: ChildProcess; ended: Promise<Ended> } {
    const code = `
      import { createDiskArtifactCache, fingerprintOf } from ${JSON.stringify(this.#module())};
      import { appendFileSync, chmodSync, mkdirSync, writeFileSync } from 'node:fs';
      import { join } from 'node:path';
      import { setTimeout as sleep } from 'node:timers/promises';
      const input = JSON.parse(process.argv[1]);
      const cache = createDiskArtifactCache(${JSON.stringify(this.root)});
      const recordOf = (name) => ({ record: 1, kind: 'train', version: 1, settings: { name }, inputs: {} });
      ${program}`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code, JSON.stringify(input)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#children.add(child);
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    const ended = new Promise<Ended>((resolve) => {
      child.on('close', (exitCode, signal) => {
        this.#children.delete(child);
        resolve({ code: exitCode ?? signal ?? 'unknown', output });
      });
    });
    return { child, ended };
  }

  /** Resolves when the child has printed something. */
  static async spoke(child: ChildProcess): Promise<void> {
    await new Promise((resolve) => child.stdout?.once('data', resolve));
  }

  /** The cache as one module that plain Node can load. */
  #module(): string {
    if (this.#bundle === undefined) {
      // Inside the repository, so that the bundle finds its packages.
      mkdirSync(join(repository, 'test', '.tmp'), { recursive: true });
      const folder = mkdtempSync(join(repository, 'test', '.tmp', 'cache-'));
      this.#bundle = join(folder, 'cache.mjs');
      buildSync({
        stdin: {
          contents: `export * from './src/cache/disk-artifact-cache.ts'; export * from './src/plan/fingerprint.ts';`,
          resolveDir: repository,
        },
        outfile: this.#bundle,
        bundle: true,
        packages: 'external',
        platform: 'node',
        format: 'esm',
      });
    }
    return pathToFileURL(this.#bundle).href;
  }

  [Symbol.dispose](): void {
    for (const child of this.#children) child.kill('SIGKILL');
    if (this.#bundle !== undefined) rmSync(dirname(this.#bundle), { recursive: true, force: true });
    rmSync(this.folder, { recursive: true, force: true });
  }
}
