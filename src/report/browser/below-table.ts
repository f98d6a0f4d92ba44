/** What is below the table of a comparison: its views, and how they read their data. Loaded once the table is there. */
import { ArchitecturesView } from './architectures-view.js';
import { ClassHeatMap } from './class-heat-map.js';
import { ConfigurationView } from './configuration-view.js';
import { ConfusionView } from './confusion-view.js';
import { ContourView } from './contour-view.js';
import { CurvesChart } from './curves-chart.js';
import { HistoryView } from './history-view.js';
import { ImageGrids } from './image-grids.js';
import { makeImportance } from './importance-view.js';
import { ParallelCoordinates } from './parallel-coordinates.js';
import { ParetoView } from './pareto-view.js';
import { ReproductionView } from './reproduction-view.js';
import { RunTip } from './run-tip.js';
import type { SelectionStore } from './selection-store.js';
import { SlicesView } from './slices-view.js';
import { WorkerTimeline } from './worker-timeline.js';

export { readRest } from './read-rest.js';

/** By the names that places have in the templates (`data-view`). */
export function viewsBelow(store: SelectionStore): Readonly<Record<string, (place: HTMLElement) => unknown>> {
  const tip = new RunTip(store);
  return {
    curves: (place) => new CurvesChart(place, store, tip),
    parallel: (place) => new ParallelCoordinates(place, store, tip),
    importance: (place) => makeImportance(place, store),
    slices: (place) => new SlicesView(place, store, tip),
    contour: (place) => new ContourView(place, store, tip),
    pareto: (place) => new ParetoView(place, store, tip),
    architectures: (place) => new ArchitecturesView(place, store),
    confusion: (place) => new ConfusionView(place, store),
    'class-heat': (place) => new ClassHeatMap(place, store),
    images: (place) => {
      const { images } = store.data.rest;
      return images !== null && new ImageGrids(place, store, images);
    },
    configuration: (place) => new ConfigurationView(place, store),
    history: (place) => new HistoryView(place, store, tip),
    workers: (place) => new WorkerTimeline(place, store, tip),
    reproduction: (place) => new ReproductionView(place, store),
  };
}
