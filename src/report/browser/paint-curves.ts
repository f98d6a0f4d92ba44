/** Draws the curves of all runs that are shown into a plot, many lines in one go. */
import type uPlot from 'uplot';
import { colourSteps, scaleColour } from './colours.js';
import { pathOf } from './curve-path.js';
import { themeColour } from './dom.js';
import type { SelectionStore } from './selection-store.js';
import type { ShownCurves } from './shown-curves.js';

/** So many runs and more are drawn thinner. */
const many = 120;
/** Points in all, above which some of each curve are left out. */
const mostPoints = 60_000;

export function paintCurves(plot: uPlot, store: SelectionStore, of: ShownCurves): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  const isMany = store.shownCount > many;
  const lines = [...store.shownWorstFirst()].flatMap((run) => {
    const found = of.curve(run);
    return found === undefined ? [] : [{ run, found }];
  });
  const points = lines.reduce((sum, { found }) => sum + found.x.length, 0);
  const stride = Math.max(1, Math.ceil(points / mostPoints));
  const buckets = Array.from({ length: colourSteps + 1 }, () => ({ whole: new Path2D(), cut: new Path2D() }));
  const ends: [bucket: number, x: number, y: number][] = [];
  const dotted = new Path2D();
  const running = new Path2D();
  const heads: [x: number, y: number][] = [];
  for (const { run, found } of lines) {
    const status = store.data.page.runs.statuses[run];
    const isCut = status !== 'done';
    const place = store.colourBuckets[run]!;
    const bucket = buckets[place + 1]!;
    const path = status === 'running' ? running : isCut ? bucket.cut : bucket.whole;
    const end = pathOf(path, found, plot, stride);
    if (end !== undefined && status === 'running') heads.push(end);
    // A run of one epoch is a dot, and no line.
    else if (end !== undefined && (isCut || found.x.length === 1)) ends.push([place, ...end]);
    const other = of.training(run);
    if (other !== undefined) pathOf(dotted, other, plot, stride);
  }
  const colourOf = (bucket: number) =>
    bucket < 0 ? themeColour('--ink-3') : scaleColour(bucket / (colourSteps - 1));
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.lineJoin = 'round';
  ctx.lineWidth = ratio;
  ctx.globalAlpha = isMany ? 0.35 : 0.6;
  ctx.strokeStyle = themeColour('--ink-3');
  ctx.setLineDash([1.5 * ratio, 3 * ratio]);
  ctx.stroke(dotted);
  ctx.setLineDash([]);
  ctx.globalAlpha = isMany ? 0.4 : 0.9;
  ctx.lineWidth = (isMany ? 1 : 1.75) * ratio;
  for (const [i, { whole, cut }] of buckets.entries()) {
    ctx.strokeStyle = colourOf(i - 1);
    ctx.stroke(whole);
    // Dashes of hundreds of lines are noise, and slow: there the dot at the end must do.
    if (!isMany) ctx.setLineDash([5 * ratio, 4 * ratio]);
    ctx.stroke(cut);
    ctx.setLineDash([]);
  }
  // Dots at the first or last epoch are whole, too.
  ctx.restore();
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left - 4 * ratio, bbox.top, bbox.width + 8 * ratio, bbox.height);
  ctx.clip();
  ctx.globalAlpha = 0.9;
  for (const [bucket, x, y] of ends) {
    ctx.fillStyle = colourOf(bucket);
    ctx.beginPath();
    ctx.arc(x, y, (isMany ? 1.8 : 3) * ratio, 0, 2 * Math.PI);
    ctx.fill();
  }
  ctx.globalAlpha = 1;
  ctx.strokeStyle = ctx.fillStyle = themeColour('--series-1');
  ctx.lineWidth = 2.25 * ratio;
  ctx.stroke(running);
  for (const [x, y] of heads) {
    ctx.beginPath();
    ctx.arc(x, y, 3.5 * ratio, 0, 2 * Math.PI);
    ctx.fill();
  }
  ctx.restore();
}
