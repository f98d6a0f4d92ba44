/** Finds out what a name in a query stands for: a fact about the run, a final metric, or a setting. */
import { nearest } from '../../core/suggest.js';
import type { Database } from '../database.js';
import { refuseQuery, type QueryText, type Span } from './query-text.js';
import { runField, runFieldNames, type RunField } from './run-fields.js';

/** What a name stands for. One that is both a metric and a setting (`train.loss`) has both. */
export interface Meaning {
  readonly name: string;
  readonly field?: RunField;
  /** Key of the final metric. */
  readonly metric?: string;
  /** Path of the setting. */
  readonly setting?: string;
}

export class Names {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Facts about the run come first; `metrics.` and `settings.` before a name say which of the others is meant. `likelyFix` is
   * what to say of an unknown name instead of the nearest known one.
   * @throws {ProblemError} `bad-query` when no run has anything by that name.
   */
  resolve(query: QueryText, name: string, span: Span, likelyFix?: string): Meaning {
    const field = runField(name);
    if (field !== undefined) return { name, field };
    const metric = this.#hasMetric(name)
      ? name
      : this.#prefixed('metrics.', name, (key) => this.#hasMetric(key));
    const setting = this.#hasSetting(name)
      ? name
      : this.#prefixed('settings.', name, (path) => this.#hasSetting(path));
    if (metric === undefined && setting === undefined) {
      // Where nothing was recorded yet, any name may be one that will be.
      if (this.#isEmpty()) return { name, metric: name, setting: name };
      const known = this.#known();
      const near = nearest(name, known);
      const fix = likelyFix ?? (near === undefined ? listOf(known) : `did you mean "${near}"?`);
      refuseQuery(
        query,
        span,
        `expected the name of a field, a metric or a setting of any run, got ${name}`,
        fix,
      );
    }
    return {
      name,
      ...(metric === undefined ? {} : { metric }),
      ...(setting === undefined ? {} : { setting }),
    };
  }

  #prefixed(prefix: string, name: string, exists: (rest: string) => boolean): string | undefined {
    if (!name.startsWith(prefix)) return undefined;
    const rest = name.slice(prefix.length);
    return exists(rest) ? rest : undefined;
  }

  #hasMetric(key: string): boolean {
    return this.#database.prepare('SELECT 1 FROM final_metrics WHERE key = ? LIMIT 1').get(key) !== undefined;
  }

  #hasSetting(path: string): boolean {
    return this.#database.prepare('SELECT 1 FROM setting_paths WHERE path = ?').get(path) !== undefined;
  }

  #isEmpty(): boolean {
    return this.#database.prepare('SELECT 1 FROM runs LIMIT 1').get() === undefined;
  }

  #known(): string[] {
    const column = (sql: string): string[] => this.#database.prepare<[], string>(sql).pluck().all();
    return [
      ...runFieldNames,
      ...column('SELECT DISTINCT key FROM final_metrics ORDER BY key'),
      ...column('SELECT path FROM setting_paths ORDER BY path'),
    ];
  }
}

const mostListed = 40;

function listOf(known: readonly string[]): string {
  const shown = known.slice(0, mostListed).join(', ');
  return `known: ${shown}${known.length > mostListed ? `, and ${known.length - mostListed} more` : ''}`;
}
