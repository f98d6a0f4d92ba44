/** What `--format` may be: which is meant by the ending of a file, and what is told of one that there is not. */
import { extname } from 'node:path';
import { expected, type Problem } from '../core/problem.js';
import { nearest } from '../core/suggest.js';

/** What others call a format of ours. */
const otherNames: ReadonlyMap<string, string> = new Map([
  ['markdown', 'md'],
  ['ipynb', 'notebook'],
  ['jupyter', 'notebook'],
]);

/** Whether it is one of them. */
export function isFormat<Format extends string>(
  text: string | undefined,
  formats: readonly Format[],
): text is Format {
  return (formats as readonly (string | undefined)[]).includes(text);
}

/** Of a format that is none of `formats`, or was not given. */
export function formatProblem(format: string | undefined, formats: readonly string[]): Problem {
  const rule = `${formats.slice(0, -1).join(', ')} or ${formats.at(-1)}`;
  const near = format === undefined ? undefined : meant(format, formats);
  return {
    code: 'invalid-option',
    message: expected('--format', rule, format),
    // The message lists them all: without one that is near, there is nothing to add.
    fix: near === undefined ? undefined : `did you mean "${near}"?`,
  };
}

function meant(format: string, formats: readonly string[]): string | undefined {
  const ours = otherNames.get(format.toLowerCase());
  return ours !== undefined && formats.includes(ours) ? ours : nearest(format, formats);
}

/** The one of `formats` that is the ending of that file. */
export function formatOfFile(file: string | undefined, formats: readonly string[]): string | undefined {
  const ending = file === undefined ? '' : extname(file).slice(1).toLowerCase();
  return formats.find((format) => format === ending);
}
