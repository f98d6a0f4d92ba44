/**
 * Constraints such as `parameters <= 500000 and not train.batchSize > 256`: a parser by recursive descent into functions.
 * Nothing of a text is ever run. What can't be judged (a name without a value) is undefined, and spreads as in SQL.
 *
 *   or := and ("or" and)*      and := not ("and" not)*      not := "not" not | comparison
 *   comparison := sum (("<" | "<=" | ">" | ">=" | "=" | "==" | "!=") sum)?
 *   sum := product (("+" | "-") product)*      product := unary (("*" | "/") unary)*
 *   unary := "-" unary | number | name | 'text' | "true" | "false" | "(" or ")"
 */
import type { Json } from '../../core/json.js';
import { ConstraintError, tokensOf, type Token } from './constraint-tokens.js';

type Value = number | string | boolean | undefined;
type Look = (name: string) => Json | undefined;
type Evaluate = (look: Look) => Value;
/** What an expression yields is known from its form, but for names. */
type Kind = 'number' | 'text' | 'truth' | 'name';
interface Expression {
  readonly kind: Kind;
  readonly evaluate: Evaluate;
  readonly from: number;
  readonly to: number;
}

export interface ParsedConstraint {
  /** Names in it, with where each stands. */
  readonly names: readonly Pick<Token, 'text' | 'from' | 'to'>[];
  holds(look: Look): boolean | undefined;
}

const deepest = 100;
const words = ['and', 'or', 'not', 'true', 'false'];

/** @throws {ConstraintError} at the first thing that is out of place. */
export function parseConstraint(text: string): ParsedConstraint {
  const parser = new Parser(tokensOf(text));
  const expression = parser.whole();
  return {
    names: parser.names,
    holds(look) {
      const value = expression.evaluate(look);
      return typeof value === 'boolean' ? value : undefined;
    },
  };
}

class Parser {
  readonly names: Token[] = [];
  private readonly tokens: readonly Token[];
  private at = 0;
  private depth = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  whole(): Expression {
    const expression = this.truth(this.or());
    if (this.next.kind !== 'end') throw wrong('the end, "and" or "or"', this.next);
    return expression;
  }

  private get next(): Token {
    return this.tokens[this.at]!;
  }

  private take(kind: Token['kind'], ...texts: readonly string[]): Token | undefined {
    const { next } = this;
    if (next.kind !== kind || !texts.includes(next.text)) return undefined;
    this.at += 1;
    return next;
  }

  private or(): Expression {
    let left = this.and();
    while (this.take('name', 'or') !== undefined) {
      const [one, other] = [this.truth(left).evaluate, this.truth(this.and())];
      left = join(left, other, 'truth', (look) => {
        const [a, b] = [one(look), other.evaluate(look)];
        return a === true || b === true ? true : a === false && b === false ? false : undefined;
      });
    }
    return left;
  }

  private and(): Expression {
    let left = this.not();
    while (this.take('name', 'and') !== undefined) {
      const [one, other] = [this.truth(left).evaluate, this.truth(this.not())];
      left = join(left, other, 'truth', (look) => {
        const [a, b] = [one(look), other.evaluate(look)];
        return a === false || b === false ? false : a === true && b === true ? true : undefined;
      });
    }
    return left;
  }

  private not(): Expression {
    const word = this.take('name', 'not');
    if (word === undefined) return this.comparison();
    const inner = this.deeper(word, () => this.truth(this.not()));
    return join(word, inner, 'truth', (look) => {
      const value = inner.evaluate(look);
      return typeof value === 'boolean' ? !value : undefined;
    });
  }

  private comparison(): Expression {
    const left = this.sum();
    const operator = this.take('operator', '<', '<=', '>', '>=', '=', '==', '!=');
    if (operator === undefined) return left;
    const right = this.sum();
    const ordering = operator.text.startsWith('<') || operator.text.startsWith('>');
    if (ordering) for (const side of [left, right]) this.number(side);
    const compare = comparisons[operator.text]!;
    return join(left, right, 'truth', (look) => {
      const [a, b] = [left.evaluate(look), right.evaluate(look)];
      if (a === undefined || b === undefined || (ordering && typeof a !== typeof b)) return undefined;
      return ordering && typeof a !== 'number' ? undefined : compare(a, b);
    });
  }

