/** `assay runs`: what was run, chosen and sorted by an expression. */
import { expected } from '../../core/problem.js';
import { renderRuns, type RunsFormat } from '../../tracking/runs-table.js';
import { exitCodes, refuse } from '../output.js';
import { readRecord } from '../record.js';
import { openProject } from '../wire.js';

export interface RunsOptions {
  readonly where?: string;
  readonly sort?: string;
  readonly limit?: string;
  readonly json?: boolean;
  readonly csv?: boolean;
}

function formatOf(options: RunsOptions): RunsFormat {
  if (options.json === true) return 'json';
  return options.csv === true ? 'csv' : 'table';
}

export async function runsCommand(options: RunsOptions): Promise<number> {
  if (options.limit !== undefined && !/^[1-9]\d{0,8}$/.test(options.limit)) {
    const message = expected('--limit', 'a whole number from 1', options.limit);
    return refuse([{ code: 'invalid-option', message }], options);
  }
  if (options.json === true && options.csv === true)
    return refuse([{ code: 'invalid-option', message: 'expected --json or --csv, got both' }], options);
  const list = await readRecord(openProject(), (tracking) =>
    tracking.runs({
      ...(options.where === undefined ? {} : { where: options.where }),
      ...(options.sort === undefined ? {} : { sort: options.sort }),
      ...(options.limit === undefined ? {} : { limit: Number(options.limit) }),
    }),
  );
  if (!list.ok) return refuse(list.problems, options);
  process.stdout.write(renderRuns(list.value, formatOf(options)));
  return exitCodes.done;
}
