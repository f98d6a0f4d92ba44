import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, it } from 'vitest';
import type { RunEvent } from '../../src/core/events.js';
import { openTracking } from '../../src/tracking/tracking.js';
import { at, configWith, header, quickRun, record, temporaryFolder, valueOf } from './support.js';
import { beginSweep, endTrial, recordSweep, sweepAt, trialHeader } from './sweep-support.js';

const text = readFileSync(resolve(import.meta.dirname, '../../docs/tracking.md'), 'utf8');
const queries = [...text.matchAll(/```sql\n(.*?)```/gs)].map((match) => match[1]!);

function trained(id: string, losses: readonly number[]): RunEvent[] {
  const epochs = losses.map((loss, index) => ({
    epoch: index + 1,
    step: 10 * (index + 1),
    metrics: { 'validation.loss': loss },
  }));
  return [
    at(id, 0, { type: 'run-started', run: header(id, { experiment: 'other' }) }),
    at(id, 1, { type: 'stage-started', stage: 'train', fingerprint: 'f', why: [] }),
    at(id, 2, {
      type: 'stage-ended',
      stage: 'train',
      fingerprint: 'f',
      artifact: `weights-${id}`,
      seconds: 12.5,
      bytes: 100,
      summary: { epochs },
    }),
  ];
}

function reusing(id: string, madeBy: string): RunEvent[] {
  return [
    at(id, 3, { type: 'run-started', run: header(id, { experiment: 'other' }) }),
    at(id, 4, {
      type: 'stage-cached',
      stage: 'train',
      fingerprint: 'f',
      artifact: `weights-${madeBy}`,
      madeBy,
      summary: {},
    }),
  ];
}

it('the queries of docs/tracking.md answer what they say', () => {
  const folder = temporaryFolder();
  const tracking = valueOf(openTracking(folder));
  const withRate = (learningRate: number) => ({
    config: configWith({ optimizer: { kind: 'adam', learningRate } }),
  });
  record(tracking, [
    ...quickRun({ id: 'a', metrics: { accuracy: 0.9 }, header: withRate(0.01) }),
    ...quickRun({ id: 'b', metrics: { accuracy: 0.95 }, header: withRate(0.002) }),
    ...quickRun({ id: 'c', metrics: { accuracy: 0.99 }, header: withRate(0.5), status: 'failed' }),
    ...quickRun({ id: 'd', metrics: { accuracy: 0.97 }, header: { experiment: 'mnist' } }),
    ...trained('e', [0.5, 0.25, 0.375]),
    ...trained('f', [0.5, 0.25]),
    ...reusing('g', 'e'),
    ...reusing('h', 'e'),
  ]);
  const tried = (number: number, filters: string, state: 'done' | 'pruned', value: number) => [
    sweepAt(1, { type: 'trial-proposed', trial: trialHeader(number, { labels: { filters } }) }),
    ...endTrial(number, 2, state, { epochs: 1, seconds: 1, value }),
  ];
  recordSweep(tracking, [
    beginSweep(),
    ...[...tried(0, '8', 'done', 0.5), ...tried(1, '8', 'pruned', 0.25)],
    ...[...tried(2, '16', 'done', 0.75), ...tried(3, '16', 'done', 0.5)],
  ]);
  tracking.close();

  const database = new Sqlite(join(folder, 'assay.sqlite'), { readonly: true });
  expect(queries.map((query) => database.prepare(query).all())).toEqual([
    [
      { experiment: 'mnist', id: 'd', accuracy: 0.97, learningRate: null },
      { experiment: 'quickstart', id: 'b', accuracy: 0.95, learningRate: 0.002 },
    ],
    [
      { run: 'e', best_epoch: 2, best: 0.25, risen: 0.125 },
      { run: 'f', best_epoch: 2, best: 0.25, risen: 0 },
    ],
    [{ kind: 'train', times: 2, secondsSaved: 25 }],
    [
      { parameter: 'filters', choice: '16', tried: 2, stopped: 0, best: 0.75, mean: 0.625 },
      { parameter: 'filters', choice: '8', tried: 2, stopped: 1, best: 0.5, mean: 0.5 },
    ],
  ]);
  database.close();
});

it('every table and column of the schema stands in docs/tracking.md', () => {
  const folder = temporaryFolder();
  valueOf(openTracking(folder)).close();
  const database = new Sqlite(join(folder, 'assay.sqlite'), { readonly: true });
  const tables = database
    .prepare<[], string>(
      "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'",
    )
    .pluck()
    .all();
  const missing = tables.flatMap((table) => {
    const section = text.split(`**${table}** —`)[1]?.split(/^\*\*|^## /m)[0] ?? '';
    const columns = database.pragma(`table_info(${table})`) as { name: string }[];
    return columns
      .filter(({ name }) => !section.includes(`\`${name}\``))
      .map(({ name }) => `${table}.${name}`);
  });
  expect(tables).toContain('points');
  expect(missing).toEqual([]);
  database.close();
});
