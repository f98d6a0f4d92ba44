/**
 * Everything a run's report shows, as plain data: what templates are given. Pure; reading is `run-artifacts.ts`, each
 * section is a file in `views/`. Every field is present (undefined where there is nothing), as the strict templates ask.
 */
import type { RunFacts } from '../stages/stage.js';
import type { RunArtifacts } from './run-artifacts.js';
import { calibrationView, type CalibrationView } from './views/calibration-view.js';
import { classesView, type ClassesView } from './views/classes-view.js';
import { configurationView, type ConfigurationView } from './views/configuration-view.js';
import { confusionView, type ConfusionView } from './views/confusion-view.js';
import { dataView, type DataView } from './views/data-view.js';
import {
  environmentView,
  reproductionView,
  type EnvironmentView,
  type ReproductionView,
} from './views/environment-view.js';
import { headlineView, type HeadlineView } from './views/headline-view.js';
import { mistakesView, type MistakesView } from './views/mistakes-view.js';
import { modelView, type ModelView } from './views/model-view.js';
import { stagesView, type StagesView } from './views/stages-view.js';
import { trainingView, type TrainingView } from './views/training-view.js';

export interface RunReportView {
  readonly title: string;
  readonly run: {
    readonly id: string;
    readonly experiment: string;
    readonly file: string;
    readonly seed: number;
    readonly engine: string;
    /** `23 November 2026, 09:41 UTC`, as the run's name tells; empty when it tells of no time. */
    readonly madeAt: string;
    /** Shortened; empty outside of a repository. */
    readonly commit: string;
    readonly dirty: boolean;
  };
  /** The heading of each section, by its field. */
  readonly titles: Readonly<Record<keyof typeof titles, string>>;
  /** What there is, in the order of the page, for its list of contents. */
  readonly contents: readonly { readonly id: string; readonly title: string }[];
  readonly headline: HeadlineView | undefined;
  readonly training: TrainingView | undefined;
  readonly confusion: ConfusionView | undefined;
  readonly classes: ClassesView | undefined;
  readonly calibration: CalibrationView | undefined;
  readonly mistakes: MistakesView | undefined;
  readonly data: DataView | undefined;
  readonly model: ModelView | undefined;
  readonly stages: StagesView;
  readonly configuration: ConfigurationView;
  readonly environment: EnvironmentView;
  readonly reproduction: ReproductionView;
}

/** The headings of the sections: the one place that names them. Keys are fields of the view and anchors of the page. */
const titles = {
  headline: 'At a glance',
  training: 'Learning curves',
  confusion: 'Confusion matrix',
  classes: 'Class by class',
  calibration: 'Calibration',
  mistakes: 'Worst mistakes',
  data: 'Data',
  model: 'Model',
  stages: 'Stages',
  configuration: 'Configuration',
  environment: 'Environment',
  reproduction: 'How to reproduce it',
} as const;

const months = 'January February March April May June July August September October November December';

function timeOf(runId: string): string {
  const parts = /-(\d{4})(\d{2})(\d{2})-(\d{2})(\d{2})\d{2}-[0-9a-f]{4}$/.exec(runId);
  if (parts === null) return '';
  const [, year, month, day, hour, minute] = parts;
  return `${Number(day)} ${months.split(' ')[Number(month) - 1] ?? month} ${year}, ${hour}:${minute} UTC`;
}

export interface RunReportOptions {
  /** Instead of the experiment's name. */
  readonly title: string | undefined;
  /** How many mistakes to show at most. */
  readonly mistakes: number;
}

export function runReportView(
  run: RunFacts,
  artifacts: RunArtifacts,
  { title, mistakes }: RunReportOptions,
): RunReportView {
  const { evaluation } = artifacts;
  const sections = {
    headline: headlineView(artifacts),
    training: artifacts.training && trainingView(artifacts.training),
    confusion: evaluation && confusionView(evaluation),
    classes: evaluation && classesView(evaluation),
    calibration: evaluation && calibrationView(evaluation),
    mistakes: evaluation && mistakesView(evaluation, mistakes),
    data: artifacts.data && dataView(artifacts.data),
    model: artifacts.model && modelView(artifacts.model),
    stages: stagesView(run),
    configuration: configurationView(run),
    environment: environmentView(run),
    reproduction: reproductionView(run),
  };
  return {
    title: title ?? run.experiment,
    run: {
      id: run.id,
      experiment: run.experiment,
      file: run.file,
      seed: run.seed,
      engine: run.engine,
      madeAt: timeOf(run.id),
      commit: run.git?.commit.slice(0, 10) ?? '',
      dirty: run.git?.dirty ?? false,
    },
    titles,
    contents: (Object.keys(titles) as (keyof typeof titles)[])
      .filter((id) => sections[id] !== undefined)
      .map((id) => ({ id, title: titles[id] })),
    ...sections,
  };
}
