/**
 * Which reports lie in `runs/`: of runs, by their folder, and all others (comparisons), which are looked for in the folder
 * itself and in those folders in it that are not runs'. Looks at names alone, never into files.
 */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isPlainName } from './run-files.js';
import { fileAddress, shownTime } from './views/words.js';

export interface ListedReport {
  readonly name: string;
  readonly address: string;
  readonly made: string;
}

/** As `makeRunId` makes them, and `trialRunId` those of trials. */
const runFolder = /-\d{8}-\d{6}-(?:[0-9a-f]{4}|t\d{4,})$/;
const mostReports = 200;
const mostFolders = 50;
/** In one folder: which are the newest is known after asking for the time of each. */
const mostFiles = 2000;
const againMilliseconds = 2000;

export class ReportList {
  readonly #folder: string;
  #others: readonly ListedReport[] = [];
  #looked = '';
  #lookedAt = -Infinity;

  /** @param folder a project's `runs/`, absolute. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The address of a run's report, where it has one. */
  async ofRun(id: string): Promise<string | undefined> {
    const path = join(this.#folder, id, 'report.html');
    const address = fileAddress(this.#folder, path);
    return address !== undefined && (await timeOf(path)) !== undefined ? address : undefined;
  }

  /** The address of the comparison of a sweep's trials, where `assay compare --sweep` has put it. */
  async ofSweep(name: string): Promise<string | undefined> {
    if (!/^\w[\w.-]{0,79}$/.test(name)) return undefined;
    const path = join(this.#folder, 'comparisons', `${name}.html`);
    return (await timeOf(path)) === undefined ? undefined : fileAddress(this.#folder, path);
  }

  /** Reports that are of no run, the newest first. */
  async others(): Promise<readonly ListedReport[]> {
    if (performance.now() - this.#lookedAt < againMilliseconds) return this.#others;
    this.#lookedAt = performance.now();
    const folders = await this.#folders();
    // A folder's time changes with what is put into it; thousands of runs are not listed anew for nothing.
    const times = await Promise.all(
      folders.map(async (folder) => `${folder} ${String(await timeOf(folder))}`),
    );
    const looked = times.join('\n');
    if (looked === this.#looked) return this.#others;
    const found = (await Promise.all(folders.map(htmlFiles))).flat();
    this.#looked = looked;
    this.#others = found
      .sort((a, b) => b.time - a.time)
      .slice(0, mostReports)
      .flatMap(({ path, time }) => {
        const address = fileAddress(this.#folder, path);
        if (address === undefined) return [];
        return {
          name: path.slice(this.#folder.length + 1).replaceAll('\\', '/'),
          address,
          made: shownTime(time),
        };
      });
    return this.#others;
  }

  async #folders(): Promise<string[]> {
    const entries = await readdir(this.#folder, { withFileTypes: true }).catch(() => []);
    const folders = entries
      .filter((entry) => entry.isDirectory() && isPlainName(entry.name) && !runFolder.test(entry.name))
      .slice(0, mostFolders);
    return [this.#folder, ...folders.map(({ name }) => join(this.#folder, name))];
  }
}

async function timeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
}

async function htmlFiles(folder: string): Promise<{ path: string; time: number }[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const files = entries.filter(
    (entry) => entry.isFile() && entry.name.endsWith('.html') && isPlainName(entry.name),
  );
  const found = await Promise.all(
    files.slice(0, mostFiles).map(async ({ name }) => {
      const path = join(folder, name);
      return { path, time: (await timeOf(path)) ?? 0 };
    }),
  );
  return found;
}
