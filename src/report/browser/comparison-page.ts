/** Starts the page of a comparison: reads its data, fills the places that the templates left. */
import type { PageData } from '../comparison/page-data.js';
import { ArchitecturesView } from './architectures-view.js';
import { ClassHeatMap } from './class-heat-map.js';
import { ConfigurationView } from './configuration-view.js';
import { ConfusionView } from './confusion-view.js';
import { ContourView } from './contour-view.js';
import { CurvesChart } from './curves-chart.js';
import { forgetColours } from './dom.js';
import { HistoryView } from './history-view.js';
import { ImageGrids } from './image-grids.js';
import { makeImportance } from './importance-view.js';
import { ParallelCoordinates } from './parallel-coordinates.js';
import { ParetoView } from './pareto-view.js';
import { makeReproduction } from './reproduction-view.js';
import { RunData } from './run-data.js';
import { RunTip } from './run-tip.js';
import { RunsTable } from './runs-table.js';
import { makeSelectionBar } from './selection-bar.js';
import { SelectionStore } from './selection-store.js';
import { SlicesView } from './slices-view.js';
import { drawAllViews, View } from './view.js';
import { WorkerTimeline } from './worker-timeline.js';

declare global {
  interface Window {
    assayPage?: () => void;
  }
}

function startPage(): void {
  window.assayPage?.();
  const text = document.getElementById('page-data')?.textContent ?? '';
  const data = new RunData(JSON.parse(text) as PageData);
  const store = new SelectionStore(data);
  const tip = new RunTip(store);
  const { images, sweep } = data.page;
  const views: Readonly<Record<string, (place: HTMLElement) => unknown>> = {
    selection: (place) => makeSelectionBar(place, store),
    table: (place) => new RunsTable(place, store),
    curves: (place) => new CurvesChart(place, store, tip),
    parallel: (place) => new ParallelCoordinates(place, store, tip),
    importance: (place) => makeImportance(place, store),
    slices: (place) => new SlicesView(place, store, tip),
    contour: (place) => new ContourView(place, store, tip),
    pareto: (place) => new ParetoView(place, store, tip),
    architectures: (place) => new ArchitecturesView(place, store),
    confusion: (place) => new ConfusionView(place, store),
    'class-heat': (place) => new ClassHeatMap(place, store),
    images: (place) => images !== null && new ImageGrids(place, store, images),
    configuration: (place) => new ConfigurationView(place, store),
    history: (place) => new HistoryView(place, store, tip),
    workers: (place) => sweep !== null && new WorkerTimeline(place, store, sweep, tip),
    reproduction: (place) => makeReproduction(place, store),
  };
  const waiting = [...document.querySelectorAll<HTMLElement>('[data-view]')];
  const start = (place: HTMLElement): void => {
    const view = views[place.dataset['view'] ?? '']?.(place);
    // Drawn once even out of sight: then every section has its height, and links to sections lead to the right place.
    if (view instanceof View) view.drawNow();
    place.dataset['started'] = '';
  };
  // What is met first at once; the rest while nothing else is to do, so that the table answers from the first moment.
  for (const place of waiting.splice(0, 2)) start(place);
  const startAll = (): void => {
    for (const place of waiting.splice(0)) start(place);
  };
  const startNext = (): void => {
    const place = waiting.shift();
    if (place === undefined) {
      document.documentElement.classList.add('settled');
      return;
    }
    start(place);
    whenIdle(startNext);
  };
  whenIdle(startNext);

  const retheme = (): void => {
    forgetColours();
    store.notify('colour');
    store.notify('theme');
  };
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', retheme);
  // Paper is light, whatever the screen is.
  window.addEventListener('beforeprint', () => {
    document.documentElement.dataset['theme'] = 'light';
    startAll();
    retheme();
    drawAllViews();
  });
  window.addEventListener('afterprint', () => {
    delete document.documentElement.dataset['theme'];
    retheme();
    drawAllViews();
  });
}

/** Safari knows no idle callbacks. */
function whenIdle(action: () => void): void {
  if ('requestIdleCallback' in window) requestIdleCallback(action, { timeout: 500 });
  else setTimeout(action, 30);
}

startPage();
