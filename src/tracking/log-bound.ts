/**
 * Keeps the write-ahead log from growing without end. SQLite takes the log over into the database as it goes, but begins
 * it anew only at a moment at which nobody reads from it (https://sqlite.org/wal.html#avoiding_excessively_large_wal_files);
 * with readers that follow each other closely that moment may never come by itself.
 */
import { statSync } from 'node:fs';
import type { Database } from './database.js';

/** How large the log may become before readers are waited for, in bytes. */
const mostBytes = 64 * 1024 * 1024;
const lookMilliseconds = 1000;
/** How long is waited for readers, and how soon again when that was in vain. */
const waitMilliseconds = 100;
const againMilliseconds = 2_000;

export class LogBound {
  readonly #database: Database;
  #nextLook = performance.now() + lookMilliseconds;

  constructor(database: Database) {
    this.#database = database;
  }

  /** To be called outside a transaction, as often as one likes. */
  afterCommit(): void {
    const now = performance.now();
    if (now < this.#nextLook) return;
    this.#nextLook = now + lookMilliseconds;
    if (this.#database.memory || logBytes(this.#database.name) <= mostBytes) return;
    const busy = this.#database.pragma('busy_timeout', { simple: true }) as number;
    try {
      this.#database.pragma(`busy_timeout = ${waitMilliseconds}`);
      // Readers that come now read the database itself, so those that read the log become fewer and end.
      const [outcome] = this.#database.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
      if (outcome?.busy !== 0) this.#nextLook = now + againMilliseconds;
    } finally {
      this.#database.pragma(`busy_timeout = ${busy}`);
    }
  }
}

function logBytes(file: string): number {
  return statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
}
