/** Whether recorded draws were counted as the sampler counts them now: only then do they tell which draws are over. */
import { canonicalJson } from '../core/json.js';
import type { SweepParts } from './sweep-parts.js';

/** Always so of samplers without an end: whatever they drew before, there is more to draw. */
export function drawsAgree({
  sampler,
  template,
  recorded,
  spaceChanged = false,
}: Pick<SweepParts, 'sampler' | 'template' | 'recorded' | 'spaceChanged'>): boolean {
  if (sampler.size === undefined || recorded === undefined) return true;
  if (spaceChanged) return false;
  // The space may have changed in a session before the last one.
  return recorded.trials.every(({ draw, assignments }) => {
    if (draw < 0) return true;
    // A sampler with an end goes through its points by number, whatever the trials.
    const point = sampler.propose({ draw, trials: [] });
    if (point === undefined) return false;
    return canonicalJson(template.assign(point).assignments) === canonicalJson(assignments);
  });
}
