/** Cuts a constraint's text into numbers, names, texts, operators and parentheses, each with where it stands. */

export interface Token {
  readonly kind: 'number' | 'name' | 'text' | 'operator' | 'end';
  readonly text: string;
  /** Offsets in the constraint. */
  readonly from: number;
  readonly to: number;
}

/** What is wrong, and where in the constraint. */
export class ConstraintError extends Error {
  readonly from: number;
  readonly to: number;
  constructor(message: string, { from, to }: Pick<Token, 'from' | 'to'>) {
    super(message);
    this.name = 'ConstraintError';
    this.from = from;
    this.to = to;
  }
}

const pattern =
  /\s+|(?<number>\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)(?![\w.])|(?<name>[A-Za-z_][\w-]*(?:\.[\w-]+)*)|(?<text>"[^"]*"|'[^']*')|(?<operator><=|>=|==|!=|[-+*/()<>=])/uy;

const kinds = ['number', 'name', 'text', 'operator'] as const;

/** @throws {ConstraintError} at the first character that begins nothing. */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let from = 0; from < text.length;) {
    pattern.lastIndex = from;
    const match = pattern.exec(text);
    if (match === null) {
      const to = from + 1;
      throw new ConstraintError(
        `expected a number, a name or an operator, got ${JSON.stringify(text.slice(from, to))}`,
        { from, to },
      );
    }
    const to = from + match[0].length;
    const groups: Readonly<Record<string, string | undefined>> = match.groups ?? {};
    const kind = kinds.find((one) => groups[one] !== undefined);
    if (kind !== undefined) tokens.push({ kind, text: match[0], from, to });
    from = to;
  }
  return [...tokens, { kind: 'end', text: '', from: text.length, to: text.length + 1 }];
}
