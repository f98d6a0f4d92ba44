/** How stages depend on one another: every need is there, none leads round in a circle, and each role has one source. */
import { suggestName } from '../core/suggest.js';
import { describeRing } from './describe-ring.js';
import type { PipelineStage } from './pipeline-file.js';
import type { ProblemList } from './problem-list.js';

export interface WiredStage {
  readonly stage: PipelineStage;
  /** Role → name of the needed stage that fills it. An optional role that nobody fills is not there. */
  readonly roles: Readonly<Record<string, string>>;
}

/** Each after those it needs, otherwise as in the file. With problems, what is returned is not to be used. */
export function wire(stages: readonly PipelineStage[], problems: ProblemList): WiredStage[] {
  const byName = new Map(stages.map((stage) => [stage.name, stage]));
  for (const stage of stages) checkNeeds(stage, byName, problems);
  return order(stages, byName, problems).map((stage) => ({
    stage,
    roles: fillRoles(stage, byName, problems),
  }));
}

function checkNeeds(
  stage: PipelineStage,
  byName: ReadonlyMap<string, PipelineStage>,
  problems: ProblemList,
): void {
  for (const { name, at } of stage.needs) {
    if (byName.has(name) || problems.full) continue;
    const others = [...byName.keys()].filter((other) => other !== stage.name);
    problems.add({
      code: 'unknown-need',
      message: `expected "${stage.name}" to need stages of this pipeline, got "${name.slice(0, 200)}"`,
      at,
      fix: suggestName(name.slice(0, 200), others),
    });
  }
}

function order(
  stages: readonly PipelineStage[],
  byName: ReadonlyMap<string, PipelineStage>,
  problems: ProblemList,
): PipelineStage[] {
  const ordered = new Set<PipelineStage>();
  let left = stages;
  while (left.length > 0) {
    // The first whose needs are all met, so that ties keep the order of the file.
    const ready = left.find(({ needs }) =>
      needs.every(({ name }) => ordered.has(byName.get(name)!) || !byName.has(name)),
    );
    if (ready === undefined) {
      tellCircle(left, byName, problems);
      return [...ordered];
    }
    ordered.add(ready);
    left = left.filter((stage) => stage !== ready);
  }
  return [...ordered];
}

/** Among stages that all wait for one another, following any need that is left must come round. */
function tellCircle(
  left: readonly PipelineStage[],
  byName: ReadonlyMap<string, PipelineStage>,
  problems: ProblemList,
): void {
  const waiting = new Set(left);
  const trail: PipelineStage[] = [];
  let current = left[0]!;
  while (!trail.includes(current)) {
    trail.push(current);
    current = byName.get(current.needs.find(({ name }) => waiting.has(byName.get(name)!))!.name)!;
  }
  const ring = trail.slice(trail.indexOf(current));
  // Told at the stage of the ring that stands first in the file.
  const first = ring.indexOf(ring.reduce((a, b) => (left.indexOf(b) < left.indexOf(a) ? b : a)));
  const names = [...ring.slice(first), ...ring.slice(0, first + 1)].map(({ name }) => name);
  const stage = ring[first]!;
  problems.add({
    code: 'needs-circle',
    message: `expected stages not to need one another in a circle, got ${describeRing(names)}`,
    at: stage.needs.find(({ name }) => name === names[1])?.at ?? stage.at,
    fix: 'take one of these needs away',
  });
}

function fillRoles(
  stage: PipelineStage,
  byName: ReadonlyMap<string, PipelineStage>,
  problems: ProblemList,
): Record<string, string> {
  const roles: Record<string, string> = {};
  const needed = [...new Set(stage.needs.map(({ name }) => byName.get(name)))];
  for (const [written, type] of Object.entries(stage.kind?.descriptor.consumes ?? {})) {
    const role = written.replace(/\?$/, '');
    const sources = needed.filter((other) => other?.kind?.descriptor.produces === type);
    const [source, second] = sources;
    if (source !== undefined && second === undefined) roles[role] = source.name;
    else if (source !== undefined && second !== undefined) {
      problems.add({
        code: 'ambiguous-input',
        message: `expected "${stage.name}" to need one stage that makes its ${role} (${type}), got "${source.name}" and "${second.name}"`,
        at: stage.needs.find(({ name }) => name === second.name)?.at,
        related: {
          message: 'the first one stands here',
          at: stage.needs.find(({ name }) => name === source.name)?.at,
        },
        fix: 'take one of them out of needs',
      });
    } else if (role === written && needed.every((other) => other?.kind !== undefined)) {
      const makers = [...byName.values()].filter(
        ({ kind, name }) => kind?.descriptor.produces === type && name !== stage.name,
      );
      problems.add({
        code: 'missing-input',
        message: `expected "${stage.name}" to need a stage that makes its ${role} (${type}), got ${stage.needs.length === 0 ? 'no needs' : stage.needs.map(({ name }) => `"${name}"`).join(', ')}`,
        at: stage.needs[0]?.at ?? stage.at,
        fix: makers.length === 0 ? `add a stage that makes ${type}` : `add "${makers[0]!.name}" to its needs`,
      });
    }
  }
  return roles;
}
