/** Draws problems for people: file:line:column, the line with a caret, expected, found, the likely fix. */
import type { Problem, SourcePosition } from './problem.js';

/** Colours to draw with; `plainStyle` leaves the text bare. */
export interface ProblemStyle {
  error(text: string): string;
  place(text: string): string;
  faint(text: string): string;
  fix(text: string): string;
}

const bare = (text: string): string => text;
export const plainStyle: ProblemStyle = { error: bare, place: bare, faint: bare, fix: bare };

const widestLine = 120;

function snippet(at: SourcePosition, style: ProblemStyle): string {
  // A long line is cut to a window round the caret; tabs become one space, so that the caret stands where it should.
  const start = at.column > widestLine - 20 ? at.column - 60 : 0;
  const shown = at.lineText.slice(start, start + widestLine).replaceAll('\t', ' ');
  const head = start > 0 ? '…' : '';
  const gutter = String(at.line);
  const indent = ' '.repeat(at.column - 1 - start + head.length);
  const caret = '^'.repeat(Math.max(1, Math.min(at.length, shown.length - (at.column - 1 - start))));
  return [
    `  ${style.faint(`${gutter} |`)} ${head}${shown}`,
    `  ${style.faint(`${' '.repeat(gutter.length)} |`)} ${indent}${style.error(caret)}`,
  ].join('\n');
}

/** One problem as lines of text, without a line break at the end. */
export function formatProblem(
  problem: Problem,
  style: ProblemStyle = plainStyle,
  severity: 'error' | 'warning' = 'error',
): string {
  const lines: string[] = [];
  const place =
    problem.at === undefined
      ? ''
      : `${style.place(`${problem.at.file}:${problem.at.line}:${problem.at.column}`)} `;
  lines.push(`${place}${style.error(`${severity}[${problem.code}]`)}: ${problem.message}`);
  if (problem.at !== undefined) lines.push(snippet(problem.at, style));
  for (const { message, at } of problem.related ?? []) {
    lines.push(`  ${message}: ${style.place(`${at.file}:${at.line}:${at.column}`)}`, snippet(at, style));
  }
  if (problem.fix !== undefined) lines.push(`  ${style.fix(`fix: ${problem.fix}`)}`);
  return lines.join('\n');
}

/** All problems, a blank line between two, and how many there are. */
export function formatProblems(problems: readonly Problem[], style: ProblemStyle = plainStyle): string {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  return `${problems.map((problem) => formatProblem(problem, style)).join('\n\n')}\n\n${count}`;
}
