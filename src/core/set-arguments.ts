/** What a trial sets, as arguments of `--set` for `assay run`: the command line that makes its run again. */
import { posix } from 'node:path';
import type { Json, JsonObject } from './json.js';

/**
 * `train.epochs=3`, one for each path, in order. Paths of files, which in a sweep are relative to the experiment's file, are
 * relative to the project on the command line.
 * @param file the experiment's, relative to the project's root.
 */
export function setArguments(assignments: JsonObject, file: string): string[] {
  return Object.entries(assignments).map(
    ([path, value]) => `${path}=${showForSet(fromProject(value, file))}`,
  );
}

function fromProject(value: Json, file: string): Json {
  if (typeof value !== 'string' || !/^\.{1,2}\//.test(value)) return value;
  return `./${posix.join(posix.dirname(file), value)}`;
}

/** A value that reads back as it was: JSON is YAML, and plain words need no quotes. */
function showForSet(value: Json): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  const plain = /^[A-Za-z./][\w./-]*$/.test(value) && !/^(true|false|null|yes|no|on|off)$/i.test(value);
  return plain ? value : JSON.stringify(value);
}
