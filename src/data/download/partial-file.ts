/**
 * A file that is being downloaded: a folder `<file>.part…` that holds the bytes so far and where they came from, so
 * that a later process goes on where this one stopped. One process owns it at a time: whoever renames it to a name with
 * its own process id has it, and one left by a dead process is anybody's. Knows nothing of HTTP.
 */
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../../core/make-folder.js';

/** Where the bytes came from, and the mark by which the server tells whether its file is still the same. */
export interface PartialOrigin {
  readonly url: string;
  /** A strong ETag or a Last-Modified date; absent: the transfer can't be resumed. */
  readonly validator?: string | undefined;
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

export class PartialFile {
  readonly #folder: string;
  readonly #free: string;
  #over = false;

  private constructor(folder: string, free: string) {
    this.#folder = folder;
    this.#free = free;
  }

  /** Takes over what an earlier download of `folder`/`file` left, or begins anew. Throws as `fs` does. */
  static claim(folder: string, file: string): PartialFile {
    makeFolder(folder);
    const free = join(folder, `${file}.part`);
    const own = `${free}-${process.pid}-${randomBytes(4).toString('hex')}`;
    for (const name of readdirSync(folder)) {
      if (!name.startsWith(`${file}.part`)) continue;
      const owner = /\.part-(\d+)-[0-9a-f]{8}$/.exec(name)?.[1];
      if (owner !== undefined && isAlive(Number(owner))) continue;
      try {
        renameSync(join(folder, name), own);
        return new PartialFile(own, free);
      } catch {
        // Somebody else was faster with this one.
      }
    }
    mkdirSync(own);
    return new PartialFile(own, free);
  }

  get path(): string {
    return join(this.#folder, 'bytes');
  }

  /** Bytes so far. */
  get size(): number {
    return existsSync(this.path) ? statSync(this.path).size : 0;
  }

  get origin(): PartialOrigin | undefined {
    try {
      return JSON.parse(readFileSync(join(this.#folder, 'origin.json'), 'utf8')) as PartialOrigin;
    } catch {
      // Absent, or cut short by a kill: the bytes can't be trusted to belong to anything, so they count as none.
      return undefined;
    }
  }

  /** Forgets all bytes, and notes where the next ones come from. */
  restart(origin: PartialOrigin): void {
    rmSync(this.path, { force: true });
    writeFileSync(join(this.#folder, 'origin.json'), JSON.stringify(origin));
  }

  /** Opened for writing at its end. */
  append(): Promise<FileHandle> {
    return open(this.path, 'a');
  }

  /** Moves the bytes, flushed to the disk, to where they belong; this part is over. */
  async finish(target: string): Promise<void> {
    const file = await open(this.path, 'r+');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
    renameSync(this.path, target);
    this.discard();
  }

  /** Gives it back for a later download to go on; nothing when it is over already. */
  release(): void {
    if (this.#over) return;
    if (this.size === 0) {
      this.discard();
      return;
    }
    this.#over = true;
    try {
      renameSync(this.#folder, this.#free);
    } catch {
      // Another process gave one back in the meantime; one is enough.
      rmSync(this.#folder, { recursive: true, force: true });
    }
  }

  discard(): void {
    this.#over = true;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