  private sum(): Expression {
    return this.chain(['+', '-'], () => this.product());
  }

  private product(): Expression {
    return this.chain(['*', '/'], () => this.unary());
  }

  private chain(operators: readonly string[], operand: () => Expression): Expression {
    let left = operand();
    for (;;) {
      const operator = this.take('operator', ...operators);
      if (operator === undefined) return left;
      const [one, other] = [this.number(left), this.number(operand())];
      const calculate = arithmetic[operator.text]!;
      left = join(one, other, 'number', (look) => {
        const [a, b] = [one.evaluate(look), other.evaluate(look)];
        if (typeof a !== 'number' || typeof b !== 'number') return undefined;
        const value = calculate(a, b);
        return Number.isFinite(value) ? value : undefined;
      });
    }
  }

  private unary(): Expression {
    const token = this.next;
    if (this.take('operator', '-') !== undefined) {
      const inner = this.number(this.deeper(token, () => this.unary()));
      return join(token, inner, 'number', (look) => {
        const value = inner.evaluate(look);
        return typeof value === 'number' ? -value : undefined;
      });
    }
    if (this.take('operator', '(') !== undefined) {
      const inner = this.deeper(token, () => this.or());
      const { next } = this;
      if (this.take('operator', ')') === undefined) throw wrong('")"', next);
      return { ...inner, from: token.from, to: next.to };
    }
    if (token.kind === 'end' || token.kind === 'operator' || ['and', 'or', 'not'].includes(token.text))
      throw wrong('a number or a name', token);
    this.at += 1;
    if (token.kind === 'number') return constant(token, 'number', Number(token.text));
    if (token.kind === 'text') return constant(token, 'text', token.text.slice(1, -1));
    if (words.includes(token.text)) return constant(token, 'truth', token.text === 'true');
    this.names.push(token);
    return {
      kind: 'name',
      evaluate(look) {
        const value = look(token.text);
        return typeof value === 'object' ? undefined : value;
      },
      from: token.from,
      to: token.to,
    };
  }

  private deeper<T>(token: Token, read: () => T): T {
    this.depth += 1;
    if (this.depth > deepest)
      throw new ConstraintError(`expected at most ${deepest} levels, got more`, token);
    const made = read();
    this.depth -= 1;
    return made;
  }

  private number(expression: Expression): Expression {
    if (expression.kind === 'number' || expression.kind === 'name') return expression;
    throw new ConstraintError(
      `expected a number here, got ${expression.kind === 'text' ? 'a text' : 'a condition'}`,
      expression,
    );
  }

  private truth(expression: Expression): Expression {
    if (expression.kind === 'truth' || expression.kind === 'name') return expression;
    throw new ConstraintError(
      `expected a condition such as parameters <= 500000, got ${expression.kind === 'text' ? 'a text' : 'a number'}`,
      expression,
    );
  }
}

const comparisons: Readonly<Record<string, (a: NonNullable<Value>, b: NonNullable<Value>) => boolean>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '=': (a, b) => a === b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
};

const arithmetic: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
};

function constant({ from, to }: Token, kind: Kind, value: Value): Expression {
  return { kind, evaluate: () => value, from, to };
}

function join(
  left: Pick<Token, 'from'>,
  right: Pick<Token, 'to'>,
  kind: Kind,
  evaluate: Evaluate,
): Expression {
  return { kind, evaluate, from: left.from, to: right.to };
}

function wrong(what: string, { kind, text, from, to }: Token): ConstraintError {
  return new ConstraintError(`expected ${what}, got ${kind === 'end' ? 'the end' : JSON.stringify(text)}`, {
    from,
    to,
  });
}
