/** Gathers the problems of all files of one check, in the order in which they will be shown. */
import type { Problem } from '../core/problem.js';
import { positionOf, type Place } from './source-file.js';

/** A problem whose places are still offsets. */
export interface Finding {
  readonly code: string;
  readonly message: string;
  readonly at?: Place | undefined;
  readonly related?: { readonly message: string; readonly at: Place | undefined } | undefined;
  readonly fix?: string | undefined;
}

/** Nobody reads more; a file of a million mistakes must not fill the terminal or the memory. */
const mostShown = 100;

/** Equal for problems that are the same to people: what stands at one place may be an item of a list several times. */
export function problemKey({ code, message, at }: Problem): string {
  const said = at === undefined ? message : message.replaceAll(/\.\d+(?=[."])/g, '.#');
  return [code, said, at?.file, at?.line, at?.column].join('\n');
}

export class ProblemList {
  private readonly problems: Problem[] = [];
  private left = 0;

  get empty(): boolean {
    return this.problems.length === 0;
  }

  get count(): number {
    return this.problems.length + this.left;
  }

  /** In the order told, the same one as often as it was. */
  get all(): readonly Problem[] {
    return this.problems;
  }

  /** Whether further problems are only counted: looking for the right words is no longer worth the time. */
  get full(): boolean {
    return this.problems.length >= mostShown;
  }

  /** Counts a problem that there is no room to tell. */
  skip(): void {
    this.left += 1;
  }

  add(finding: Finding): void {
    if (this.full) {
      this.skip();
      return;
    }
    const { code, message, at, related, fix } = finding;
    this.problems.push({
      code,
      message,
      at: at === undefined ? undefined : positionOf(at),
      related:
        related?.at === undefined ? undefined : [{ message: related.message, at: positionOf(related.at) }],
      fix,
    });
  }

  /** Takes over problems that others made (a custom stage that does not compile). */
  addAll(problems: readonly Problem[]): void {
    this.problems.push(...problems);
  }

  /** By file, line and column; those without a place first. The same problem twice (by an alias, say) is told once. */
  sorted(): Problem[] {
    const seen = new Set<string>();
    const unique = this.problems.filter((problem) => {
      const key = problemKey(problem);
      return !seen.has(key) && seen.add(key);
    });
    unique.sort((a, b) => {
      if (a.at === undefined || b.at === undefined)
        return (a.at === undefined ? 0 : 1) - (b.at === undefined ? 0 : 1);
      if (a.at.file !== b.at.file) return a.at.file < b.at.file ? -1 : 1;
      return a.at.line - b.at.line || a.at.column - b.at.column;
    });
    if (this.left > 0) {
      unique.push({ code: 'too-many-problems', message: `${this.left} further problems are not shown` });
    }
    return unique;
  }
}
