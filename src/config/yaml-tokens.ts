/** The tokens of a YAML text, read without recursion and with a bound on nesting, which what reads them relies on. */
import { Lexer, Parser, type CST } from 'yaml';
import { showValue } from '../core/problem.js';
import { limits } from './limits.js';
import type { ProblemList } from './problem-list.js';
import type { SourceFile } from './source-file.js';

/** The parser keeps up to two entries on its stack for each level that the file nests. */
const parserStack = 2 * limits.depth + 8;
const mostBrokenTokens = 50;

/** Nothing, with the reason told, when the text nests too deep or has a directive. `offset` is where it begins in the source. */
export function parseTokens(
  text: string,
  source: SourceFile,
  offset: number,
  problems: ProblemList,
): CST.Token[] | undefined {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let broken = 0;
  let read = 0;
  const keep = (token: CST.Token): boolean => {
    tokens.push(token);
    if (token.type === 'error') broken += 1;
    if (token.type !== 'directive') return true;
    problems.add({
      code: 'yaml-directive',
      message: `expected a document without directives, got ${showValue(token.source)}`,
      at: source.place(offset + token.offset, offset + token.offset + token.source.length),
      fix: 'take the line away',
    });
    return false;
  };
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) if (!keep(token)) return undefined;
    read += lexeme.length;
    if (parser.stack.length > parserStack) {
      const at = Math.min(parser.offset, read, text.length - 1);
      problems.add({
        code: 'too-deep',
        message: `expected mappings and lists to be nested at most ${limits.depth} levels deep, got more`,
        at: source.place(offset + at, offset + at + 1),
      });
      return undefined;
    }
    if (broken >= mostBrokenTokens) break;
  }
  for (const token of parser.end()) if (!keep(token)) return undefined;
  return tokens;
}
