/** What is recorded of a sweep when it begins, and whether it may go on from what is recorded. */
import type { CheckedExperiment } from '../config/checked-experiment.js';
import { canonicalJson, isJsonObject, type Json, type JsonObject } from '../core/json.js';
import type { RecordedSweep, SweepHeader } from '../core/sweep-events.js';
import type { SweepRequest } from './sweep-options.js';
import { shareOfCores } from './sweep-options.js';

/** @param recorded keeps its number of threads, on which trials' numbers hang. */
export function makeSweepHeader(
  base: CheckedExperiment,
  { sweep, workers }: SweepRequest,
  recorded: RecordedSweep | undefined,
): SweepHeader {
  return {
    name: sweep.name,
    experiment: base.name,
    file: base.file,
    seed: base.seed,
    objectives: sweep.objectives,
    sampler: sweep.sampler.kind,
    scheduler: sweep.scheduler.kind,
    trials: sweep.trials,
    epochs: sweep.epochs,
    workers,
    threads: sweep.threads ?? recorded?.header.threads ?? shareOfCores(workers),
    settings: { ...sweep.settings, experiment: comparable(base) },
    pid: process.pid,
  };
}

/** The base experiment as far as trials' numbers hang on it: no names, no reports. */
function comparable({ config }: CheckedExperiment): JsonObject {
  const stages = isJsonObject(config['stages']) ? config['stages'] : {};
  const kept = Object.entries(stages).filter(
    ([, stage]) => isJsonObject(stage) && stage['uses'] !== 'report',
  );
  const { name: _, ...rest } = config;
  return { ...rest, stages: Object.fromEntries(kept) };
}

/** Whether the points of a grid are counted differently now. */
export function spaceChanged(recorded: RecordedSweep | undefined, now: SweepHeader): boolean {
  const space = ({ settings }: SweepHeader): Json =>
    isJsonObject(settings) ? (settings['space'] ?? null) : null;
  const sampler = ({ settings }: SweepHeader): Json =>
    isJsonObject(settings) ? (settings['sampler'] ?? null) : null;
  return (
    recorded !== undefined &&
    canonicalJson([space(recorded.header), sampler(recorded.header)]) !==
      canonicalJson([space(now), sampler(now)])
  );
}
