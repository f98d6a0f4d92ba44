/** Where the CLI writes: results on standard output, everything else on standard error. Owns colours, no wording. */
import pc from 'picocolors';
import { formatProblems, plainStyle, type ProblemStyle } from '../core/format-problem.js';
import type { Problem } from '../core/problem.js';

/** A run that a scheduler paused or pruned did what was asked of it. */
export const exitCodes = { done: 0, failed: 1, invalid: 2, interrupted: 130, paused: 0, pruned: 0 } as const;

/** Colours for standard error, by NO_COLOR, FORCE_COLOR and whether it is a terminal. */
const noColour = process.env['NO_COLOR'] !== undefined && process.env['NO_COLOR'] !== '';
const colourful = !noColour && (process.stderr.isTTY || Boolean(process.env['FORCE_COLOR']));
export const colours = pc.createColors(colourful);

const colouredStyle: ProblemStyle = {
  error: (text) => colours.red(colours.bold(text)),
  place: (text) => colours.cyan(text),
  faint: (text) => colours.dim(text),
  fix: (text) => colours.green(text),
};
export const problemStyle = colourful ? colouredStyle : plainStyle;

/** A line for the user, on standard error. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** A result, on standard output. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, undefined, 2));
}

/**
 * Tells the problems and returns the exit code to end with. With `--json`, a program gets them on standard output as
 * `{ "status": "invalid", "problems": [...] }`.
 */
export function refuse(problems: readonly Problem[], options: { json?: boolean | undefined } = {}): number {
  if (options.json === true) printJson({ status: 'invalid', problems });
  else say(formatProblems(problems, problemStyle));
  return exitCodes.invalid;
}
