/** SQL that is written once and run often: each text is prepared when first needed, as a cached run needs few of them. */
import type { Statement } from 'better-sqlite3';
import type { Database } from './database.js';

export type Value = string | number | bigint | null;

/** A whole number as an INTEGER: a column of any type would keep JavaScript's 64 as 64.0. */
export function storable(value: string | number | null): Value {
  return Number.isSafeInteger(value) ? BigInt(value!) : value;
}

export class Statements {
  readonly #database: Database;
  readonly #prepared = new Map<string, Statement<Value[]>>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** How many rows it changed. */
  run(sql: string, ...values: Value[]): number {
    return this.#of(sql).run(...values).changes;
  }

  /** The first column of the first row. */
  number(sql: string, ...values: Value[]): number | undefined {
    return this.#of(sql, true).get(...values) as number | undefined;
  }

  /** The first row, undefined when there is none. */
  row(sql: string, ...values: Value[]): unknown {
    return this.#of(sql).get(...values);
  }

  #of(sql: string, pluck = false): Statement<Value[]> {
    let statement = this.#prepared.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      if (pluck) statement.pluck();
      this.#prepared.set(sql, statement);
    }
    return statement;
  }
}
