/**
 * Starts the page of a comparison: reads its data, fills the places that the templates left. The table answers before the
 * browser has read what comes after it.
 */
import type { PageData, PageRest } from '../comparison/page-data.js';
import type * as Below from './below-table.js';
import { PackedCurves } from './curve-source.js';
import { RunData } from './run-data.js';
import { RunsTable } from './runs-table.js';
import { makeSelectionBar } from './selection-bar.js';
import { SelectionStore } from './selection-store.js';
import { followTheme, retheme, startView, type Views } from './start-view.js';
import { drawAllViews } from './view.js';

declare global {
  interface Window {
    assayPage?: () => void;
  }
}

/** What the bundler makes of it runs a module when it is asked for: libraries of charts take their time to begin. */
declare const require: (path: './below-table.js') => typeof Below;

function startPage(): void {
  const text = document.getElementById('page-data')?.textContent ?? '';
  let readRest = (): PageRest => {
    throw new Error('expected the page to be read to its end');
  };
  const curves = new PackedCurves(() => data.rest.curves);
  const data: RunData = new RunData(JSON.parse(text) as PageData, curves, () => readRest());
  const store = new SelectionStore(data);
  const first: Views = {
    selection: (place) => makeSelectionBar(place, store),
    table: (place) => new RunsTable(place, store),
  };
  for (const view of Object.keys(first)) {
    const place = document.querySelector<HTMLElement>(`[data-view="${view}"]`);
    if (place !== null) startView(place, first);
  }
  const makeViews = (): Views => {
    const below = require('./below-table.js');
    readRest = below.readRest;
    // The table may stand below, too, in a layout of somebody's own.
    return { ...first, ...below.viewsBelow(store) };
  };
  whenRead(() => {
    window.assayPage?.();
    startBelow(makeViews, store);
  });
}

/** One after the other while nothing else is to do, so that the table answers from the first moment. */
function startBelow(makeViews: () => Views, store: SelectionStore): void {
  let views: Views | undefined;
  const places = '[data-view]:not([data-started])';
  const startNext = (): void => {
    const place = document.querySelector<HTMLElement>(places);
    if (place === null) {
      document.documentElement.classList.add('settled');
      return;
    }
    startView(place, (views ??= makeViews()));
    whenIdle(startNext);
  };
  whenIdle(startNext);

  followTheme(store);
  // Paper is light, whatever the screen is.
  window.addEventListener('beforeprint', () => {
    document.documentElement.dataset['theme'] = 'light';
    document.documentElement.classList.add('on-paper');
    for (const place of document.querySelectorAll<HTMLElement>(places))
      startView(place, (views ??= makeViews()));
    retheme(store);
    drawAllViews();
  });
  window.addEventListener('afterprint', () => {
    delete document.documentElement.dataset['theme'];
    document.documentElement.classList.remove('on-paper');
    retheme(store);
    drawAllViews();
  });
}

/** Once the browser has read the page to its end. */
function whenRead(action: () => void): void {
  if (document.readyState === 'loading')
    document.addEventListener('DOMContentLoaded', action, { once: true });
  else action();
}

/** Safari knows no idle callbacks. */
function whenIdle(action: () => void): void {
  if ('requestIdleCallback' in window) requestIdleCallback(action, { timeout: 500 });
  else setTimeout(action, 30);
}

try {
  startPage();
} finally {
  document.documentElement.classList.remove('starting');
}
