/** What the lines and dots of the learning curves mean. */
import { make } from './dom.js';

export function makeCurvesKey(): HTMLElement {
  const item = (className: string, text: string) =>
    make('span', {}, make('i', { class: className, 'aria-hidden': 'true' }), text);
  return make(
    'p',
    { class: 'key' },
    item('line-done', 'trained to the end'),
    item('line-pruned', 'pruned, paused or failed: ends in a dot'),
    item('line-train', 'training, where shown'),
  );
}
