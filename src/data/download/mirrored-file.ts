/**
 * Files that several mirrors offer: each mirror in turn until one brings the right bytes; a mirror that served one file
 * is asked first for the next, one that failed last. Owns the order and the reasons; bytes travel in
 * `resumable-download.ts`.
 */
import { readFileSync } from 'node:fs';
import type { DownloadLimits } from './download-limits.js';
import { TransferError } from './http-transfer.js';
import { PartialFile } from './partial-file.js';
import { download } from './resumable-download.js';

export interface MirroredFile {
  /** Below each mirror's base URL, and below `folder` once it is there. */
  readonly file: string;
  readonly maxBytes: number;
  /** Where the bytes belong, once they passed. Throws with the reason in its message when they are wrong. */
  readonly placeFor: (bytes: Uint8Array) => string;
}

export interface MirrorOptions {
  readonly limits: DownloadLimits;
  readonly signal: AbortSignal;
  readonly onBytes: (file: string, mirror: string, done: number, total: number | undefined) => void;
}

/** One mirror's failure. */
export interface MirrorFailure {
  readonly mirror: string;
  readonly reason: string;
}

export class MirrorList {
  #mirrors: readonly string[];
  readonly #options: MirrorOptions;

  constructor(mirrors: readonly string[], options: MirrorOptions) {
    this.#mirrors = mirrors;
    this.#options = options;
  }

  /**
   * Brings one file into `folder`. Resolves with the failures met on the way; `done` is false when no mirror was left.
   * @throws as `fs` does when the folder can't be written; the signal's reason when aborted.
   */
  async fetch(
    folder: string,
    wanted: MirroredFile,
  ): Promise<{ done: boolean; failures: readonly MirrorFailure[] }> {
    const failures: MirrorFailure[] = [];
    const part = PartialFile.claim(folder, wanted.file);
    try {
      for (const mirror of this.#mirrors) {
        const reason = await this.#tryMirror(mirror, wanted, part);
        if (reason === undefined) {
          this.#mirrors = [mirror, ...this.#mirrors.filter((other) => other !== mirror)];
          return { done: true, failures };
        }
        failures.push({ mirror, reason });
      }
      return { done: false, failures };
    } finally {
      part.release();
    }
  }

  /** Nothing when the file is in its place, else the reason why not. */
  async #tryMirror(mirror: string, wanted: MirroredFile, part: PartialFile): Promise<string | undefined> {
    const { limits, signal, onBytes } = this.#options;
    const request = {
      url: mirror + wanted.file,
      part,
      maxBytes: wanted.maxBytes,
      limits,
      signal,
      onBytes: (done: number, total: number | undefined) => onBytes(wanted.file, mirror, done, total),
    };
    // Bytes put together from two transfers may be wrong because of the first; then it is worth a second try, from
    // the beginning. Wrong bytes of one transfer are what this mirror has.
    for (;;) {
      let resumed: boolean;
      try {
        ({ resumed } = await download(request));
      } catch (error) {
        if (error instanceof TransferError) return error.message;
        throw error;
      }
      let place: string;
      try {
        place = wanted.placeFor(readFileSync(part.path));
      } catch (error) {
        part.restart({ url: request.url });
        if (resumed) continue;
        return `sent other bytes: ${(error as Error).message}`;
      }
      await part.finish(place);
      return undefined;
    }
  }
}
