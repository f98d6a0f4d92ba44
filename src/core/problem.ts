/**
 * What went wrong, as data: a config error, a failed download, a full disk. Owns the shape and the one sentence form;
 * how a problem is drawn on a terminal is `format-problem.ts`.
 */

/** A place in a text that the user wrote. It carries its line, so that drawing it needs no file. */
export interface SourcePosition {
  /** As shown to the user: relative to the project's root, or `--set` for the command line. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
  /** How many characters the caret underlines, at least 1. */
  readonly length: number;
  /** The text of that line, without its line break. */
  readonly lineText: string;
}

export interface RelatedPosition {
  /** Such as "the first one stands here". */
  readonly message: string;
  readonly at: SourcePosition;
}

export interface Problem {
  /** Stable, kebab-case, listed in docs/errors.md: `unknown-setting`, `duplicate-key`, `no-dataset`. */
  readonly code: string;
  /** One sentence; where it fits: expected X to be RULE, got VALUE. No full stop at its end. */
  readonly message: string;
  readonly at?: SourcePosition | undefined;
  readonly related?: readonly RelatedPosition[] | undefined;
  /** The likely fix, as an instruction: `did you mean "epochs"?`, `run again with --set …`. */
  readonly fix?: string | undefined;
}

/** A value that could be had, or every problem that stood in the way. */
export type Result<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: readonly Problem[] };

export function ok<T>(value: T): Result<T> {
  return { ok: true, value };
}

export function failed(...problems: readonly Problem[]): Result<never> {
  return { ok: false, problems };
}

/** The one sentence shape: `expected "train.epochs" to be an integer from 1, got "three"`. */
export function expected(what: string, rule: string, got: unknown): string {
  return `expected ${what} to be ${rule}, got ${showValue(got)}`;
}

/** A value as a message shows it: short, on one line, strings in quotes. */
export function showValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'number') return String(value);
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) return typeof value;
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/**
 * An expected failure thrown from deep inside a stage or a reader (no network, a file cut short, a full disk). The
 * runner turns it into an event and the CLI into a message; neither ever shows its stack.
 */
export class ProblemError extends Error {
  readonly problems: readonly Problem[];
  constructor(...problems: readonly [Problem, ...Problem[]]) {
    super(problems[0].message);
    this.name = 'ProblemError';
    this.problems = problems;
  }
}
