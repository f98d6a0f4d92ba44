/** Settings that name a folder: found from the file that states them, and kept relative to the project's root. */
import { statSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { expected } from '../core/problem.js';
import { isInside, realPath } from '../core/inside-folder.js';
import type { Schema } from './json-schema.js';
import type { ProblemList } from './problem-list.js';
import { withEntry, type MapNode, type ScalarNode } from './source-node.js';

/**
 * The stage's settings with each such path made relative to the root, with forward slashes, so that a fingerprint is
 * the same wherever the project lies. One that leads nowhere stays as it is, and the reason is told.
 */
export function placeFolders(
  stage: string,
  settings: MapNode,
  schema: Schema | undefined,
  projectRoot: string,
  problems: ProblemList,
): MapNode {
  let placed = settings;
  for (const [key, { assayFile }] of Object.entries(schema?.properties ?? {})) {
    const entry = assayFile === 'folder' ? settings.entries.get(key) : undefined;
    if (entry?.value.kind !== 'scalar' || typeof entry.value.value !== 'string') continue;
    const { value: node } = entry;
    const value = placeFolder(node, entry.value.value, `"${stage}.${key}"`, projectRoot, problems);
    if (value !== undefined) placed = withEntry(placed, key, { key: entry.key, value: { ...node, value } });
  }
  return placed;
}

function placeFolder(
  node: ScalarNode,
  path: string,
  what: string,
  projectRoot: string,
  problems: ProblemList,
): string | undefined {
  const statedAt = node.origin ?? node.place;
  const absolute = resolve(statedAt === undefined ? projectRoot : dirname(statedAt.source.path), path);
  const real = realPath(absolute);
  if (isAbsolute(path) || !isInside(absolute, projectRoot) || !isInside(real, projectRoot)) {
    problems.add({
      code: 'outside-project',
      message: expected(what, 'a folder inside the project', path),
      at: node.place,
      fix: 'copy the folder into the project, and give its path relative to the file that names it',
    });
    return undefined;
  }
  if (statSync(real, { throwIfNoEntry: false })?.isDirectory() !== true) {
    problems.add({
      code: 'no-folder',
      message: `${expected(what, 'the path of a folder', path)}, which is not there`,
      at: node.place,
    });
    return undefined;
  }
  return relative(projectRoot, real).replaceAll('\\', '/') || '.';
}
