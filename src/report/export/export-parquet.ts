/** `runs.parquet` and `metrics.parquet`, by hyparquet-writer; the latter is written a group of rows at a time. */
import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import { temporaryNameFor } from '../../core/atomic-write.js';
import { makeFolder } from '../../core/make-folder.js';
import { assayVersion } from '../../core/version.js';
import type { ExportedCurve, ExportedRuns } from './exported-runs.js';
import { runColumns, type TableColumn } from './run-columns.js';

type Columns = Parameters<typeof schemaFromColumnData>[0]['columnData'];
type Column = Columns[number];

/** Rows of one group: what is in memory at once. */
const groupRows = 100_000;

/** Returns the files that it made. Throws as `fs` does. */
export async function exportParquet(exported: ExportedRuns, folder: string): Promise<string[]> {
  const [runs, metrics] = [join(folder, 'runs.parquet'), join(folder, 'metrics.parquet')];
  makeFolder(folder);
  await writeParquet(runs, [runColumns(exported.runs).map(parquetColumn)]);
  await writeParquet(metrics, pointGroups(exported.curves()));
  return [runs, metrics];
}

/** @param groups the columns of each group, all of the same names and types; at least one. */
async function writeParquet(path: string, groups: Iterable<Columns>): Promise<void> {
  const temporary = temporaryNameFor(path);
  try {
    let writer: ParquetWriter | undefined;
    for (const columnData of groups) {
      writer ??= new ParquetWriter({
        writer: fileWriter(temporary),
        schema: schemaFromColumnData({ columnData }),
        createdBy: `assay version ${assayVersion()}`,
      });
      await writer.write({ columnData, rowGroupSize: groupRows });
    }
    await writer?.finish();
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function parquetColumn({ name, type, values }: TableColumn): Column {
  switch (type) {
    case 'text':
      return { name, type: 'STRING', data: values as unknown[] };
    case 'number':
      return { name, type: 'DOUBLE', data: values as unknown[] };
    case 'boolean':
      return { name, type: 'BOOLEAN', data: values as unknown[] };
    case 'integer':
      return { name, type: 'INT64', data: values.map((value) => (value === null ? null : BigInt(value))) };
    case 'time':
      return {
        ...{ name, type: 'TIMESTAMP' },
        data: values.map((value) => (value === null ? null : new Date(Number(value)))),
      };
  }
}

/** Points as columns, so many rows at a time; without any point there is one group without rows. */
function* pointGroups(curves: Iterable<ExportedCurve>): Generator<Columns> {
  let group = new PointGroup();
  let any = false;
  for (const curve of curves) {
    for (const index of curve.steps.keys()) {
      group.add(curve, index);
      if (group.rows < groupRows) continue;
      yield group.columns();
      any = true;
      group = new PointGroup();
    }
  }
  if (group.rows > 0 || !any) yield group.columns();
}

class PointGroup {
  readonly #run: string[] = [];
  readonly #stage: string[] = [];
  readonly #scope: string[] = [];
  readonly #metric: string[] = [];
  readonly #step: bigint[] = [];
  readonly #epoch: number[] = [];
  readonly #seconds: (number | null)[] = [];
  readonly #value: (number | null)[] = [];

  get rows(): number {
    return this.#run.length;
  }

  add(curve: ExportedCurve, index: number): void {
    const elapsed = curve.elapsed[index] ?? null;
    this.#run.push(curve.run.id);
    this.#stage.push(curve.stage);
    this.#scope.push(curve.scope);
    this.#metric.push(curve.key);
    this.#step.push(BigInt(curve.steps[index]!));
    this.#epoch.push(curve.epochs[index]!);
    this.#seconds.push(elapsed === null ? null : elapsed / 1000);
    this.#value.push(curve.values[index] ?? null);
  }

  columns(): Columns {
    const text = { type: 'STRING', nullable: false } as const;
    return [
      { name: 'run', ...text, data: this.#run },
      { name: 'stage', ...text, data: this.#stage },
      { name: 'scope', ...text, data: this.#scope },
      { name: 'metric', ...text, data: this.#metric },
      { name: 'step', type: 'INT64', nullable: false, data: this.#step },
      { name: 'epoch', type: 'INT32', nullable: false, data: this.#epoch },
      { name: 'seconds', type: 'DOUBLE', data: this.#seconds },
      { name: 'value', type: 'DOUBLE', data: this.#value },
    ];
  }
}
