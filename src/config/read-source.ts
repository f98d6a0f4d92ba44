/**
 * Reads a configuration file that lies in the project: a plain file of at most 1 MiB in UTF-8. Owns what may be opened
 * at all; parsing is `parse-yaml.ts`'s.
 */
import { isUtf8 } from 'node:buffer';
import { closeSync, fstatSync, openSync, readFileSync, statSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { formatCount } from '../core/format-units.js';
import { showValue } from '../core/problem.js';
import { isInside, realPath } from '../core/inside-folder.js';
import { limits } from './limits.js';
import { parseYaml } from './parse-yaml.js';
import type { ProblemList } from './problem-list.js';
import { shownPath } from './project-path.js';
import { SourceFile, type Place } from './source-file.js';
import type { MapNode } from './source-node.js';
import { suggestFile } from './suggest-file.js';

/** Who asks for a file. */
export interface FileRequest {
  /** As written. */
  readonly path: string;
  /** Absolute folder that `path` is relative to. */
  readonly from: string;
  /** Absolute, links resolved; the file must lie in it. */
  readonly root: string;
  /** How messages name it: `"pipeline"`. */
  readonly what: string;
  /** Where the path is written; absent on the command line. */
  readonly at?: Place | undefined;
  /** Written paths may not be absolute; those of a shell may. */
  readonly absoluteAllowed?: boolean;
}

export interface SourceDocument {
  readonly source: SourceFile;
  readonly root: MapNode;
}

/** The absolute real path of an existing plain file in the project, or nothing, and the reason is told. */
export function findFile(request: FileRequest, problems: ProblemList): string | undefined {
  const { path, from, root, what, at } = request;
  if (path.includes('\0') || path.trim() === '') {
    problems.add({
      code: 'file-not-found',
      message: `expected ${what} to be the path of a file, got ${showValue(path)}`,
      at,
    });
    return undefined;
  }
  const absolute = resolve(from, path);
  const real = realPath(absolute);
  const forbiddenForm = isAbsolute(path) && request.absoluteAllowed !== true;
  // On the command line a project may be reached by a link; in a file, a path may not even pass through the outside.
  const passesOutside = request.absoluteAllowed !== true && !isInside(absolute, root);
  if (forbiddenForm || passesOutside || !isInside(real, root)) {
    const byLink = !forbiddenForm && !passesOutside && isInside(absolute, root);
    problems.add({
      code: 'outside-project',
      message: `expected ${what} to be a path inside the project, got ${showValue(path)}${byLink ? ', a link that leaves it' : ''}`,
      at,
      fix: 'copy the file into the project, and give its path relative to the file that names it',
    });
    return undefined;
  }
  return isPlainFile(real, request, problems) ? real : undefined;
}

function isPlainFile(real: string, request: FileRequest, problems: ProblemList): boolean {
  const { path, from, root, what, at } = request;
  let isFile: boolean;
  let isFolder: boolean;
  try {
    const facts = statSync(real);
    [isFile, isFolder] = [facts.isFile(), facts.isDirectory()];
  } catch (error) {
    const missing = ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP'].includes(
      (error as NodeJS.ErrnoException).code ?? '',
    );
    problems.add({
      code: missing ? 'file-not-found' : 'file-not-readable',
      message: missing
        ? `expected ${what} to be the path of a file, got ${showValue(path)}, which is not there${relativeTo(request)}`
        : `cannot look at ${shownPath(real, root)}: ${(error as Error).message}`,
      at,
      fix: missing ? suggestFile({ path, from, root, asking: at?.source.path }, real) : undefined,
    });
    return false;
  }
  if (isFile) return true;
  problems.add({
    code: 'not-a-file',
    message: `expected ${what} to be the path of a file, got ${showValue(path)}, which is ${isFolder ? 'a folder' : 'no plain file'}`,
    at,
  });
  return false;
}

/** A path in a file is not relative to where the command was given, which is what people expect at first. */
function relativeTo({ from, root, at }: FileRequest): string {
  if (at === undefined) return '';
  const folder = shownPath(from, root);
  return folder === '.' ? " (relative to the project's folder)" : ` (relative to ${folder})`;
}

/** Reads and parses a file whose top level must be a mapping. */
export function readDocument(request: FileRequest, problems: ProblemList): SourceDocument | undefined {
  const path = findFile(request, problems);
  if (path === undefined) return undefined;
  const source = readSource(path, request, problems);
  if (source === undefined) return undefined;
  const before = problems.count;
  const root = parseYaml(source, problems);
  if (root?.kind === 'map') return { source, root };
  if (problems.count > before) return undefined;
  const empty = root?.kind === 'scalar' && root.value === null;
  problems.add({
    code: empty ? 'empty-file' : 'wrong-type',
    message: empty
      ? `expected ${source.name} to hold a mapping, got an empty file`
      : `expected ${source.name} to hold a mapping, got ${root?.kind === 'list' ? 'a list' : 'a single value'}`,
    at: root?.place === undefined ? source.place(0, 1) : source.lineAt(root.place.from),
  });
  return undefined;
}

function readSource(path: string, { root, at }: FileRequest, problems: ProblemList): SourceFile | undefined {
  const name = shownPath(path, root);
  let bytes: Buffer;
  try {
    const file = openSync(path, 'r');
    try {
      const size = fstatSync(file).size;
      if (size > limits.fileBytes) {
        problems.add({
          code: 'file-too-large',
          message: `expected ${name} to be at most ${formatCount(limits.fileBytes)} bytes (1 MiB) large, got ${formatCount(size)}`,
          at,
        });
        return undefined;
      }
      bytes = readFileSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    problems.add({
      code: 'file-not-readable',
      message: `cannot read ${name}: ${(error as Error).message}`,
      at,
    });
    return undefined;
  }
  if (isUtf8(bytes)) return new SourceFile(name, path, bytes.toString('utf8').replace(/^\uFEFF/, ''));
  const offset = firstBadByte(bytes);
  const hex = bytes[offset]!.toString(16).padStart(2, '0').toUpperCase();
  const good = new SourceFile(name, path, bytes.toString('utf8'));
  const from = bytes.subarray(0, offset).toString('utf8').length;
  problems.add({
    code: 'not-utf-8',
    message: `expected ${name} to be UTF-8 text, got the byte 0x${hex} at offset ${offset}`,
    at: good.place(from, from + 1),
    fix: 'save the file as UTF-8',
  });
  return undefined;
}

/** The longest prefix that is UTF-8, by halving: a cut inside a character is told from a bad byte by looking on. */
function firstBadByte(bytes: Buffer): number {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const decodes = (end: number): boolean => {
    try {
      decoder.decode(bytes.subarray(0, end), { stream: true });
      return true;
    } catch {
      return false;
    } finally {
      try {
        decoder.decode();
      } catch {
        // An unfinished character at the end is no fault of a prefix; this only empties the decoder.
      }
    }
  };
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (decodes(middle)) low = middle;
    else high = middle - 1;
  }
  // The bad character begins where the last whole one ends.
  while (low > 0 && !isUtf8(bytes.subarray(0, low))) low -= 1;
  return Math.min(low, bytes.length - 1);
}
