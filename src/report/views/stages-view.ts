/** Which stages the run went through, what each took, and which came from the cache. */
import { isJsonObject, type JsonObject } from '../../core/json.js';
import type { RunFacts } from '../../stages/stage.js';
import { layOutGraph, type Graph } from '../stage-graph.js';
import { duration, percent, plural } from './format.js';

type StageState = 'ran' | 'cached' | 'now';

export interface StageRow {
  readonly name: string;
  readonly kind: string;
  readonly state: StageState;
  readonly stateText: string;
  readonly seconds: number;
  readonly time: string;
  /** The first 12 characters; empty for the report itself, whose fingerprint was not yet told. */
  readonly fingerprint: string;
  /** Share of the run's time so far, from 0 to 100. */
  readonly width: number;
}

export interface StagesView {
  readonly sentence: string;
  readonly rows: readonly StageRow[];
  readonly graph: Graph<StageRow>;
}

/** Names of the needed stages, by stage, from the resolved configuration. */
function needsByStage(config: JsonObject): Map<string, readonly string[]> {
  const { stages } = config;
  const needs = new Map<string, readonly string[]>();
  if (!isJsonObject(stages)) return needs;
  for (const [name, stage] of Object.entries(stages)) {
    const listed = isJsonObject(stage) ? stage.needs : undefined;
    const names = Array.isArray(listed) ? (listed as readonly unknown[]) : [listed];
    needs.set(
      name,
      names.filter((item) => typeof item === 'string'),
    );
  }
  return needs;
}

function sentenceOf(stages: RunFacts['stages'], total: number): string {
  const cached = stages.filter(({ status }) => status === 'cached').length;
  if (stages.length === 0) return 'The report was the first stage of the run.';
  if (cached === stages.length)
    return `All ${plural(stages.length, 'stage')} before this report came from the cache.`;
  const longest = stages.reduce((most, stage) => (stage.seconds > most.seconds ? stage : most));
  const before = `${plural(stages.length, 'stage')} took ${duration(total)}`;
  const share = total > 0 ? `, ${percent(longest.seconds / total, 0)} of it in ${longest.name}` : '';
  const rest = cached === 0 ? 'none came from the cache' : `${cached} of them came from the cache`;
  return `${before}${share}; ${rest}.`;
}

const stateTexts: Readonly<Record<StageState, string>> = { ran: 'ran', cached: 'cached', now: 'this report' };

export function stagesView({ stages, config }: Pick<RunFacts, 'stages' | 'config'>): StagesView {
  const needs = needsByStage(config);
  const total = stages.reduce((sum, { seconds }) => sum + seconds, 0);
  const rows = stages.map(({ name, kind, status, seconds, fingerprint }): StageRow => ({
    name,
    kind,
    state: status,
    stateText: stateTexts[status],
    seconds,
    time: status === 'cached' ? '–' : duration(seconds),
    fingerprint: fingerprint.slice(0, 12),
    width: total === 0 ? 0 : Number(((seconds / total) * 100).toFixed(2)),
  }));
  // What was not finished when this was written: the report itself.
  const unfinished = [...needs.keys()].filter((name) => !stages.some((stage) => stage.name === name));
  const configured = isJsonObject(config.stages) ? config.stages : {};
  for (const name of unfinished) {
    const stage = configured[name];
    if (!isJsonObject(stage) || stage.uses !== 'report') continue;
    const state = 'now';
    rows.push({
      name,
      kind: 'report',
      state,
      stateText: stateTexts[state],
      seconds: 0,
      time: '–',
      fingerprint: '',
      width: 0,
    });
  }
  return { sentence: sentenceOf(stages, total), rows, graph: layOutGraph(rows, needs) };
}
