/**
 * The surface between runs, into the frame of a plot: contours over numbers, tiles where an axis is of categories. What its
 * values are is `contourOf`'s business; where no run is near the paper shows.
 */
import { contours } from 'd3-contour';
import { contourOf, type Contour, type ContourAxis } from '../comparison/statistics/contour.js';
import type { AxisScale } from './axis-scale.js';
import { scaleColour } from './colours.js';
import { make, themeColour } from './dom.js';
import type { PlotFrame } from './plot-frame.js';
import { settingOf } from './setting-of.js';

const cells = 40;
const levels = 9;

/** @param objective by run, the better the higher; null: not shown */
export function drawSurface(
  context: CanvasRenderingContext2D,
  frame: PlotFrame,
  objective: readonly (number | null)[],
): void {
  const { x, y } = frame;
  const surface = contourOf(settingOf(x.column), settingOf(y.column), objective, cells);
  if (surface === undefined) return;
  context.save();
  context.beginPath();
  context.rect(frame.left, frame.top, frame.width, frame.height);
  context.clip();
  if (x.column.kind === 'number' && y.column.kind === 'number') drawContours(context, frame, surface.values);
  else drawTiles(context, frame, surface);
  context.restore();
}

function drawContours(
  context: CanvasRenderingContext2D,
  frame: PlotFrame,
  values: readonly (number | null)[],
): void {
  // The grid's first and last places are the ends of the axes' data.
  const [x0, y0] = [ends(frame.x), ends(frame.y)];
  const toX = (column: number) =>
    frame.left + (x0.low + ((column - 0.5) / (cells - 1)) * (x0.high - x0.low)) * frame.width;
  const toY = (row: number) =>
    frame.top + (1 - (y0.low + ((row - 0.5) / (cells - 1)) * (y0.high - y0.low))) * frame.height;
  const filled = fillGaps(values);
  const sorted = [...filled].sort((a, b) => a - b);
  const thresholds = Array.from(
    { length: levels },
    (_, i) => sorted[Math.floor((i / levels) * (sorted.length - 1))]!,
  );
  const polygons = contours()
    .size([cells, cells])
    .thresholds([...new Set(thresholds)])(filled);
  for (const [i, { coordinates }] of polygons.entries()) {
    context.fillStyle = scaleColour(i / Math.max(1, polygons.length - 1));
    context.globalAlpha = 0.5;
    context.beginPath();
    for (const polygon of coordinates)
      for (const ring of polygon)
        for (const [k, [px, py]] of ring.entries())
          if (k === 0) context.moveTo(toX(px), toY(py));
          else context.lineTo(toX(px), toY(py));
    context.fill();
    context.globalAlpha = 0.35;
    context.strokeStyle = themeColour('--card');
    context.stroke();
  }
  // Where no run is near the paper shows: a small picture of it, drawn large, has no seams.
  context.globalAlpha = 1;
  context.imageSmoothingQuality = 'high';
  const [left, right, top, bottom] = [toX(-1), toX(cells + 1), toY(cells + 1), toY(-1)];
  context.drawImage(paperOver(values), left, top, right - left, bottom - top);
}

/** Where categories are, nothing lies between them: a tile for each place. */
function drawTiles(context: CanvasRenderingContext2D, frame: PlotFrame, { x, y, values }: Contour): void {
  const [columns, rows] = [edges(frame.x, x), edges(frame.y, y)];
  const known = values.filter((value) => value !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  context.globalAlpha = 0.75;
  for (const [i, value] of values.entries()) {
    if (value === null) continue;
    const [left, right] = columns[i % columns.length]!;
    const [bottom, top] = rows[Math.floor(i / columns.length)]!;
    context.fillStyle = scaleColour((value - low) / (high - low || 1));
    context.fillRect(
      frame.left + left * frame.width,
      frame.top + (1 - top) * frame.height,
      (right - left) * frame.width,
      (top - bottom) * frame.height,
    );
  }
  context.globalAlpha = 1;
}

function ends(scale: AxisScale): { readonly low: number; readonly high: number } {
  const finite = scale.places.filter((place) => !Number.isNaN(place));
  return {
    low: finite.reduce((a, b) => Math.min(a, b), 1),
    high: finite.reduce((a, b) => Math.max(a, b), 0),
  };
}

/** From and to of each place along an axis: half way to its neighbours, or with a gap between categories. */
function edges(scale: AxisScale, { places, setting }: ContourAxis): (readonly [number, number])[] {
  if (setting.kind === 'category')
    return places.map((place) => {
      const [at, half] = [scale.place(place), 0.47 / scale.ticks.length];
      return [at - half, at + half] as const;
    });
  const { low, high } = ends(scale);
  const half = (high - low) / (places.length - 1) / 2;
  // A hair wider than its part, so that no paper shines through.
  return places.map((_, i) => {
    const at = low + (i / (places.length - 1)) * (high - low);
    return [at - half - 5e-4, at + half + 5e-4] as const;
  });
}

/** Places that no run is near take what is beside them, so that contours don't close around gaps; the paper covers them. */
function fillGaps(values: readonly (number | null)[]): number[] {
  let current = [...values];
  for (let pass = 0; pass < cells && current.includes(null); pass++)
    current = current.map((value, i) => {
      if (value !== null) return value;
      const beside = [
        i % cells > 0 ? current[i - 1] : null,
        i % cells < cells - 1 ? current[i + 1] : null,
        current[i - cells],
        current[i + cells],
      ].filter((one): one is number => typeof one === 'number');
      return beside.length === 0 ? null : beside.reduce((a, b) => a + b, 0) / beside.length;
    });
  return current.map((value) => value ?? 0);
}

/** The colour of the card where nothing is known. */
function paperOver(values: readonly (number | null)[]): HTMLCanvasElement {
  const canvas = make('canvas', { width: cells + 2, height: cells + 2 });
  const context = canvas.getContext('2d')!;
  context.fillStyle = themeColour('--card');
  // A cell more on each side, like its neighbour: smoothed at its end, the picture would let a seam through.
  const inside = (place: number) => Math.min(cells - 1, Math.max(0, place - 1));
  for (let row = 0; row < cells + 2; row++)
    for (let column = 0; column < cells + 2; column++)
      if (values[inside(row) * cells + inside(column)] === null)
        context.fillRect(column, cells + 1 - row, 1, 1);
  return canvas;
}
