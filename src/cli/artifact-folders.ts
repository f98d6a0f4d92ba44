/** Where the outputs of a run's stages lie, for people. Reads nothing of them. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { failed, ok, type Result } from '../core/problem.js';
import { suggestName } from '../core/suggest.js';
import type { RunOutcome } from '../run/run-outcome.js';
import type { RunDetail } from '../tracking/run-detail.js';
import { shownPath } from './shown-path.js';
import type { Prepared, Project } from './wire.js';

/** The folder of a stage's output, absolute. Problems `no-such-stage`, `no-output`. */
export function outputFolder(run: RunDetail, name: string, { cache }: Project): Result<string> {
  const stage = run.stages.find((one) => one.name === name);
  if (stage === undefined) {
    const names = run.stages.map((one) => one.name);
    return failed({
      code: 'no-such-stage',
      message: `expected --path to name a stage of ${run.id}, got ${JSON.stringify(name)}`,
      fix: suggestName(name, names),
    });
  }
  const folder = stage.artifact === null ? undefined : cache.folderOf(stage.artifact);
  if (folder === undefined) {
    return failed({
      code: 'no-output',
      message: `expected "${name}" to have an output in ${run.id}, got none: it is ${stage.status}`,
    });
  }
  if (existsSync(folder)) return ok(folder);
  return failed({
    code: 'no-output',
    message: `expected the output of "${name}" in ${shownPath(folder)}, got nothing: it was removed from the cache`,
    fix: `make it again: npx assay run ${run.file}`,
  });
}

/** The trained network's file, in ONNX's format where it has a form in it; nothing when none was trained. */
export function modelFile({ stages }: RunOutcome, { engine, project }: Prepared): string | undefined {
  const trained = engine.plan.stages.findLast(({ stage }) => stage.descriptor.produces === 'trained-model');
  const made = stages.find(({ name }) => name === trained?.stage.name);
  const folder = made === undefined ? undefined : project.cache.folderOf(made.artifact);
  if (folder === undefined) return undefined;
  return ['model.onnx', 'model.json'].map((name) => join(folder, name)).find((file) => existsSync(file));
}
