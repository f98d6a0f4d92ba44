/** What the lines, dots and colours of the learning curves mean. */
import { make } from './dom.js';
import { makeScaleKey } from './scale-key.js';
import type { SelectionStore } from './selection-store.js';

export function makeCurvesKey(store: SelectionStore): HTMLElement {
  const { page, curves } = store.data;
  const item = (className: string, text: string) =>
    make('span', {}, make('i', { class: className, 'aria-hidden': 'true' }), text);
  return make(
    'p',
    { class: 'key' },
    ...(curves.isGrowing || page.runs.statuses.includes('running') ? [item('line-running', 'running')] : []),
    item('line-done', 'trained to the end'),
    item('line-pruned', 'pruned, paused or failed: ends in a dot'),
    ...(page.metrics.length > 1 ? [item('line-train', 'training, where shown')] : []),
    makeScaleKey(store, true),
  );
}
