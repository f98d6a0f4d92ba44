/**
 * From an expression's tree to SQL. Every value and every name that the user wrote is a bound parameter; the SQL itself
 * is made of constants only. What a run does not have is NULL, and NULL matches nothing, under `not` as well.
 */
import { nearest } from '../../core/suggest.js';
import type { Meaning, Names } from './names.js';
import type { ComparisonNode, Condition, LiteralOperand, NameOperand } from './parse-where.js';
import { refuseQuery, type QueryText } from './query-text.js';
import type { ValueType } from './run-fields.js';

export interface Sql {
  readonly sql: string;
  readonly parameters: readonly (string | number)[];
}

const operators = { '=': '=', '!=': '<>', '<': '<', '<=': '<=', '>': '>', '>=': '>=' } as const;

/** The types that a name's value can have, the likeliest first. */
function typesOf({ field, metric, setting }: Meaning): ValueType[] {
  if (field !== undefined) return [field.type];
  const types: ValueType[] = metric === undefined ? [] : ['number'];
  return setting === undefined ? types : [...new Set<ValueType>([...types, 'number', 'text', 'boolean'])];
}

/** The value as a scalar of one type; NULL for a run in which it is missing or of another type. */
function scalar({ field, metric, setting }: Meaning, type: ValueType): Sql {
  if (field !== undefined) return { sql: field.sql, parameters: [] };
  if (metric !== undefined && type === 'number') {
    return {
      sql: '(SELECT m.value FROM final_metrics m WHERE m.run = r.number AND m.key = ?)',
      parameters: [metric],
    };
  }
  return {
    sql: '(SELECT s.value FROM settings s WHERE s.run = r.number AND s.path = ? AND s.kind = ?)',
    parameters: [setting!, type],
  };
}

/** The value of whatever type, for sorting: the metric where a name is both. */
export function anyScalar(meaning: Meaning): Sql {
  const type = typesOf(meaning)[0]!;
  if (meaning.field !== undefined || meaning.metric !== undefined) return scalar(meaning, type);
  return {
    sql: '(SELECT s.value FROM settings s WHERE s.run = r.number AND s.path = ?)',
    parameters: [meaning.setting!],
  };
}

function typeOfLiteral(value: number | string | boolean): ValueType {
  return typeof value === 'string' ? 'text' : (typeof value as 'number' | 'boolean');
}

/** Compiles a condition; `named` receives every name in it that is no fact about the run itself. */
export function compileWhere(
  query: QueryText,
  condition: Condition,
  names: Names,
  named: Map<string, Meaning>,
): Sql {
  return new Compiler(query, names, named).compile(condition);
}

class Compiler {
  readonly #query: QueryText;
  readonly #names: Names;
  readonly #named: Map<string, Meaning>;

  constructor(query: QueryText, names: Names, named: Map<string, Meaning>) {
    this.#query = query;
    this.#names = names;
    this.#named = named;
  }

  compile(condition: Condition): Sql {
    switch (condition.kind) {
      case 'not': {
        const { sql, parameters } = this.compile(condition.condition);
        return { sql: `NOT (${sql})`, parameters };
      }
      case 'and':
      case 'or': {
        const parts = condition.conditions.map((part) => this.compile(part));
        const joint = condition.kind === 'and' ? ' AND ' : ' OR ';
        return {
          sql: `(${parts.map(({ sql }) => sql).join(joint)})`,
          parameters: parts.flatMap(({ parameters }) => parameters),
        };
      }
      case 'comparison':
        return this.#comparison(condition);
    }
  }

