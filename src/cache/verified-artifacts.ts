/**
 * What this process has hashed: artifacts by digest, with the stamps that their files had just before. As long as the
 * file system says the same of them, hashing again would find the same. Owns no rule of what is whole.
 */
import type { CacheEntry } from './artifact-cache.js';
import { areSettled, stampFiles, type FileStamps } from './file-stamps.js';

const most = 1000;

export class VerifiedArtifacts {
  readonly #stamps = new Map<string, string>();

  /** @param isWhole hashes every file. */
  async check(entry: CacheEntry, folder: string, isWhole: () => Promise<boolean>): Promise<boolean> {
    const { artifact, files } = entry;
    let stamps: FileStamps;
    try {
      stamps = stampFiles(folder, files);
    } catch {
      // A file is missing: hashing will tell which.
      return isWhole();
    }
    const said = JSON.stringify(stamps);
    if (this.#stamps.get(artifact) === said) return true;
    this.#stamps.delete(artifact);
    // Files written this instant could change once more without a sign of it.
    const settled = areSettled(stamps);
    if (!(await isWhole())) return false;
    if (settled) this.#keep(artifact, said);
    return true;
  }

  #keep(artifact: string, stamps: string): void {
    if (this.#stamps.size >= most) this.#stamps.delete(this.#stamps.keys().next().value!);
    this.#stamps.set(artifact, stamps);
  }
}
