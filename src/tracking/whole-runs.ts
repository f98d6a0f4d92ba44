/**
 * Many runs at once with all that is told of them but their curves: one statement a table, however many runs there are.
 */
import type { JsonObject } from '../core/json.js';
import type { Problem } from '../core/problem.js';
import type { TrialState } from '../core/sweep-events.js';
import type { Database } from './database.js';
import type { StageRow } from './run-detail.js';
import type { RunRow } from './run-list.js';
import { parseValues } from './sweep-record.js';

export type WholeStage = Pick<
  StageRow,
  'name' | 'kind' | 'needs' | 'status' | 'fingerprint' | 'artifact' | 'seconds'
>;

export interface WholeTrial {
  readonly sweep: string;
  readonly number: number;
  readonly state: TrialState;
  readonly labels: Readonly<Record<string, string>>;
  readonly assignments: JsonObject;
  readonly values: readonly number[] | undefined;
  readonly epochs: number;
  readonly problem: Problem | undefined;
}

/** Times are milliseconds since 1970. */
export interface WholeRun extends Pick<
  RunRow,
  'id' | 'experiment' | 'file' | 'status' | 'seed' | 'engine' | 'started' | 'ended' | 'seconds'
> {
  /** The key by which `Tracking.curves` knows it. */
  readonly number: number;
  /** Null in records of before version 3. */
  readonly command: string | null;
  readonly config: JsonObject;
  /** Null where it was not a number. */
  readonly metrics: Readonly<Record<string, number | null>>;
  readonly stages: readonly WholeStage[];
  readonly trial: WholeTrial | undefined;
  /** Why it failed: the last error. */
  readonly error: string | undefined;
}

/** A trial that never came to a run: its network can't be built, or its worker died first. */
export interface TrialWithoutRun extends WholeTrial {
  readonly run: string;
  readonly proposed: number;
  readonly started: number | null;
  readonly seconds: number;
}

type StoredRun = Omit<WholeRun, 'config' | 'metrics' | 'stages' | 'trial' | 'error'> & {
  readonly config: string;
};
type StoredStage = Omit<WholeStage, 'needs'> & { readonly run: number; readonly needs: string };
type StoredTrial = Omit<WholeTrial, 'labels' | 'assignments' | 'values' | 'problem'> &
  Readonly<Record<'run' | 'labels' | 'assignments', string>> &
  Readonly<Record<'objective_values' | 'problem', string | null>>;

const trialColumns = `t.run, w.name AS sweep, t.number, t.state, t.labels, t.assignments, t.objective_values, t.epochs,
  t.problem`;
const chosen = 'IN (SELECT value FROM json_each(?))';

/** In the order of `numbers`. */
export function readWholeRuns(database: Database, numbers: readonly number[]): WholeRun[] {
  const all = JSON.stringify(numbers);
  const select = <Row>(sql: string): Row[] => database.prepare<[string], Row>(sql).all(all);
  const stages = groupBy(
    select<StoredStage>(
      `SELECT run, name, kind, needs, status, fingerprint, artifact, seconds FROM stages
       WHERE run ${chosen} ORDER BY run, position`,
    ),
    ({ run }) => run,
  );
  const metrics = groupBy(
    select<{ run: number; key: string; value: number | null }>(
      `SELECT run, key, value FROM final_metrics WHERE run ${chosen} ORDER BY run, key`,
    ),
    ({ run }) => run,
  );
  const errors = new Map(
    select<{ run: number; message: string }>(
      `SELECT run, message FROM problems WHERE run ${chosen} AND severity = 'error' ORDER BY id`,
    ).map(({ run, message }) => [run, message]),
  );
  const trials = new Map(
    select<StoredTrial>(
      `SELECT ${trialColumns} FROM runs r JOIN trials t ON t.run = r.id JOIN sweeps w ON w.number = t.sweep
       WHERE r.number ${chosen}`,
    ).map((trial) => [trial.run, trial]),
  );
  const stored = select<StoredRun>(
    `SELECT r.number, r.id, e.name AS experiment, r.file, r.status, r.seed, r.engine, r.started, r.ended, r.seconds,
       r.command, r.config
     FROM runs r JOIN experiments e ON e.id = r.experiment WHERE r.number ${chosen}`,
  );
  const runs = new Map(
    stored.map(({ config, ...run }): [number, WholeRun] => {
      const { number, id } = run;
      const trial = trials.get(id);
      const entry = {
        ...run,
        config: JSON.parse(config) as JsonObject,
        metrics: Object.fromEntries((metrics.get(number) ?? []).map(({ key, value }) => [key, value])),
        stages: (stages.get(number) ?? []).map(({ run: _, needs, ...stage }) => ({
          ...stage,
          needs: JSON.parse(needs) as string[],
        })),
        trial: trial && toTrial(trial),
        error: errors.get(number),
      };
      return [number, entry];
    }),
  );
  return numbers.flatMap((number) => runs.get(number) ?? []);
}

/** By number. Trials that wait to be begun are none. */
export function readTrialsWithoutRun(database: Database, sweep: string): TrialWithoutRun[] {
  type Stored = StoredTrial & Pick<TrialWithoutRun, 'proposed' | 'started' | 'seconds'>;
  return database
    .prepare<[string], Stored>(
      `SELECT ${trialColumns}, t.proposed, t.started, t.seconds FROM trials t JOIN sweeps w ON w.number = t.sweep
       WHERE w.name = ? AND t.state IN ('failed', 'infeasible') AND NOT EXISTS (SELECT 1 FROM runs WHERE id = t.run)
       ORDER BY t.number`,
    )
    .all(sweep)
    .map(({ run, proposed, started, seconds, ...trial }) => ({
      ...{ run, proposed, started, seconds },
      ...toTrial({ run, ...trial }),
    }));
}

function toTrial({ sweep, number, state, epochs, ...texts }: StoredTrial): WholeTrial {
  return {
    ...{ sweep, number, state, epochs },
    labels: JSON.parse(texts.labels) as Record<string, string>,
    assignments: JSON.parse(texts.assignments) as JsonObject,
    values: parseValues(texts.objective_values),
    problem: texts.problem === null ? undefined : (JSON.parse(texts.problem) as Problem),
  };
}

function groupBy<Row>(rows: readonly Row[], keyOf: (row: Row) => number): Map<number, Row[]> {
  const groups = new Map<number, Row[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}
