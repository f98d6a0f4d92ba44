/** One run as its page shows it: facts, stages with what the cache gave, settings, problems, curves. */
import { formatBytes, formatSeconds } from '../../core/format-units.js';
import { isJsonObject, type Json } from '../../core/json.js';
import { labelsInWords } from '../../core/short-paths.js';
import { layOutGraph, type Graph } from '../../report/stage-graph.js';
import { trainingView, type LineChart } from '../../report/views/training-view.js';
import type { RunDetail, Series } from '../../tracking/run-detail.js';
import { shownNumber, shownTime, sweepAddress } from './words.js';

interface StageView {
  readonly name: string;
  readonly kind: string;
  readonly state: string;
  readonly stateText: string;
  readonly time: string;
  readonly fingerprint: string;
  readonly size: string;
  readonly note: string;
}

export interface RunView {
  readonly id: string;
  readonly status: string;
  readonly sentence: string;
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  readonly trial: {
    readonly number: number;
    readonly sweep: string;
    readonly address: string;
    readonly labels: string;
  } | null;
  readonly report: string | null;
  readonly metrics: readonly { readonly label: string; readonly value: string }[];
  readonly graph: Graph<StageView>;
  readonly stages: readonly StageView[];
  readonly problems: readonly {
    readonly severity: string;
    readonly stage: string;
    readonly code: string;
    readonly message: string;
    readonly fix: string;
  }[];
  readonly settings: readonly { readonly label: string; readonly value: string }[];
}

const stateTexts: Readonly<Record<RunDetail['stages'][number]['status'], string>> = {
  pending: 'to come',
  running: 'running',
  ran: 'ran',
  cached: 'from the cache',
  failed: 'failed',
  interrupted: 'interrupted',
};

/** @param report address of its report, where it has one. @param now milliseconds since 1970. */
export function runView(run: RunDetail, report: string | undefined, now: number): RunView {
  const stages = run.stages.map((stage): StageView => ({
    name: stage.name,
    kind: stage.kind,
    state: stage.status,
    stateText: stateTexts[stage.status],
    time: stage.seconds === null || stage.status === 'cached' ? '–' : formatSeconds(stage.seconds),
    fingerprint: stage.fingerprint?.slice(0, 12) ?? '',
    size: stage.bytes === null ? '–' : formatBytes(stage.bytes),
    note: stage.summary?.note ?? '',
  }));
  const needs = new Map(run.stages.map((stage) => [stage.name, stage.needs]));
  return {
    id: run.id,
    status: run.status,
    sentence: sentenceOf(run, now),
    facts: factsOf(run),
    trial:
      run.trial === null
        ? null
        : { ...run.trial, address: sweepAddress(run.trial.sweep), labels: labelsInWords(run.trial.labels) },
    report: report ?? null,
    metrics: Object.entries(run.metrics).map(([label, value]) => ({ label, value: shownNumber(value) })),
    graph: layOutGraph(stages, needs),
    stages,
    problems: run.problems.map(({ severity, stage, code, message, fix }) => ({
      ...{ severity, code, message, stage: stage ?? '', fix: fix ?? '' },
    })),
    settings: settingRows(run.config, ''),
  };
}

function sentenceOf(run: RunDetail, now: number): string {
  const running = run.stages.find(({ status }) => status === 'running')?.name;
  const cached = run.stages.filter(({ status }) => status === 'cached').length;
  const fromCache = `${cached} of ${run.stages.length} stages came from the cache.`;
  if (run.status === 'running') {
    const time = formatSeconds(Math.max(0, now - run.started) / 1000);
    return `Running for ${time}${running === undefined ? '' : `, now at ${running}`}; ${fromCache}`;
  }
  const time = run.seconds === null ? '' : ` after ${formatSeconds(run.seconds)}`;
  return `${run.status.charAt(0).toUpperCase()}${run.status.slice(1)}${time}; ${fromCache}`;
}

function factsOf(run: RunDetail): RunView['facts'] {
  const commit =
    run.git === null
      ? []
      : [{ label: 'Commit', value: `${run.git.commit.slice(0, 10)}${run.git.dirty ? ' with changes' : ''}` }];
  return [
    { label: 'Experiment', value: run.experiment },
    { label: 'File', value: run.file },
    { label: 'Seed', value: String(run.seed) },
    { label: 'Engine', value: run.engine },
    { label: 'Began', value: shownTime(run.started) },
    { label: 'Process', value: `${run.pid} on ${run.host}` },
    ...commit,
  ];
}

const mostSettings = 500;

/** A setting a row, by dotted path. */
function settingRows(value: Json, path: string): { label: string; value: string }[] {
  if (isJsonObject(value) && Object.keys(value).length > 0) {
    const rows = Object.entries(value).flatMap(([key, member]) =>
      settingRows(member, path === '' ? key : `${path}.${key}`),
    );
    return rows.slice(0, mostSettings);
  }
  const text = JSON.stringify(value);
  return [{ label: path, value: text.length > 200 ? `${text.slice(0, 199)}…` : text }];
}

/** The charts of a run's report, of the epochs there are so far. */
export function liveCharts(series: readonly Series[]): readonly LineChart[] {
  const epochs = new Map<number, { step: number; metrics: Record<string, number> }>();
  for (const { key, epochs: at, steps, values } of series) {
    at.forEach((epoch, i) => {
      let record = epochs.get(epoch);
      if (record === undefined) epochs.set(epoch, (record = { step: steps[i]!, metrics: {} }));
      const value = values[i];
      if (typeof value === 'number') record.metrics[key] = value;
    });
  }
  const records = [...epochs].sort(([a], [b]) => a - b).map(([epoch, record]) => ({ epoch, ...record }));
  const facts = { epochs: records, bestEpoch: undefined, stoppedEarly: false, epochSeconds: [] };
  return trainingView(facts)?.charts ?? [];
}
