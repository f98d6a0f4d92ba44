/** What colours mean: a strip of the scale between two words, and the one of the metric that colours the page. */
import { scaleColour } from './colours.js';
import { make } from './dom.js';
import { formatNumber } from './format.js';
import type { SelectionStore } from './selection-store.js';

/** From `low`, the colour of the worst, to `high`. In the colours of the theme as it is now. */
export function makeScaleStrip(low: string, high: string): HTMLElement {
  const strip = make('span', { class: 'strip', 'aria-hidden': 'true' });
  const stops = Array.from({ length: 9 }, (_, i) => scaleColour(i / 8));
  strip.style.background = `linear-gradient(90deg, ${stops.join(', ')})`;
  return make(
    'span',
    { class: 'scale-legend' },
    make('span', { text: low }),
    strip,
    make('span', { text: high }),
  );
}

/** The scale of the metric that colours; changes with it. Empty where nothing was measured. */
export function makeScaleKey(store: SelectionStore, withName: boolean): HTMLElement {
  const key = make('span', { class: 'scale-key' });
  const show = (): void => {
    const column = store.colourBy;
    const sorted = (column?.values ?? []).filter((value) => value !== null).sort((a, b) => a - b);
    key.replaceChildren();
    if (column === undefined || sorted.length === 0) return;
    if (column.goal === 'minimize') sorted.reverse();
    const at = (share: number) =>
      formatNumber(sorted[Math.round(share * (sorted.length - 1))] ?? null, column.format);
    if (withName) key.append(make('span', { text: `${column.label}, by rank` }));
    key.append(makeScaleStrip(at(0), at(1)));
    key.title = `By rank: the middle is the median, ${at(0.5)}`;
  };
  store.on(['colour', 'theme'], show);
  show();
  return key;
}
