/**
 * Which stages may begin, given what is done and what is running: pure. A stage begins when all that it needs is done,
 * with two exceptions. Stages that compute on the engine take turns, for it has all threads, and tfjs's current backend
 * is one for the whole process. A stage that shows the whole experiment waits for everything before it in the plan, so
 * that what it shows does not depend on who was faster.
 */
import type { Plan, PlannedStage } from '../plan/plan.js';

const onEngine = ({ stage }: PlannedStage): boolean => stage.descriptor.dependsOnEngine;

/** In the order of the plan. */
export function stagesToBegin(
  plan: Plan,
  done: ReadonlySet<string>,
  running: ReadonlySet<string>,
): readonly PlannedStage[] {
  let engineIsFree = !plan.stages.some((planned) => onEngine(planned) && running.has(planned.stage.name));
  let allBeforeAreDone = true;
  return plan.stages.filter((planned) => {
    const { name, needs, descriptor } = planned.stage;
    if (done.has(name)) return false;
    const ready =
      !running.has(name) &&
      needs.every((need) => done.has(need)) &&
      (!onEngine(planned) || engineIsFree) &&
      (descriptor.dependsOnExperiment !== true || allBeforeAreDone);
    if (ready && onEngine(planned)) engineIsFree = false;
    allBeforeAreDone = false;
    return ready;
  });
}

/** Stages whose output another engine may change: those that compute on it and all that rest on them. */
export function stagesOfEngine(plan: Plan): ReadonlySet<string> {
  const found = new Set<string>();
  // Each stage comes after what it needs.
  for (const planned of plan.stages) {
    const { name, needs } = planned.stage;
    if (onEngine(planned) || needs.some((need) => found.has(need))) found.add(name);
  }
  return found;
}
