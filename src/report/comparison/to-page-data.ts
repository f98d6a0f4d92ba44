/** From a comparison to the data in its page. Computes no statistics; drops what no view shows. */
import type { ComparedRun, Comparison, Curve } from './compared-run.js';
import { configurationLeaves } from './configuration-leaves.js';
import { metricColumn } from './column-parts.js';
import { pageColumns } from './page-columns.js';
import { packMeasured, packSteps, packWords, rounded } from './pack-numbers.js';
import type {
  PageColumn,
  PageCurves,
  PageData,
  PageDetails,
  PageImages,
  PageImportance,
  PageRest,
  PageSpan,
} from './page-data.js';
import { runName } from './statistics/objective-value.js';
import type { VaryingSettings } from './statistics/varying-settings.js';

/** What is computed from the comparison beside it. */
export interface PageFacts {
  readonly settings: VaryingSettings;
  readonly importance: readonly PageImportance[];
}

/** Columns that the table opens with, beside the settings that differ. */
const usualMetrics = 5;
const usualSettings = 8;

function curvesOf({ curves }: ComparedRun, places: ReadonlyMap<string, number>): PageCurves[] {
  const groups = new Map<string, Curve[]>();
  for (const curve of curves) {
    const key = `${curve.epochs.join()}|${curve.steps.join()}|${curve.seconds.join()}`;
    groups.set(key, [...(groups.get(key) ?? []), curve]);
  }
  return [...groups.values()].map((group) => ({
    epochs: packSteps(group[0]!.epochs),
    steps: packSteps(group[0]!.steps),
    seconds: packMeasured(group[0]!.seconds),
    curves: group.map(({ key, values }) => [places.get(key)!, packMeasured(values)] as const),
  }));
}

function tableColumns(
  columns: readonly PageColumn[],
  objective: string,
  importance: readonly PageImportance[],
): string[] {
  const places = new Map(importance.map(({ column }, place) => [column, place]));
  const parameters = columns
    .filter(({ parameter }) => parameter)
    .sort((a, b) => (places.get(a.key) ?? places.size) - (places.get(b.key) ?? places.size));
  const filled = (column: PageColumn) =>
    column.kind === 'number' ? column.values.some((value) => value !== null) : column.categories.length > 0;
  const metrics = columns.filter(
    ({ group, key, differs }) => group === 'metric' && key !== objective && differs,
  );
  const preferred = [
    'metric:accuracy',
    'metric:validation.accuracy',
    'metric:loss',
    'metric:validation.loss',
    'metric:parameters',
  ];
  metrics.sort((a, b) => order(preferred, a.key) - order(preferred, b.key));
  return [
    objective,
    ...metrics.slice(0, usualMetrics - 1).map(({ key }) => key),
    'time:train',
    ...parameters.slice(0, usualSettings).map(({ key }) => key),
  ].filter((key) => columns.some((column) => column.key === key && filled(column)));
}

function order(list: readonly string[], key: string): number {
  const place = list.indexOf(key);
  return place === -1 ? list.length : place;
}

function detailsOf(runs: readonly ComparedRun[]): Pick<PageRest, 'data' | 'details'> {
  const data: { digest: string; classes: readonly string[] }[] = [];
  const placeOf = (digest: string, classes: readonly string[]): number => {
    const found = data.findIndex((entry) => entry.digest === digest);
    return found === -1 ? data.push({ digest, classes }) - 1 : found;
  };
  const details = runs.flatMap(({ details: known }, run): PageDetails[] => {
    if (known === undefined) return [];
    const { model, evaluation } = known;
    return [
      {
        run,
        model: model ?? null,
        evaluation:
          evaluation === undefined
            ? null
            : {
                data: placeOf(evaluation.data, evaluation.classes),
                confusion: evaluation.confusion,
                f1: evaluation.perClass.map(({ f1 }) => rounded(f1, 4)),
                predicted: packWords(evaluation.predicted),
              },
      },
    ];
  });
  return { data, details };
}

function imagesOf({ images }: Comparison, data: PageRest['data']): PageImages | null {
  const place = data.findIndex(({ digest }) => digest === images?.data);
  if (images === undefined || place === -1) return null;
  return {
    data: place,
    shape: images.shape,
    labels: packWords(images.labels),
    indices: images.images.map(({ index }) => index),
    pixels: Buffer.concat(images.images.map(({ pixels }) => pixels)).toString('base64'),
  };
}

function spansOf({ sweep }: Comparison): PageSpan[] {
  const spans = sweep?.spans ?? [];
  const origin = spans.reduce((least, { from }) => Math.min(least, from), Infinity);
  return spans.map(({ trial, worker, from, to }) => [trial, worker, from - origin, to - origin]);
}

/** Those of which most is known, the best first. */
function pairOf(details: readonly PageDetails[], count: number): readonly [number, number] {
  return [details[0]?.run ?? 0, details[1]?.run ?? Math.min(1, count - 1)];
}

export function toPageData(
  comparison: Comparison,
  facts: PageFacts,
): { readonly start: PageData; readonly rest: PageRest } {
  const { runs, objective } = comparison;
  const columns = pageColumns(comparison, facts.settings);
  const metrics = [...new Set(runs.flatMap(({ curves }) => curves.map(({ key }) => key)))].sort();
  const places = new Map(metrics.map((metric, place) => [metric, place]));
  const configuration = configurationLeaves(runs);
  const { data, details } = detailsOf(runs);
  const objectiveColumn = metricColumn(objective.metric);
  const start: PageData = {
    title: comparison.title,
    objective: { column: objectiveColumn, goal: objective.goal },
    runs: {
      ids: runs.map(({ id }) => id),
      names: runs.map(runName),
      statuses: runs.map(({ status }) => status),
      trials: runs.map(({ trial }) =>
        trial !== undefined && trial.sweep === comparison.sweep?.name ? trial.number : null,
      ),
      reports: runs.map(({ report }) => report ?? null),
      reasons: runs.map(({ reason }) => reason ?? null),
    },
    columns,
    tableColumns: tableColumns(columns, objectiveColumn, facts.importance),
    metrics,
    importance: facts.importance,
    pair: configuration.length > 0 ? pairOf(details, runs.length) : null,
  };
  const rest: PageRest = {
    commands: runs.map(({ command }) => command),
    curves: runs.map((run) => curvesOf(run, places)),
    configuration,
    data,
    details,
    images: imagesOf(comparison, data),
    spans: spansOf(comparison),
  };
  return { start, rest };
}
