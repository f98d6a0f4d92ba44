/**
 * The one file that wires objects together: which cache, which renderer, which engines a command gets. Every layer
 * below receives what it needs from here and constructs none of it itself.
 */
import { dirname, join, resolve } from 'node:path';
import type { ArtifactCache } from '../cache/artifact-cache.js';
import { createDiskArtifactCache } from '../cache/disk-artifact-cache.js';
import { checkExperiment } from '../config/check-experiment.js';
import type { CheckedExperiment } from '../config/checked-experiment.js';
import { findProjectRoot } from '../config/project-path.js';
import { ok, type Result } from '../core/problem.js';
import type { EngineOptions } from '../engine/engine.js';
import { selectEngine } from '../engine/providers.js';
import { planForEngine, type PlannedEngine } from '../run/planned-engine.js';
import { createReportRenderer } from '../report/report-renderer.js';
import type { LoadedStage } from '../stages/custom-stage.js';
import type { ReportRenderer } from '../stages/stage.js';

/** A project as the commands see it. */
export interface Project {
  readonly root: string;
  /** Where runs and their database lie. */
  readonly runsFolder: string;
  readonly cache: ArtifactCache;
}

export interface Prepared {
  readonly project: Project;
  readonly experiment: CheckedExperiment;
  readonly engine: PlannedEngine;
  /** What was passed over when the engine was chosen: one line for people. */
  readonly note?: string | undefined;
  readonly reportRenderer: ReportRenderer;
}

/** Stages of one's own need esbuild; it is loaded when there is one. */
export async function loadStageFile(path: string, projectRoot: string): Promise<Result<LoadedStage>> {
  const { loadCustomStage } = await import('../stages/custom-stage.js');
  return loadCustomStage(path, projectRoot);
}

/** The project that a file lies in, or that the current folder lies in. */
export function openProject(file?: string): Project {
  const root = findProjectRoot(file === undefined ? process.cwd() : dirname(resolve(file)));
  return { root, runsFolder: join(root, 'runs'), cache: createDiskArtifactCache(join(root, '.assay')) };
}

/** From an experiment file to a plan: everything short of running it. */
export async function prepare(
  file: string,
  set: readonly string[],
  share: Pick<EngineOptions, 'threads' | 'verify'>,
): Promise<Result<Prepared>> {
  const project = openProject(file);
  const experiment = await checkExperiment({
    file,
    projectRoot: project.root,
    set,
    loadCustomStage: loadStageFile,
  });
  if (!experiment.ok) return experiment;
  const engine = await selectEngine(experiment.value.engine, share);
  if (!engine.ok) return engine;
  const reportRenderer = createReportRenderer();
  const planned = planForEngine(experiment.value, engine.value, reportRenderer);
  const { note } = engine.value;
  return ok({ project, experiment: experiment.value, engine: planned, note, reportRenderer });
}
