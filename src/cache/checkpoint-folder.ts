/**
 * Checkpoints of one fingerprint on the disk: `<step>/files/…` with `<step>/checkpoint.json`, which holds their hashes.
 * The two newest are kept, so that a rotten one costs one epoch more and not the training.
 */
import { mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeFileAtomic } from '../core/atomic-write.js';
import { canonicalJson } from '../core/json.js';
import { makeFolder } from '../core/make-folder.js';
import type { ArtifactFile, DiskCheckpoints } from './artifact-cache.js';
import { artifactDigest, findFault, flush, flushFolder, hashFiles, listFolder } from './artifact-files.js';
import type { CacheLayout } from './cache-layout.js';
import { namesIn } from './entry-file.js';
import { asFileProblem } from './file-problem.js';
import { freshWorkPath, throwAway } from './trash.js';

const kept = 2;
const stepName = /^\d{12}$/;

interface CheckpointManifest {
  readonly step: number;
  readonly files: readonly ArtifactFile[];
  /** Digest of the list of files. */
  readonly digest: string;
}

function readManifest(folder: string): CheckpointManifest | undefined {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, 'checkpoint.json'), 'utf8')) as CheckpointManifest;
    return artifactDigest(manifest.files) === manifest.digest ? manifest : undefined;
  } catch {
    // Missing or not as it was written: this checkpoint is none.
    return undefined;
  }
}

export class CheckpointFolder implements DiskCheckpoints {
  readonly #layout: CacheLayout;
  readonly #folder: string;

  constructor(layout: CacheLayout, fingerprint: string) {
    this.#layout = layout;
    this.#folder = layout.checkpointsOf(fingerprint);
  }

  async latest(): Promise<{ readonly step: number; readonly folder: string } | undefined> {
    for (const name of this.#names()) {
      const folder = join(this.#folder, name);
      const manifest = readManifest(folder);
      if (manifest?.step !== Number(name)) continue;
      const files = join(folder, 'files');
      if ((await findFault(files, manifest.files, (path) => path)) === undefined)
        return { step: manifest.step, folder: files };
    }
    return undefined;
  }

  async save(step: number, write: (folder: string) => Promise<void>): Promise<void> {
    const name = String(step).padStart(12, '0');
    if (!stepName.test(name)) throw new Error(`not a step: ${step}`);
    try {
      const temporary = freshWorkPath(this.#layout, 'checkpoint');
      try {
        await this.#fill(temporary, step, write);
        this.#publish(temporary, join(this.#folder, name));
      } finally {
        rmSync(temporary, { recursive: true, force: true });
      }
      // Those of later steps did not read back, or training would have gone on from them.
      const names = this.#names();
      for (const other of [...names.filter((a) => a > name), ...names.filter((a) => a <= name).slice(kept)]) {
        throwAway(this.#layout, join(this.#folder, other));
      }
    } catch (error) {
      throw asFileProblem(error, this.#layout.root);
    }
  }

  clear(): Promise<void> {
    throwAway(this.#layout, this.#folder);
    return Promise.resolve();
  }

  /** Newest first. */
  #names(): string[] {
    return namesIn(this.#folder)
      .filter((name) => stepName.test(name))
      .sort()
      .reverse();
  }

  async #fill(folder: string, step: number, write: (folder: string) => Promise<void>): Promise<void> {
    const output = join(folder, 'files');
    mkdirSync(folder);
    mkdirSync(output);
    await write(output);
    const content = listFolder(output);
    flushFolder(output, content);
    const files = await hashFiles(output, content.files);
    const manifest: CheckpointManifest = { step, files, digest: artifactDigest(files) };
    writeFileAtomic(join(folder, 'checkpoint.json'), `${canonicalJson(manifest)}\n`);
    flush(folder);
  }

  #publish(temporary: string, home: string): void {
    makeFolder(dirname(home));
    // One of the same step did not read back; a folder with files in it can't be renamed over.
    throwAway(this.#layout, home);
    renameSync(temporary, home);
    flush(dirname(home));
  }
}
