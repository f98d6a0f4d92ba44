/** Cuts a `--where` expression into tokens. */
import { refuseQuery, type QueryText, type Span } from './query-text.js';

export const comparisons = ['=', '!=', '<=', '>=', '<', '>', '~', '!~'] as const;
export type Comparison = (typeof comparisons)[number];

export type Token = Span &
  (
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'literal'; readonly value: number | string | boolean | null }
    | { readonly kind: 'comparison'; readonly comparison: Comparison }
    | { readonly kind: 'keyword'; readonly keyword: 'and' | 'or' | 'not' }
    | { readonly kind: 'open' | 'close' | 'end' }
  );

/** Each at the place where the last one ended; `y` makes that so. */
const space = /\s+/y;
const name = /[\p{L}_][\p{L}\p{N}_-]*(?:\.[\p{L}\p{N}_-]+)*/uy;
const number = /[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const comparison = /!=|<=|>=|!~|==|<>|[=<>~]/y;

/** Longer than any expression a person writes; a bound for everything that comes after. */
const longest = 10_000;

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/** All tokens, `end` last. @throws {ProblemError} `bad-query` for what is no token. */
export function tokenize(query: QueryText): Token[] {
  const { text } = query;
  if (text.length > longest) {
    refuseQuery(
      query,
      { from: 0, to: 1 },
      `expected the expression to be at most ${longest} characters long, got ${text.length}`,
    );
  }
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; at = tokens.at(-1)?.to ?? 0) {
    at += match(space, text, at)?.length ?? 0;
    if (at === text.length) break;
    tokens.push(tokenAt(query, at));
  }
  tokens.push({ kind: 'end', from: text.length, to: text.length });
  return tokens;
}

function tokenAt(query: QueryText, from: number): Token {
  const { text } = query;
  const first = text[from]!;
  if (first === '(') return { kind: 'open', from, to: from + 1 };
  if (first === ')') return { kind: 'close', from, to: from + 1 };
  if (first === '"' || first === "'" || first === '`') return quoted(query, from, first);
  const digits = match(number, text, from);
  if (digits !== undefined) {
    const to = from + digits.length;
    if (match(name, text, to) !== undefined) {
      refuseQuery(
        query,
        { from, to: to + match(name, text, to)!.length },
        `expected a number or a name, got both in one word`,
      );
    }
    return { kind: 'literal', value: Number(digits), from, to };
  }
  const operator = match(comparison, text, from);
  if (operator !== undefined) {
    const alias = { '==': '=', '<>': '!=' }[operator] ?? operator;
    return { kind: 'comparison', comparison: alias as Comparison, from, to: from + operator.length };
  }
  const word = match(name, text, from);
  if (word !== undefined) return wordToken(word, from);
  const character = String.fromCodePoint(text.codePointAt(from)!);
  return refuseQuery(
    query,
    { from, to: from + character.length },
    `expected a name, a value, a comparison or a parenthesis, got ${JSON.stringify(character)}`,
    'text that is to be compared with stands in quotes',
  );
}

function wordToken(word: string, from: number): Token {
  const to = from + word.length;
  const lower = word.toLowerCase();
  if (lower === 'and' || lower === 'or' || lower === 'not')
    return { kind: 'keyword', keyword: lower, from, to };
  if (lower === 'true' || lower === 'false') return { kind: 'literal', value: lower === 'true', from, to };
  if (lower === 'null') return { kind: 'literal', value: null, from, to };
  return { kind: 'name', name: word, from, to };
}

/** Text in single or double quotes, or a name of any characters in backticks; the quote itself is written twice. */
function quoted(query: QueryText, from: number, quote: string): Token {
  const { text } = query;
  let value = '';
  let at = from + 1;
  for (;;) {
    const end = text.indexOf(quote, at);
    if (end === -1) {
      return refuseQuery(
        query,
        { from, to: text.length },
        `expected a closing ${quote}, got the end of the expression`,
      );
    }
    value += text.slice(at, end);
    at = end + 1;
    if (text[at] !== quote) break;
    value += quote;
    at++;
  }
  return quote === '`'
    ? { kind: 'name', name: value, from, to: at }
    : { kind: 'literal', value, from, to: at };
}
