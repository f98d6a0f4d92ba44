/** The text of a query as the user wrote it, and problems that point into it. */
import { ProblemError, type Problem } from '../../core/problem.js';

export interface QueryText {
  /** How messages name it: `--where` or `--sort`. */
  readonly name: string;
  readonly text: string;
}

/** A stretch of the text: `from` inclusive, `to` exclusive, in UTF-16 code units. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A problem of code `bad-query` with its place in the text. */
function queryProblem({ name, text }: QueryText, { from, to }: Span, message: string, fix?: string): Problem {
  const lineStart = text.slice(0, from).lastIndexOf('\n') + 1;
  const lineEnd = text.indexOf('\n', from);
  const lineText = text.slice(lineStart, lineEnd === -1 ? undefined : lineEnd);
  const at = {
    file: name,
    line: text.slice(0, lineStart).split('\n').length,
    column: from - lineStart + 1,
    length: Math.max(1, Math.min(to, lineStart + lineText.length) - from),
    lineText,
  };
  return { code: 'bad-query', message, at, fix };
}

export function refuseQuery(query: QueryText, span: Span, message: string, fix?: string): never {
  throw new ProblemError(queryProblem(query, span, message, fix));
}
