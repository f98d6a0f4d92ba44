/**
 * Everything that the templates of a comparison are given, as plain data: sections with their sentences, the verdict's
 * figures, first rows. What the page's scripts draw is `page-data.ts`. Every field is present, as the strict templates ask.
 */
import { formatCount } from '../../core/format-units.js';
import { minuteOf } from '../../core/iso-time.js';
import { metricValue, settingNumber } from '../views/format.js';
import type { Comparison } from './compared-run.js';
import type { ComparisonFacts } from './comparison-facts.js';
import * as sentences from './section-sentences.js';
import { objectiveValue, runName, runTitle } from './statistics/objective-value.js';
import { stoppedRuns, type StoppedRuns } from './stopped-runs.js';
import { verdictView, type VerdictView } from './verdict-view.js';

export interface SectionView {
  readonly sentence: string;
}

export interface ComparisonView {
  readonly title: string;
  /** `Sweep`, or `Comparison`. */
  readonly kind: string;
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  /** The heading of each section, by its field. */
  readonly titles: Readonly<Record<keyof typeof titles, string>>;
  /** What there is, in the order of the page. */
  readonly contents: readonly { readonly id: string; readonly title: string }[];
  readonly verdict: VerdictView;
  readonly runs: SectionView & {
    readonly columns: readonly string[];
    /** The best, for pages without scripts and before they have run. */
    readonly rows: readonly {
      readonly name: string;
      readonly report: string;
      readonly cells: readonly string[];
    }[];
    readonly left: number;
  };
  readonly curves: SectionView | undefined;
  readonly parallel: SectionView | undefined;
  readonly importance: (SectionView & { readonly ranked: boolean }) | undefined;
  readonly pareto: SectionView | undefined;
  readonly networks: SectionView | undefined;
  readonly mistakes: (SectionView & { readonly images: boolean }) | undefined;
  readonly configuration: SectionView | undefined;
  readonly history:
    (SectionView & { readonly workers: boolean; readonly workersSentence: string }) | undefined;
  readonly stopped: StoppedRuns | undefined;
  readonly reproduction: SectionView & {
    readonly commands: readonly { readonly purpose: string; readonly command: string }[];
    /** Whether there are runs beside those. */
    readonly others: boolean;
  };
}

/** The headings: the one place that names them. Keys are fields of the view and anchors of the page. */
const titles = {
  verdict: 'Verdict',
  runs: 'Runs',
  curves: 'Learning curves',
  parallel: 'Settings and results',
  importance: 'What mattered',
  pareto: 'Quality against cost',
  networks: 'Networks',
  mistakes: 'Mistakes',
  configuration: 'Configurations',
  history: 'History',
  stopped: 'Stopped and failed',
  reproduction: 'How to reproduce them',
} as const;

const staticRows = 20;
const staticSettings = 5;
const reproduced = 2;

function staticTable({ runs, objective }: Comparison, { settings }: ComparisonFacts) {
  const shown = settings.shown.slice(0, staticSettings);
  const rows = runs.slice(0, staticRows).map((run, index) => ({
    name: runName(run),
    report: run.report ?? '',
    cells: [
      resultText(objectiveValue(run, objective), objective.metric),
      ...shown.map(({ values, categories, kind }) => {
        const value = values[index] ?? null;
        if (value === null) return '–';
        return kind === 'category' ? (categories[value] ?? '') : settingNumber(value, 4);
      }),
      run.status,
    ],
  }));
  return {
    columns: ['Run', objective.metric, ...shown.map(({ path }) => path), 'Status'],
    rows,
    left: Math.max(0, runs.length - staticRows),
  };
}

function resultText(value: number | null, metric: string): string {
  return value === null ? '–' : metricValue(metric, value);
}

export function comparisonView(comparison: Comparison, facts: ComparisonFacts): ComparisonView {
  const { runs, sweep, objective, images, made } = comparison;
  const evaluated = runs.filter(({ details }) => details?.evaluation !== undefined);
  const networks = runs.filter(({ details }) => details?.model !== undefined);
  const several = runs.length > 1;
  const hasResults = facts.verdict.results > 1;
  const varies = facts.settings.shown.length > 0;
  const sections = {
    verdict: verdictView(comparison, facts),
    runs: { sentence: sentences.ofRuns(comparison, facts), ...staticTable(comparison, facts) },
    curves: runs.some(({ curves }) => curves.length > 0)
      ? { sentence: sentences.ofCurves(comparison) }
      : undefined,
    parallel: several && varies ? { sentence: sentences.ofParallel(comparison, facts) } : undefined,
    importance:
      hasResults && varies
        ? {
            sentence: sentences.ofImportance(facts),
            ranked: facts.importances.some(({ share }) => share > 0),
          }
        : undefined,
    pareto: hasResults ? { sentence: sentences.ofPareto(comparison) } : undefined,
    networks: networks.length > 0 ? { sentence: sentences.ofNetworks(networks, runs.length) } : undefined,
    mistakes:
      evaluated.length > 0
        ? { sentence: sentences.ofMistakes(comparison), images: (images?.images.length ?? 0) > 0 }
        : undefined,
    configuration: several ? { sentence: sentences.ofConfiguration(comparison, facts) } : undefined,
    history: hasResults
      ? {
          sentence: sentences.ofHistory(comparison),
          workers: (sweep?.spans.length ?? 0) > 0,
          workersSentence: sentences.ofWorkers(sweep),
        }
      : undefined,
    stopped: stoppedRuns(runs),
    reproduction: {
      sentence: `Each command makes its run again, with the same seed and settings.`,
      commands: runs.slice(0, reproduced).map((run, i) => ({
        purpose:
          i < facts.verdict.results ? `The ${i === 0 ? 'best' : 'second'}, ${runName(run)}` : runTitle(run),
        command: run.command,
      })),
      others: runs.length > reproduced,
    },
  };
  const ids = Object.keys(titles) as (keyof typeof titles)[];
  return {
    title: comparison.title,
    kind: sweep === undefined ? 'Comparison' : 'Sweep',
    titles,
    contents: ids.filter((id) => sections[id] !== undefined).map((id) => ({ id, title: titles[id] })),
    facts: [
      { label: 'Runs', value: formatCount(runs.length) },
      { label: 'Objective', value: `${objective.goal} ${objective.metric}` },
      ...(sweep === undefined
        ? []
        : [
            { label: 'Sampler', value: sweep.sampler },
            { label: 'Scheduler', value: sweep.scheduler },
          ]),
      { label: 'Made', value: `${minuteOf(made)} UTC` },
    ],
    ...sections,
  };
}
