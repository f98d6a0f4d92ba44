/**
 * What TensorBoard's tab of hyperparameters is made of: the messages of its plugin `hparams` (tensorboard/plugins/hparams:
 * plugin_data.proto, api.proto), as the plugin's own summaries hold them. Which metrics there are TensorBoard finds in the
 * scalars. Numbers in calls of pbf are the fields of these messages. Owns no event file.
 */
import type { Json } from '../../core/json.js';
import type { ComparedRun, ComparedStatus } from '../comparison/compared-run.js';
import { pbfMessage, type PluginSummary } from './event-file.js';

/** Settings that are told of each run: those that differ, seed and engine among them; of one run all. */
export function toldSettings(runs: readonly ComparedRun[]): ReadonlySet<string> {
  const seen = new Map<string, Set<string>>();
  for (const run of runs)
    for (const [path, value] of settingsOf(run)) {
      const texts = seen.get(path) ?? new Set();
      seen.set(path, texts.add(JSON.stringify(value)));
    }
  const everywhere = (path: string): boolean => runs.every((run) => settingsOf(run).has(path));
  const paths = [...seen].filter(([path, texts]) => runs.length === 1 || texts.size > 1 || !everywhere(path));
  return new Set(paths.map(([path]) => path));
}

/** The settings of the run that are in `told`, and when it began. */
export function sessionStart(run: ComparedRun, told: ReadonlySet<string>): PluginSummary {
  const settings = [...settingsOf(run)].filter(([path, value]) => told.has(path) && value !== null);
  const start = pbfMessage((message) => {
    for (const [path, value] of settings) message.writeBytesField(1, settingEntry(path, value));
    message.writeDoubleField(5, run.started / 1000);
  });
  return summary('session_start_info', 3, start);
}

/** How and when it ended; undefined of a run that goes on. */
export function sessionEnd({ status, trial, started, seconds }: ComparedRun): PluginSummary | undefined {
  const code = statuses[trial?.state === 'failed' ? 'failed' : status];
  if (code === undefined) return undefined;
  const end = pbfMessage((message) => {
    message.writeVarintField(1, code);
    message.writeDoubleField(2, started / 1000 + (seconds ?? 0));
  });
  return summary('session_end_info', 4, end);
}

/** A `HParamsPluginData` with that field; its version, 0, is not written. */
function summary(name: string, field: number, message: Uint8Array): PluginSummary {
  const content = pbfMessage((pbf) => pbf.writeBytesField(field, message));
  return { plugin: 'hparams', tag: `_hparams_/${name}`, content };
}

/** Unknown, success, failure: TensorBoard knows of no run that was stopped. */
const statuses: Readonly<Partial<Record<ComparedStatus, number>>> = {
  done: 1,
  failed: 2,
  infeasible: 2,
  interrupted: 0,
  paused: 0,
  pruned: 0,
};

function settingsOf({ settings, seed, engine }: ComparedRun): ReadonlyMap<string, Json> {
  return new Map<string, Json>([...Object.entries(settings), ['seed', seed], ['engine', engine]]);
}

/** An entry of a map of `google.protobuf.Value`. */
function settingEntry(path: string, value: Json): Uint8Array {
  const written = pbfMessage((pbf) => {
    if (typeof value === 'number') pbf.writeDoubleField(2, value);
    else if (typeof value === 'boolean') pbf.writeBooleanField(4, value);
    else pbf.writeStringField(3, typeof value === 'string' ? value : JSON.stringify(value));
  });
  return pbfMessage((pbf) => {
    pbf.writeStringField(1, path);
    pbf.writeBytesField(2, written);
  });
}
