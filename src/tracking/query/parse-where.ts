/**
 * From tokens to a tree, by recursive descent:
 *
 *     either     = all { "or" all }
 *     all        = unary { "and" unary }
 *     unary      = "not" unary | "(" either ")" | operand comparison operand
 *     operand    = name | number | text | true | false | null
 */
import { refuseQuery, type QueryText, type Span } from './query-text.js';
import { comparisons, tokenize, type Comparison, type Token } from './tokens.js';

export interface NameOperand extends Span {
  readonly kind: 'name';
  readonly name: string;
}
export interface LiteralOperand extends Span {
  readonly kind: 'literal';
  readonly value: number | string | boolean | null;
}
export interface ComparisonNode {
  readonly kind: 'comparison';
  readonly left: NameOperand;
  readonly comparison: Comparison;
  readonly right: NameOperand | LiteralOperand;
  readonly span: Span;
}
export type Condition =
  | ComparisonNode
  | { readonly kind: 'not'; readonly condition: Condition }
  | { readonly kind: 'and' | 'or'; readonly conditions: readonly Condition[] };

/** Bounds under which neither this parser's stack nor SQLite's limit on an expression's depth (1,000) is reached. */
const deepest = 50;
const mostComparisons = 200;

/** What stands on the other side when the two sides are exchanged. */
const mirrored: Readonly<Record<Comparison, Comparison | undefined>> = {
  '=': '=',
  '!=': '!=',
  '<': '>',
  '>': '<',
  '<=': '>=',
  '>=': '<=',
  '~': undefined,
  '!~': undefined,
};

/** @throws {ProblemError} `bad-query`, with its place, for what is no expression. */
export function parseWhere(query: QueryText): Condition {
  return new Parser(query).parse();
}

class Parser {
  readonly #query: QueryText;
  readonly #tokens: readonly Token[];
  #at = 0;
  #comparisons = 0;

  constructor(query: QueryText) {
    this.#query = query;
    this.#tokens = tokenize(query);
  }

  parse(): Condition {
    if (this.#token().kind === 'end') this.#refuse('a comparison such as accuracy > 0.98');
    const condition = this.#either(0);
    if (this.#token().kind !== 'end') this.#refuse('"and", "or" or the end');
    return condition;
  }

  #token(): Token {
    return this.#tokens[this.#at]!;
  }

  #refuse(rule: string, fix?: string): never {
    const token = this.#token();
    const got =
      token.kind === 'end' ? 'the end of the expression' : this.#query.text.slice(token.from, token.to);
    refuseQuery(this.#query, token, `expected ${rule}, got ${got}`, fix);
  }

  #isKeyword(keyword: 'and' | 'or' | 'not'): boolean {
    const token = this.#token();
    return token.kind === 'keyword' && token.keyword === keyword;
  }

  #either(depth: number): Condition {
    return this.#joined('or', () => this.#all(depth));
  }

  #all(depth: number): Condition {
    return this.#joined('and', () => this.#unary(depth));
  }

  #joined(kind: 'and' | 'or', part: () => Condition): Condition {
    const conditions = [part()];
    while (this.#isKeyword(kind)) {
      this.#at++;
      conditions.push(part());
    }
    return conditions.length === 1 ? conditions[0]! : { kind, conditions };
  }

  #unary(depth: number): Condition {
    if (depth > deepest) this.#refuse(`at most ${deepest} levels of parentheses and "not"`);
    if (this.#isKeyword('not')) {
      this.#at++;
      return { kind: 'not', condition: this.#unary(depth + 1) };
    }
    if (this.#token().kind !== 'open') return this.#comparison();
    this.#at++;
    const condition = this.#either(depth + 1);
    if (this.#token().kind !== 'close') this.#refuse('"and", "or" or ")"');
    this.#at++;
    return condition;
  }

  #comparison(): Condition {
    if (++this.#comparisons > mostComparisons) this.#refuse(`at most ${mostComparisons} comparisons`);
    const left = this.#operand('a name, "not" or "("');
    const operator = this.#token();
    if (operator.kind !== 'comparison') {
      const fix =
        left.kind === 'name' ? `for a setting that is true or false, write ${left.name} = true` : undefined;
      return this.#refuse(`a comparison (${comparisons.join(' ')})`, fix);
    }
    this.#at++;
    const right = this.#operand('a name or a value');
    const span = { from: left.from, to: right.to };
    if (left.kind === 'name')
      return { kind: 'comparison', left, comparison: operator.comparison, right, span };
    const turned = mirrored[operator.comparison];
    if (right.kind === 'name' && turned !== undefined) {
      return { kind: 'comparison', left: right, comparison: turned, right: left, span };
    }
    return refuseQuery(this.#query, left, 'expected the left side to be a name, got a value');
  }

  #operand(rule: string): NameOperand | LiteralOperand {
    const token = this.#token();
    if (token.kind !== 'name' && token.kind !== 'literal') this.#refuse(rule);
    this.#at++;
    return token;
  }
}
