/**
 * A data set of four IDX files, as MNIST and its kin: from the folder that the user brought, from the user-wide folder,
 * or from mirrors, in this order; its bytes are checked wherever they came from. Which files, checksums and mirrors is
 * said by a file per data set (`mnist.ts`).
 */
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { sha256 } from '../core/digest.js';
import { ProblemError } from '../core/problem.js';
import { broughtFolder, downloadFolder, mirrorsFrom, type Environment } from './data-folders.js';
import type { Dataset, DatasetRequest, DatasetSource } from './dataset-source.js';
import { standardLimits, type DownloadLimits } from './download/download-limits.js';
import { MirrorList } from './download/mirrored-file.js';
import { parseIdxImages, parseIdxLabels, unpack } from './idx.js';
import type { LabelledImages } from './image-batch.js';

export interface IdxFile {
  /** Without `.gz`. */
  readonly name: string;
  /** Of the unpacked bytes. */
  readonly sha256: string;
  /** Unpacked. */
  readonly bytes: number;
}

export interface IdxDatasetSpecification {
  readonly name: string;
  readonly classes: readonly string[];
  readonly trainImages: IdxFile;
  readonly trainLabels: IdxFile;
  readonly testImages: IdxFile;
  readonly testLabels: IdxFile;
  /** Base URLs with a slash at the end; files lie there packed, as `<name>.gz`. */
  readonly mirrors: readonly string[];
  /** The environment variable that names other mirrors. */
  readonly mirrorsVariable: string;
}

export interface IdxSourceOptions {
  readonly environment?: Environment;
  readonly limits?: DownloadLimits;
}

const roles = ['trainImages', 'trainLabels', 'testImages', 'testLabels'] as const;
type Role = (typeof roles)[number];

/** A progress event for each so many bytes. */
const progressBytes = 1 << 18;

export class IdxDatasetSource implements DatasetSource {
  readonly name: string;
  readonly #specification: IdxDatasetSpecification;
  readonly #environment: Environment;
  readonly #limits: DownloadLimits;

  constructor(
    specification: IdxDatasetSpecification,
    { environment = process.env, limits = standardLimits }: IdxSourceOptions = {},
  ) {
    this.name = specification.name;
    this.#specification = specification;
    this.#environment = environment;
    this.#limits = limits;
  }