  #resolve({ name, from, to }: NameOperand, likelyFix?: string): Meaning {
    const meaning = this.#names.resolve(this.#query, name, { from, to }, likelyFix);
    if (meaning.field === undefined) this.#named.set(name, meaning);
    return meaning;
  }

  #comparison(node: ComparisonNode): Sql {
    const left = this.#resolve(node.left);
    if (node.right.kind === 'name') return this.#compareNames(node, left, node.right);
    const { value } = node.right;
    if (value === null) return this.#compareNull(node, left);
    const types = typesOf(left);
    if (types[0] === 'time') return this.#compareTime(node, left, node.right);
    const type = typeOfLiteral(value);
    if (!types.includes(type)) {
      refuseQuery(
        this.#query,
        node.right,
        `expected ${left.name} to be compared with ${phrases[types[0]!]}, got ${phrases[type]}`,
      );
    }
    if (left.field?.values !== undefined && (node.comparison === '=' || node.comparison === '!=')) {
      this.#checkMember(node.right, left.name, left.field.values);
    }
    const right = { sql: '?', parameters: [typeof value === 'boolean' ? Number(value) : value] };
    return this.#operation(node, type, scalar(left, type), right);
  }

  #operation(node: ComparisonNode, type: ValueType, left: Sql, right: Sql): Sql {
    const parameters = [...left.parameters, ...right.parameters];
    const { comparison } = node;
    if (comparison === '~' || comparison === '!~') {
      if (type !== 'text')
        refuseQuery(
          this.#query,
          node.span,
          `expected ${comparison} to have text on both sides, got ${phrases[type]}`,
        );
      return {
        sql: `instr(lower(${left.sql}), lower(${right.sql})) ${comparison === '~' ? '>' : '='} 0`,
        parameters,
      };
    }
    if (type === 'boolean' && comparison !== '=' && comparison !== '!=') {
      refuseQuery(
        this.#query,
        node.span,
        `expected true and false to be compared by = or !=, got ${comparison}`,
      );
    }
    return { sql: `${left.sql} ${operators[comparison]} ${right.sql}`, parameters };
  }

  #compareNames(node: ComparisonNode, left: Meaning, operand: NameOperand): Sql {
    // Beside what may be text, an unknown name is most likely text without its quotes.
    const isText = left.metric === undefined && typesOf(left).includes('text');
    const right = this.#resolve(operand, isText ? `text stands in quotes: '${operand.name}'` : undefined);
    const type = typesOf(left).find((candidate) => typesOf(right).includes(candidate));
    if (type === undefined) {
      const [a, b] = [phrases[typesOf(left)[0]!], phrases[typesOf(right)[0]!]];
      refuseQuery(this.#query, node.span, `expected both sides to be of one type, got ${a} and ${b}`);
    }
    return this.#operation(node, type, scalar(left, type), scalar(right, type));
  }

  /** `= null`: the run has no such value, or a setting that is null. */
  #compareNull(node: ComparisonNode, left: Meaning): Sql {
    if (node.comparison !== '=' && node.comparison !== '!=') {
      refuseQuery(this.#query, node.span, `expected null to be compared by = or !=, got ${node.comparison}`);
    }
    const { sql, parameters } = anyScalar(left);
    return { sql: `${sql} IS ${node.comparison === '=' ? 'NULL' : 'NOT NULL'}`, parameters };
  }

  /** Times are UTC: `started > '2026-11-23'`, `started > '2026-11-23 09:30'`. */
  #compareTime(node: ComparisonNode, left: Meaning, { value, from, to }: LiteralOperand): Sql {
    const parts =
      typeof value === 'string'
        ? /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?))?Z?$/.exec(value.trim())
        : null;
    const time = parts === null ? NaN : Date.parse(`${parts[1]}T${parts[2] ?? '00:00'}Z`);
    if (Number.isNaN(time)) {
      const rule = `expected ${left.name} to be compared with a time in UTC such as '2026-11-23' or '2026-11-23 09:30'`;
      refuseQuery(this.#query, { from, to }, `${rule}, got ${this.#query.text.slice(from, to)}`);
    }
    return this.#operation(node, 'time', scalar(left, 'time'), { sql: '?', parameters: [time] });
  }

  #checkMember(literal: LiteralOperand, name: string, values: readonly string[]): void {
    const value = String(literal.value);
    if (values.includes(value)) return;
    const near = nearest(value, values);
    const message = `expected ${name} to be compared with one of ${values.join(', ')}, got ${JSON.stringify(value)}`;
    refuseQuery(this.#query, literal, message, near === undefined ? undefined : `did you mean "${near}"?`);
  }
}

const phrases: Readonly<Record<ValueType, string>> = {
  number: 'a number',
  text: 'text',
  boolean: 'true or false',
  time: 'a time',
};
