/** What pages do with views, whatever the page tells of: start each in its place, and draw all anew in another theme. */
import { forgetColours } from './dom.js';
import type { SelectionStore } from './selection-store.js';
import { View } from './view.js';

/** By the name of the place, its `data-view`, what fills it. */
export type Views = Readonly<Record<string, (place: HTMLElement) => unknown>>;

/** Drawn once even out of sight: then every section has its height, and links to sections lead to the right place. */
export function startView(place: HTMLElement, views: Views): void {
  const view = views[place.dataset['view'] ?? '']?.(place);
  if (view instanceof View) view.drawNow();
  place.dataset['started'] = '';
}

/** Whenever the theme of the screen changes. */
export function followTheme(store: SelectionStore): void {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => retheme(store));
}

/** In the colours of the theme as it is now. */
export function retheme(store: SelectionStore): void {
  forgetColours();
  store.notify('colour');
  store.notify('theme');
}