  /**
   * @throws {ProblemError} `no-dataset` when there is no copy to be had, naming everything that was tried; `bad-idx` or
   * `wrong-checksum` when the folder that the user brought holds something else; `data-folder-unwritable`.
   */
  async load(request: DatasetRequest): Promise<Dataset> {
    const tried: string[] = [];
    const brought = broughtFolder(this.#environment, this.name);
    if (brought === undefined) tried.push('ASSAY_DATASETS: not set');
    else {
      const missing = this.#missingFrom(brought);
      // A broken file there is an error, never a reason to look elsewhere: the user said that this is the data.
      if (missing.length === 0)
        return this.#assemble((role) => readChecked(brought, this.#specification, role));
      tried.push(`ASSAY_DATASETS: ${brought} lacks ${missing.join(', ')}`);
      request.onWarning({
        code: 'dataset-not-brought',
        message: `ASSAY_DATASETS is set, but ${brought} lacks ${missing.join(', ')}`,
        fix: this.#fixOfBrought(dirname(brought)),
      });
    }
    const files = await this.#fromDownloads(request, tried);
    return this.#assemble((role) => files[role]);
  }

  /** The folder of the data set itself is easily taken for the one that is to hold it. */
  #fixOfBrought(root: string): string | undefined {
    if (this.#missingFrom(root).length > 0) return undefined;
    return basename(root) === this.name
      ? `the files lie in ${root} itself: set ASSAY_DATASETS to ${dirname(root)}`
      : `the files lie in ${root} itself: move them into a folder "${this.name}" there`;
  }

  #missingFrom(folder: string): string[] {
    return roles
      .map((role) => this.#specification[role].name)
      .filter((name) => pathOf(folder, name) === undefined);
  }

  /** The four files' bytes from the user-wide folder; what is not there, or rotten, is downloaded into it. */
  async #fromDownloads(request: DatasetRequest, tried: string[]): Promise<Record<Role, Uint8Array>> {
    const folder = downloadFolder(this.#environment, this.name);
    const files: Partial<Record<Role, Uint8Array>> = {};
    const absent: Role[] = [];
    for (const role of roles) {
      const { name } = this.#specification[role];
      const path = pathOf(folder, name);
      if (path === undefined) {
        absent.push(role);
        continue;
      }
      try {
        files[role] = readChecked(folder, this.#specification, role);
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        request.onWarning({ code: 'rotten-download', message: `${error.message}; it is downloaded anew` });
        rmSync(path, { force: true });
        absent.push(role);
      }
    }
    if (absent.length > 0) {
      tried.push(`${folder} lacks ${absent.map((role) => this.#specification[role].name).join(', ')}`);
      await this.#download(folder, absent, request, tried, files);
    }
    return files as Record<Role, Uint8Array>;
  }

  async #download(
    folder: string,
    absent: readonly Role[],
    request: DatasetRequest,
    tried: string[],
    files: Partial<Record<Role, Uint8Array>>,
  ): Promise<void> {
    const { mirrors, mirrorsVariable } = this.#specification;
    const bases = mirrorsFrom(this.#environment, mirrorsVariable, mirrors);
    const deadline = AbortSignal.timeout(this.#limits.totalMilliseconds);
    let reported = -progressBytes;
    const list = new MirrorList(bases, {
      limits: this.#limits,
      signal: AbortSignal.any([request.signal, deadline]),
      onBytes: (file, mirror, done, total) => {
        if (done !== total && done >= reported && done - reported < progressBytes) return;
        reported = done;
        request.onProgress({ done, total: total ?? done, unit: 'bytes', note: `${file} from ${mirror}` });
      },
    });
    for (const role of absent) {
      const wanted = this.#specification[role];
      let result;
      try {
        result = await list.fetch(folder, {
          file: `${wanted.name}.gz`,
          // gzip makes no file longer by more than a few bytes in each block.
          maxBytes: wanted.bytes + (wanted.bytes >> 8) + 1024,
          placeFor: (bytes) => {
            files[role] = check(`${wanted.name}.gz`, this.#specification, role, bytes);
            return join(folder, bytes[0] === 0x1f && bytes[1] === 0x8b ? `${wanted.name}.gz` : wanted.name);
          },
        });
      } catch (error) {
        request.signal.throwIfAborted();
        if (!deadline.aborted) throw unwritable(folder, error);
        tried.push(`downloading took more than ${this.#limits.totalMilliseconds / 1000} s in all`);
        throw this.#noDataset(tried);
      }
      const failures = result.failures.map(({ mirror, reason }) => `${mirror}${wanted.name}.gz ${reason}`);
      if (!result.done) throw this.#noDataset([...tried, ...failures]);
      for (const message of failures)
        request.onWarning({ code: 'mirror-failed', message: `${message}; the next mirror was asked` });
    }
  }

  #noDataset(tried: readonly string[]): ProblemError {
    const { trainImages, mirrorsVariable } = this.#specification;
    return new ProblemError({
      code: 'no-dataset',
      message: `expected a copy of the data set "${this.name}", got none; tried\n${tried.map((line) => `  - ${line}`).join('\n')}`,
      fix:
        `set ASSAY_DATASETS to a folder that has ${this.name}/${trainImages.name}.gz and the three other files, ` +
        `or connect to the network and run again (${mirrorsVariable} can name other mirrors, separated by commas)`,
    });
  }

  #assemble(bytesOf: (role: Role) => Uint8Array): Dataset {
    const { classes } = this.#specification;
    const split = (images: Role, labels: Role): LabelledImages => {
      const { count, height, width, pixels } = parseIdxImages(
        this.#specification[images].name,
        bytesOf(images),
      );
      const values = parseIdxLabels(this.#specification[labels].name, bytesOf(labels), classes.length);
      if (values.length !== count) {
        throw new ProblemError({
          code: 'bad-idx',
          message: `expected ${this.#specification[labels].name} to be labels of ${count} images, got ${values.length}`,
        });
      }
      return { count, shape: [height, width, 1], pixels, labels: values };
    };
    const checksums = roles.map((role) => [this.#specification[role].name, this.#specification[role].sha256]);
    return {
      classes,
      train: split('trainImages', 'trainLabels'),
      test: split('testImages', 'testLabels'),
      source: { kind: 'idx', sha256: Object.fromEntries(checksums) as Record<string, string> },
    };
  }
}

/** The file as it lies in the folder, packed or not, if it does. */
function pathOf(folder: string, name: string): string | undefined {
  return [`${name}.gz`, name].map((file) => join(folder, file)).find((path) => existsSync(path));
}

/** A file's unpacked bytes, checked. @throws {ProblemError} when they are not the specification's. */
function readChecked(folder: string, specification: IdxDatasetSpecification, role: Role): Uint8Array {
  const { name, bytes } = specification[role];
  const path = pathOf(folder, name) ?? join(folder, name);
  let content: Uint8Array;
  try {
    const status = statSync(path);
    // Looked at before reading: a device never ends, and a huge file would fill the memory.
    if (!status.isFile()) throw new Error('it is no regular file');
    if (status.size > 2 * bytes + 1024) throw new Error(`it has ${status.size} bytes`);
    content = readFileSync(path);
  } catch (error) {
    throw new ProblemError({
      code: 'bad-idx',
      message: `${path} can't be read: ${(error as Error).message}`,
    });
  }
  return check(path, specification, role, content);
}

/** Structure first, for its errors tell more than a checksum's. */
function check(
  shown: string,
  specification: IdxDatasetSpecification,
  role: Role,
  content: Uint8Array,
): Uint8Array {
  const wanted = specification[role];
  const bytes = unpack(shown, content, wanted.bytes);
  if (role === 'trainImages' || role === 'testImages') parseIdxImages(shown, bytes);
  else parseIdxLabels(shown, bytes, specification.classes.length);
  const found = sha256(bytes);
  if (found === wanted.sha256) return bytes;
  throw new ProblemError({
    code: 'wrong-checksum',
    message: `expected ${shown} to have the SHA-256 ${wanted.sha256} when unpacked, got ${found}`,
    fix: 'replace it by a whole copy, or remove it to have it downloaded',
  });
}

function unwritable(folder: string, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (
    code === undefined ||
    !['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'ENOTDIR', 'EEXIST'].includes(code)
  )
    return error;
  return new ProblemError({
    code: 'data-folder-unwritable',
    message: `expected the data folder ${folder} to be writable, got ${message}`,
    fix: 'free some space, or set ASSAY_DATA_HOME to a folder that can be written',
  });
}
