/** `--sort -accuracy,started`: names by falling importance, `-` for the greatest first. */
import type { Meaning, Names } from './names.js';
import { refuseQuery, type QueryText } from './query-text.js';
import { anyScalar, type Sql } from './where-sql.js';

const mostKeys = 16;

/**
 * The SQL after ORDER BY. Runs without a value come last either way; among equals the newest is first.
 * @throws {ProblemError} `bad-query` for an empty or unknown name.
 */
export function compileSort(query: QueryText, names: Names, named: Map<string, Meaning>): Sql {
  const parts: Sql[] = [];
  let from = 0;
  for (const item of query.text.split(',')) {
    const name = item.trim().replace(/^[+-]/, '').trim();
    const span = { from: from + Math.max(0, item.indexOf(name)), to: from + item.length };
    from += item.length + 1;
    if (name === '') refuseQuery(query, span, 'expected a name between the commas, got nothing');
    if (parts.length === mostKeys) refuseQuery(query, span, `expected at most ${mostKeys} names, got more`);
    const meaning = names.resolve(query, name, span);
    if (meaning.field === undefined) named.set(name, meaning);
    const { sql, parameters } = anyScalar(meaning);
    const direction = item.trim().startsWith('-') ? 'DESC' : 'ASC';
    parts.push({ sql: `${sql} ${direction} NULLS LAST`, parameters });
  }
  return {
    sql: [...parts.map(({ sql }) => sql), 'r.started DESC', 'r.number DESC'].join(', '),
    parameters: parts.flatMap(({ parameters }) => parameters),
  };
}
