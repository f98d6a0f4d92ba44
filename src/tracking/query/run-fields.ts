/** The facts about a run that a query can name beside metrics and settings. */

export type ValueType = 'number' | 'text' | 'boolean' | 'time';

export interface RunField {
  readonly type: ValueType;
  /** An SQL expression over `runs r` joined with `experiments e`. */
  readonly sql: string;
  /** The only values there are. */
  readonly values?: readonly string[];
}

const fields: Readonly<Record<string, RunField>> = {
  id: { type: 'text', sql: 'r.id' },
  experiment: { type: 'text', sql: 'e.name' },
  file: { type: 'text', sql: 'r.file' },
  status: {
    type: 'text',
    sql: 'r.status',
    values: ['running', 'done', 'failed', 'interrupted', 'paused', 'pruned'],
  },
  seed: { type: 'number', sql: 'r.seed' },
  engine: { type: 'text', sql: 'r.engine' },
  started: { type: 'time', sql: 'r.started' },
  ended: { type: 'time', sql: 'r.ended' },
  seconds: { type: 'number', sql: 'r.seconds' },
  commit: { type: 'text', sql: 'r.git_commit' },
  dirty: { type: 'boolean', sql: 'r.git_dirty' },
  host: { type: 'text', sql: 'r.host' },
  threads: { type: 'number', sql: "json_extract(r.machine, '$.threads')" },
  sweep: {
    type: 'text',
    sql: '(SELECT w.name FROM trials t JOIN sweeps w ON w.number = t.sweep WHERE t.run = r.id)',
  },
  trial: { type: 'number', sql: '(SELECT t.number FROM trials t WHERE t.run = r.id)' },
};

export const runFieldNames: readonly string[] = Object.keys(fields);

export function runField(name: string): RunField | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}
