/**
 * The live page of a sweep: the views of a comparison over what the event stream tells. Following the stream is
 * `templates/live/live.js`.
 */
import type { ToldSweep } from '../../live/told-sweep.js';
import { CurvesChart } from '../curves-chart.js';
import { HistoryView } from '../history-view.js';
import { ParallelCoordinates } from '../parallel-coordinates.js';
import { RunTip } from '../run-tip.js';
import { RunsTable } from '../runs-table.js';
import { makeSelectionBar } from '../selection-bar.js';
import { SelectionStore } from '../selection-store.js';
import { followTheme, startView, type Views } from '../start-view.js';
import { WorkerTimeline } from '../worker-timeline.js';
import { SweepModel } from './sweep-model.js';
import { latestColumn } from './trial-columns.js';

declare global {
  interface Window {
    /** Starts the page of a sweep; the result takes what the stream tells. */
    assaySweepPage?: () => (told: ToldSweep, whole: boolean) => void;
  }
}

/** Milliseconds: events may come faster than a page of a thousand trials is worth drawing. */
const pause = 400;

/** Begins once there is something to show: views want columns and metrics from the start. */
function startViews(store: SelectionStore): void {
  const tip = new RunTip(store);
  const views: Views = {
    selection: (place) => makeSelectionBar(place, store),
    curves: (place) => new CurvesChart(place, store, tip),
    parallel: (place) => new ParallelCoordinates(place, store, tip),
    history: (place) => new HistoryView(place, store, tip),
    workers: (place) => new WorkerTimeline(place, store, tip),
    table: (place) => new RunsTable(place, store),
  };
  for (const place of document.querySelectorAll<HTMLElement>('[data-view]')) startView(place, views);
  followTheme(store);
}

window.assaySweepPage = () => {
  const model = new SweepModel();
  let store: SelectionStore | undefined;
  let due: ReturnType<typeof setTimeout> | undefined;
  let isHeld = false;
  // A brush or a column under the pointer must not be taken away from it.
  addEventListener('pointerdown', () => (isHeld = true));
  for (const end of ['pointerup', 'pointercancel', 'blur']) addEventListener(end, () => (isHeld = false));

  const show = (): void => {
    due = undefined;
    if (isHeld) {
      due = setTimeout(show, pause);
      return;
    }
    // A server that begins anew tells a large sweep in parts. What is chosen among later trials waits for them: the store
    // would let go of it.
    if (store !== undefined && model.isPartial && model.count < store.data.count) return;
    const data = model.data(Date.now());
    // Without a curve there are no axes yet.
    document.documentElement.classList.toggle('has-trials', data.count > 0);
    document.documentElement.classList.toggle('has-curves', data.page.metrics.length > 0);
    if (data.count === 0) return;
    // Before any trial is done there is something to tell them apart by.
    const hadLatest = store?.data.numberColumn(latestColumn) !== undefined;
    if (store === undefined) startViews((store = new SelectionStore(data)));
    else store.setData(data);
    if (!hadLatest && data.numberColumn(latestColumn) !== undefined) store.setColour(latestColumn);
  };
  return (told, whole) => {
    model.take(told, whole);
    due ??= setTimeout(show, whole ? 0 : pause);
  };
};
